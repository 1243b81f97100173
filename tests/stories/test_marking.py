"""The Marked view: the original cut where a change or a mark begins, every run knowing its place in it."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from newsroom.stories.desk.marking import marked_text
from newsroom.stories.forms import PickForm
from newsroom.stories.redaction import Span, apply, in_order


@dataclass(frozen=True)
class Passage:
    start: int
    end: int


def test_a_change_shows_what_went_and_what_came_and_a_mark_stays_beside_it() -> None:
    spans = [Span(0, 0, "edit", "", "Oh. "), Span(6, 11, "anonymise", "k", "[them]")]
    first, second = marked_text(
        "Hello Karen at Acme.\n\nBye 😀 123.", spans, [Passage(15, 19), Passage(28, 31)]
    )
    assert [(one.part, one.text, one.at, one.begins) for one in first] == [
        ("added", "Oh. ", 0, 0),
        ("same", "Hello ", 0, None),
        ("removed", "Karen", 6, 6),
        ("added", "[them]", 11, None),
        ("same", " at ", 11, None),
        ("same", "Acme", 15, 15),
        ("same", ".", 19, None),
    ]
    assert [(one.text, one.mark) for one in second] == [
        ("Bye 😀 ", None),
        ("123", Passage(28, 31)),
        (".", None),
    ]


TEXTS = st.text("ab \n😀é", max_size=40)


@given(
    TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6), st.text("xy\n", max_size=3)), max_size=5)
)
def test_every_run_stands_where_it_says_and_nothing_is_lost(
    original: str, wanted: list[tuple[int, int, str]]
) -> None:
    spans: list[Span] = []
    for start, length, words in sorted(wanted):
        end = min(start + length, len(original))
        is_free = not spans or start > spans[-1].end
        if start <= end and is_free and (start < end or words):
            spans.append(Span(start, end, "edit", "", words))
    rows = marked_text(original, spans, [])
    shown = [piece for row in rows for piece in row]
    for piece in shown:
        if piece.part != "added":
            assert original[piece.at : piece.at + len(piece.text)] == piece.text
    before = "".join(piece.text for piece in shown if piece.part != "added")
    after = "".join(piece.text for piece in shown if piece.part != "removed")
    assert _same(before, original)
    assert _same(after, apply(original, in_order(original, spans)))


def _same(shown: str, text: str) -> bool:
    """The same signs, but for the white space between paragraphs, which is the page's own."""
    return "".join(shown.split()) == "".join(text.split())


ORIGINAL = "The clerk took the form. The clerk\n\nleft. É\u0301😀 was there."


def pick(**typed: str) -> PickForm:
    return PickForm(MultiDict(typed))


def test_words_that_stand_there_once_need_no_number() -> None:
    assert pick(picked="took the form").place(ORIGINAL) == (10, 23)
    assert pick(picked="TOOK THE FORM").place(ORIGINAL) == (10, 23)


def test_words_that_stand_there_twice_are_asked_for_by_number() -> None:
    form = pick(picked="The clerk")
    assert form.place(ORIGINAL) is None
    assert "2 times: which of them" in form.which.errors[0]
    assert pick(picked="The clerk", which="2").place(ORIGINAL) == (25, 34)
    assert pick(picked="The clerk", which="3").place(ORIGINAL) is None


def test_a_selection_counts_over_a_line_end_and_only_while_the_original_says_so() -> None:
    assert pick(picked="clerk left", at="29", until="40").place(ORIGINAL) == (29, 40)
    assert pick(picked="took", at="29", until="33").place(ORIGINAL) == (10, 14)
    assert pick(picked="took", at="-5", until="99999999").place(ORIGINAL) == (10, 14)


def test_words_that_are_missing_are_said_to_be() -> None:
    for typed in ("", "  ", "somebody else"):
        form = pick(picked=typed)
        assert form.place(ORIGINAL) is None
        assert form.picked.errors
