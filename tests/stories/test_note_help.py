"""What helps an editor with a note: likely behaviours, advice, doubts about quotations. All pure."""

import pytest

from newsroom.platform.markup import parse_note
from newsroom.stories.behaviours import filed_under, likely
from newsroom.stories.guidance import advice, doubtful_quotations, quotation_problems, sentences
from newsroom.stories.rules import BEHAVIOURS


@pytest.mark.parametrize(
    ("words", "behaviour"),
    [
        ("She looked through me and turned her back.", "acknowledge presence"),
        ("It was the wrong parcel, and nobody ever said sorry.", "own the apology"),
        ("I had to explain everything again, for the third time, to a new one.", "know the history"),
        ("I waited 40 minutes on hold until somebody hung up.", "pick up the phone"),
        ("“That is our policy,” he said. “The system won’t allow it.”", "no policy talk"),
        ("They told me it was my own fault; I must have pressed it twice.", "don't blame the user"),
        ("She offered me a new contract without even looking at the old one.", "diagnose before upselling"),
        ("He could not decide it and had to ask his manager for permission.", "empower staff"),
        ("They promised that a fitter would call. Nobody came.", "do what you said"),
        ("Press two, said the machine. I wanted a human voice.", "live greeting"),
    ],
)
def test_the_words_of_a_story_point_to_a_behaviour(words: str, behaviour: str) -> None:
    assert likely(words)[0] == behaviour


def test_nothing_points_anywhere_in_nothing() -> None:
    assert likely("") == likely("Blue paint on a bench.") == ()


def test_one_behaviour_is_filed_under_one_tag() -> None:
    assert filed_under(" Don’t  blame THE user ") == "don't blame the user"
    assert all(filed_under(tag) == tag for tag in BEHAVIOURS)
    assert len(filed_under("x" * 200)) == 80


def test_a_good_note_needs_no_advice_and_an_empty_one_gets_none() -> None:
    assert (
        advice(parse_note("He knew. And “why?”\n\n- **Write it down.** Then call."))
        == advice(parse_note(""))
        == ()
    )


def test_advice_counts_sentences_and_takeaways_and_looks_at_first_words() -> None:
    found = advice(parse_note("One. Two! “Three?” four\n\n" + "- **The apology.** x\n" * 6))
    assert found[0].startswith("The opening has 4 sentences")
    assert found[1].startswith("There are 6 takeaways")
    assert found[2] == "Takeaway 1 begins with “The”; begin with what to do."
    assert advice(parse_note("Only an opening"))[0].startswith("There is no takeaway yet")


def test_sentences_are_counted_roughly() -> None:
    assert [sentences(text) for text in ("", "One", "One.", "One… (Two.) Three", "At 9.30, e.g")] == [
        0,
        1,
        1,
        3,
        1,
    ]


def test_a_note_that_tells_what_was_taken_out_is_told_apart_and_is_not_ready() -> None:
    original = "“Have you tried again?” asked Karen Doyle at the counter."
    text = "“Have you tried again?” asked [the assistant] at the counter."
    note = "“asked Karen Doyle” and “have you tried it again” and “have you tried again”"
    gone, wrong = doubtful_quotations(note, "", text, original)
    assert (gone.words, gone.is_taken_out) == ("asked Karen Doyle", True)
    assert (wrong.words, wrong.is_taken_out, wrong.nearest) == (
        "have you tried it again",
        False,
        "Have you tried again?” asked",
    )
    (problem,) = quotation_problems(note, "", text, original)
    assert "stands in the original and no longer in the printable text" in problem
