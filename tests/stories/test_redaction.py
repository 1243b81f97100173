import difflib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.stories import redaction
from newsroom.stories.redaction import (
    KINDS,
    Span,
    SpanError,
    SpanOutOfRange,
    SpansOverlap,
    apply,
    changes,
    comparison,
    difference,
    from_json,
    in_order,
    in_paragraphs,
    spans_from_edit,
    to_json,
)
from tests.chance import examples

# Few different words make texts that are alike in places; arbitrary text brings marks, joiners and emoji.
WORDS = st.lists(
    st.sampled_from(
        ["the", "shop", "Shop", " ", "\n", "\n\n", ".", "e\u0301", "👩‍👧", "क्षि", "“", "20", "’", "it’s"]
    ),
    max_size=30,
)
TEXTS = st.one_of(WORDS.map("".join), st.text(max_size=60))


@st.composite
def originals_with_spans(draw):
    original = draw(TEXTS)
    places = sorted(draw(st.lists(st.integers(0, len(original)), max_size=8)))
    pairs = zip(places[::2], places[1::2], strict=False)
    spans = {}
    for start, end in pairs:
        replacement = draw(st.text(min_size=1 if start == end else 0, max_size=8))
        spans[start, end] = Span(start, end, draw(st.sampled_from(KINDS)), "", replacement)
    return original, tuple(spans.values())


@settings(max_examples=examples(60))
@given(TEXTS)
def test_no_spans_give_the_original(original):
    assert apply(original, ()) == original


@settings(max_examples=examples(200))
@given(TEXTS, TEXTS)
def test_the_spans_of_an_edit_give_the_edited_text(original, edited):
    assert apply(original, spans_from_edit(original, edited)) == edited


@settings(max_examples=examples(100))
@given(TEXTS, TEXTS)
def test_a_comparison_holds_both_texts_whole(earlier, later):
    parts = difference(earlier, later)
    assert "".join(change.text for change in parts if change.part != "added") == earlier
    assert "".join(change.text for change in parts if change.part != "removed") == later
    assert all(change.text for change in parts)


@settings(max_examples=examples(100))
@given(originals_with_spans())
def test_text_outside_of_the_spans_is_untouched(case):
    original, spans = case
    rest = apply(original, spans)
    position = 0
    for span in in_order(original, spans):
        kept = original[position : span.start]
        assert rest.startswith(kept + span.replacement)
        rest = rest[len(kept) + len(span.replacement) :]
        position = span.end
    assert rest == original[position:]


@settings(max_examples=examples(60))
@given(originals_with_spans())
def test_spans_survive_json_and_any_order(case):
    original, spans = case
    assert from_json(to_json(spans)) == spans
    assert apply(original, reversed(spans)) == apply(original, spans)


@settings(max_examples=examples(60))
@given(originals_with_spans())
def test_shown_changes_agree_with_the_printable_text(case):
    original, spans = case
    shown = changes(original, spans)
    assert "".join(change.text for change in shown if change.part != "removed") == apply(original, spans)


def test_an_edit_is_told_in_whole_words():
    original = "I stood in Grindle's for ten minutes."
    edited = "We stood in [an electronics superstore] for ten minutes."
    assert [original[s.start : s.end] for s in spans_from_edit(original, edited)] == ["I", "Grindle's"]


def test_neighbouring_words_become_one_change():
    assert spans_from_edit("the big dog barked", "the small cat barked") == (
        Span(4, 11, "edit", "", "small cat"),
    )


def test_a_word_with_an_apostrophe_is_one_word():
    (span,) = spans_from_edit("He didn't look.", "He didn’t look.")
    assert (span.start, span.end, span.replacement) == (3, 9, "didn’t")


def test_changes_in_two_paragraphs_stay_apart():
    assert len(spans_from_edit("One dog.\n\nTwo dogs.", "One cat.\n\nThree cats.")) == 2


def test_an_insertion_begins_where_it_ends():
    assert spans_from_edit("He left.", "He never left.") == (Span(3, 3, "edit", "", "never "),)


def test_no_cut_goes_through_a_letter_and_its_mark():
    (span,) = spans_from_edit("cafe\u0301 x", "cafe x")
    assert (span.start, span.end) == (0, 5)


def test_a_text_of_one_word_ten_thousand_times_is_still_answered():
    original = "no " * 6000
    edited = "yes " + "no " * 3000 + "yes " + "no " * 2999 + "maybe"
    assert apply(original, spans_from_edit(original, edited)) == edited


@pytest.mark.parametrize(
    ("spans", "problem"),
    [
        ([Span(0, 3), Span(2, 4)], SpansOverlap),
        ([Span(0, 9), Span(2, 4)], SpansOverlap),
        ([Span(2, 2, replacement="a"), Span(2, 2, replacement="b")], SpansOverlap),
        ([Span(1, 4), Span(1, 4, replacement="x")], SpansOverlap),
        ([Span(1, 4), Span(2, 2, replacement="x")], SpansOverlap),
        ([Span(5, 11)], SpanOutOfRange),
        ([Span(11, 11, replacement="x")], SpanOutOfRange),
    ],
)
def test_spans_that_mean_two_things_or_lie_outside_are_refused(spans, problem):
    with pytest.raises(problem):
        apply("0123456789", spans)


@pytest.mark.parametrize(
    ("start", "end", "kind", "replacement"),
    [(-1, 2, "edit", ""), (3, 2, "edit", "x"), (2, 2, "edit", ""), (0, 1, "wipe", "")],
)
def test_a_span_that_says_nothing_cannot_be_made(start, end, kind, replacement):
    with pytest.raises(SpanError):
        Span(start, end, kind, "", replacement)


@pytest.mark.parametrize(
    "data", [[{"start": 1}], [{"begin": 1, "end": 2}], [3], [{"start": "a", "end": "b"}]]
)
def test_what_is_no_list_of_spans_is_refused(data):
    with pytest.raises(SpanError):
        from_json(data)


def test_touching_spans_are_welcome():
    spans = [Span(2, 2, replacement="+"), Span(2, 4, replacement="-"), Span(4, 4, replacement="!")]
    assert apply("0123456", spans) == "01+-!456"


@given(TEXTS, TEXTS)
def test_a_page_of_a_comparison_says_everything_but_the_line_ends(earlier, later):
    shown = in_paragraphs(difference(earlier, later))
    words = "".join(change.text for paragraph in shown for change in paragraph if change.part != "removed")
    assert re.sub(r"[\n ]", "", words) == re.sub(r"[\n ]", "", later)
    assert all("\n" not in change.text for paragraph in shown for change in paragraph)


def test_a_comparison_is_set_in_its_paragraphs():
    shown = in_paragraphs(difference("One dog.\n\nTwo dogs.", "One cat.\n\nTwo dogs."))
    assert [[(change.part, change.text) for change in paragraph] for paragraph in shown] == [
        [("same", "One "), ("removed", "dog"), ("added", "cat"), ("same", ".")],
        [("same", "Two dogs.")],
    ]


def test_texts_that_share_one_scattered_word_are_compared_within_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody who tells two such stories keeps the desk waiting for their comparison."""
    asked: list[int] = []
    find = difflib.SequenceMatcher.find_longest_match

    def counted(self: difflib.SequenceMatcher[str], *where: int) -> difflib.Match:
        asked.append(where[1] - where[0])
        return find(self, *where)

    monkeypatch.setattr(difflib.SequenceMatcher, "find_longest_match", counted)
    one = " ".join(f"again one{place}" for place in range(300))
    other = " ".join(f"again other{place}" for place in range(300))
    monkeypatch.setattr(comparison, "_COMPARISONS_IN_ALL", 1_000_000)

    spans = redaction.spans_from_edit(one, other)

    assert redaction.apply(one, spans) == other
    assert 0 < sum(asked) * 150 <= 1_000_000


def test_the_bound_changes_nothing_about_an_ordinary_edit() -> None:
    words = [f"word{place % 90}" for place in range(300)]
    edited = [word if place % 7 else f"other{place}" for place, word in enumerate(words)]
    one, other = " ".join(words), " ".join(edited)
    assert sum(span.replacement.startswith("other") for span in redaction.spans_from_edit(one, other)) > 30
