from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stories import consent
from newsroom.stories.consent import LEVELS, naming_problems, own_words_problem, printed_line, wording

BLOCK = """Wording 1, of 1 November 2026.

- **0. Editors only.** You may read it.
- **1. You may summarise.** Use your own words.
- **2. Edited and anonymous.** Print it without my name.
- **3. First name and town.** Print it with both.
- **4. Full name.** Print it with all of it.

I may withdraw it whenever I like.
"""


def test_the_block_words_the_levels_and_the_rest_are_terms():
    read = wording(BLOCK, 7)
    assert [(level.number, level.label) for level in read.levels][3] == (3, "First name and town")
    assert read.levels[4].sentence == "Print it with all of it."
    assert read.terms == "Wording 1, of 1 November 2026.\n\nI may withdraw it whenever I like."
    assert read.version == 7


def test_the_sample_publication_words_all_five():
    source = Path("content/standing/consent.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    read = wording(source, 1)
    assert "**" not in read.terms
    assert [level.label for level in read.levels] == [level.label for level in LEVELS]


@pytest.mark.parametrize("body", ["", "Do as you like.", BLOCK.replace("- **4.", "- **5."), BLOCK + BLOCK])
def test_a_block_that_does_not_word_all_five_leaves_ours(body):
    assert wording(body, 3).levels == LEVELS
    assert wording(body, 3).terms == body.strip()


def test_the_record_holds_what_was_offered_what_holds_and_what_was_chosen():
    record = wording(BLOCK, 7).record(3)
    assert "2. Edited and anonymous: Print it without my name." in record
    assert "I may withdraw it whenever I like." in record
    assert "nobody paid me" in record
    assert record.endswith("Chosen: 3. First name and town")


def test_every_level_that_prints_has_its_line():
    assert [bool(printed_line(level.number)) for level in LEVELS] == [False, True, True, True, True]
    assert printed_line(2) == "Printed with its author’s consent, edited and without names"


def test_accents_and_case_hide_no_name():
    told = {"town": "", "attribution": "JOSE of Fell", "printed": ""}
    assert naming_problems(2, name="José Ruiz", **told)


def test_a_name_inside_another_word_is_not_the_name():
    assert not naming_problems(
        2, name="Ann Lee", town="", attribution="An annual reader", printed="sleepy Annleeds"
    )


def test_a_summary_may_share_a_few_words_but_not_a_sentence():
    original = "He asked me where I would be at lunch and came to the car park with a bulb."
    assert own_words_problem(original, "At lunch he came to the car park.") == []
    (problem,) = own_words_problem(original, "He asked me where I would be at lunch, she said.")
    assert "he asked me where i would be at" in problem


def test_a_text_of_one_word_is_compared_in_as_many_steps_as_it_has_words(monkeypatch):
    taken = []

    def counted(words):
        for run in runs(words):
            taken.append(run)
            yield run

    runs = consent._runs
    monkeypatch.setattr(consent, "_runs", counted)
    word_count = 9_800
    assert own_words_problem("a." * word_count, "b a " * word_count) == []
    assert 0 < len(taken) <= 3 * word_count


@given(st.lists(st.sampled_from("ab"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_a_shared_run_of_eight_words_is_found_wherever_it_stands(before, after):
    shared = any(
        before[i : i + 8] == after[j : j + 8] for i in range(len(before) - 7) for j in range(len(after) - 7)
    )
    assert bool(own_words_problem(" ".join(before), " ".join(after))) == shared
