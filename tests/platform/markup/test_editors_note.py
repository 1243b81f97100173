"""The Editor's note: found in a body, taken apart and put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.markup import (
    CallToAction,
    Dialect,
    Note,
    Takeaway,
    compose_note,
    join_note,
    parse_note,
    split_note,
    words,
)
from tests.platform.markup.sources import soups

NOTE = """What went wrong, in a sentence.

- **Acknowledge people.** A nod costs nothing … [acknowledge presence]
- Own the *apology*. [own the apology]
- **Call back.**

Next time, look up."""


@pytest.mark.parametrize(
    "heading",
    [
        "## Editor's note",
        "## Editor’s note",
        "## EDITOR'S NOTE",
        "##  editor‘s  Note ##",
        "## Editor's note:",
    ],
)
def test_the_note_begins_at_its_heading(heading: str) -> None:
    assert split_note(f"A story.\n\n{heading}\n\nThe note.") == ("A story.", "The note.")


@pytest.mark.parametrize(
    "body",
    [
        "A story.",
        "# Editor's note\n\nx",
        "### Editor's note\n\nx",
        "> ## Editor's note\n\nx",
        "Editor's note",
    ],
)
def test_a_body_without_the_heading_has_no_note(body: str) -> None:
    assert split_note(body) == (body, None)


def test_only_the_first_heading_begins_the_note() -> None:
    assert split_note("a\n## Editor's note\nb\n## Editor's note\nc") == ("a", "b\n## Editor's note\nc")


def test_a_heading_with_nothing_below_is_an_empty_note() -> None:
    assert split_note("a\n\n## Editor's note") == ("a", "")


@given(st.one_of(soups, st.just("## Editor's note\n")), st.one_of(st.none(), soups))
def test_joining_and_splitting_is_stable(story: str, note: str | None) -> None:
    once = split_note(join_note(story, note))
    assert split_note(join_note(*once)) == once


def test_the_parts_of_a_note() -> None:
    assert parse_note(NOTE) == Note(
        opening="What went wrong, in a sentence.",
        takeaways=(
            Takeaway("Acknowledge people.", "A nod costs nothing …", "acknowledge presence"),
            Takeaway("", "Own the *apology*.", "own the apology"),
            Takeaway("Call back.", "", ""),
        ),
        closing="Next time, look up.",
        simple=True,
    )


def test_a_simple_note_is_composed_as_it_was() -> None:
    note = parse_note(NOTE)
    assert compose_note(note.opening, note.takeaways, note.closing) == NOTE


@pytest.mark.parametrize(
    "source",
    ["- a\n\nmiddle\n\n- b", "- a\n  - b", "1. a\n2. b", "- a\n\n  second paragraph", "- a\n  > quoted"],
)
def test_a_note_that_cannot_be_composed_again_is_not_simple(source: str) -> None:
    assert not parse_note(source).simple


ASKED = CallToAction("Who answers *your* telephone?\n\nTell us.", "Share a story", "/share")


def test_the_quotation_that_ends_a_note_is_its_call_to_action_and_no_takeaway() -> None:
    source = f"{NOTE}\n\n> Who answers *your* telephone?\n>\n> Tell us.\n>\n> [Share a story](/share)"
    note = parse_note(source)
    assert note.call == ASKED
    assert (note.closing, len(note.takeaways)) == ("Next time, look up.", 3)
    assert compose_note(note.opening, note.takeaways, note.closing, note.call) == source


def test_a_note_without_takeaways_has_its_call_under_a_rule() -> None:
    source = compose_note("An opening.", (), "", ASKED)
    assert parse_note(source) == Note("An opening.", (), "", simple=True, call=ASKED)


@pytest.mark.parametrize("source", ["o\n\n> said", "> said", "- a\n\n> said\n\nend", "***\n\n>", "- a\n\n>"])
def test_another_quotation_calls_for_nothing(source: str) -> None:
    assert parse_note(source).call == CallToAction()


def test_words_between_two_lists_are_kept_in_the_closing() -> None:
    note = parse_note("o\n\n- a\n\nmiddle\n\n- b\n\nend")
    assert [takeaway.text for takeaway in note.takeaways] == ["a", "b"]
    assert (note.opening, note.closing) == ("o", "middle\n\nend")


@pytest.mark.parametrize("item", ["ends with an elision […]", "ends [in a link](https://a.example)", "a[b]"])
def test_what_is_no_tag_stays_in_the_words(item: str) -> None:
    (takeaway,) = parse_note(f"- {item}").takeaways
    assert takeaway == Takeaway("", item, "")


WORDS = st.text(st.sampled_from("abc é东.,’!?"), max_size=15).map(lambda text: " ".join(text.split()))


CALLS = st.builds(CallToAction, WORDS, WORDS, st.sampled_from(["", "/share", "https://a.example/b"]))


@given(WORDS, st.lists(st.builds(Takeaway, WORDS, WORDS, WORDS), max_size=4), WORDS, CALLS)
def test_composing_and_parsing_returns_the_parts(
    opening: str, takeaways: list[Takeaway], closing: str, call: CallToAction
) -> None:
    given_ones = tuple(t for t in takeaways if t != Takeaway())
    note = parse_note(compose_note(opening, takeaways, closing, call))
    assert note.simple
    if call.button and call.link:
        assert note.call == call
    assert note.call.text.split() == (call.text if call.link else f"{call.text} {call.button}").split()
    if given_ones:
        expected = tuple(
            t if any(map(str.isalnum, t.behaviour)) or not t.behaviour
            else Takeaway(t.label, f"{t.text} [{t.behaviour}]".strip(), "")
            for t in given_ones
        )  # fmt: skip
        assert note == Note(opening, expected, closing, simple=True, call=note.call)
    else:
        assert note.opening.split() == f"{opening} {closing}".split()


@given(soups)
def test_a_simple_note_reads_the_same_after_composing(source: str) -> None:
    note = parse_note(source)
    if note.simple:
        again = compose_note(note.opening, note.takeaways, note.closing, note.call)
        assert parse_note(again).simple
        assert words(again, Dialect.ARTICLE) == words(source, Dialect.ARTICLE)


@given(
    soups, st.lists(st.builds(Takeaway, soups, soups, soups), max_size=3), soups,
    st.builds(CallToAction, soups, soups, soups),
)  # fmt: skip
def test_composing_what_was_parsed_is_a_fixed_point(
    opening: str, takeaways: list[Takeaway], closing: str, call: CallToAction
) -> None:
    note = parse_note(compose_note(opening, takeaways, closing, call))
    if note.simple:
        once = compose_note(note.opening, note.takeaways, note.closing, note.call)
        again = parse_note(once)
        assert compose_note(again.opening, again.takeaways, again.closing, again.call) == once
