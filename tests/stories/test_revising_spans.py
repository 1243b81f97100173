"""Free copy-editing around decided passages."""

from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.stories.redaction.spans import (
    KINDS,
    Span,
    apply,
    in_order,
    revise,
    with_spans,
)
from tests.chance import examples

WORDS = st.lists(
    st.sampled_from(
        ["the", "shop", "Karen", " ", " ", "\n", ".", "e\u0301", "👩‍👧", "שלום", "[", "]", "a", "’", "\u00ad"]
    ),
    max_size=24,
).map("".join)


@st.composite
def revisions(draw: st.DrawFn, original: str | None = None) -> tuple[str, tuple[Span, ...]]:
    """An original and spans of all kinds over it."""
    text = draw(WORDS) if original is None else original
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans: list[Span] = []
    for start, end in zip(places[::2], places[1::2], strict=False):
        words = draw(st.sampled_from(["", "[a shop]", "[the manager]", "a town", "x"]))
        if start < end or words:
            spans.append(
                Span(start, end, draw(st.sampled_from(KINDS)), draw(st.sampled_from(["", "k"])), words)
            )
    return text, with_spans((), spans)


@settings(max_examples=examples(150))
@given(revisions(), WORDS, st.data())
def test_an_edit_of_any_revision_gives_the_edited_text(revision, edited, data) -> None:
    original, spans = revision
    _, known = data.draw(revisions(original))
    revised = revise(original, spans, edited, data.draw(st.sampled_from([(), known])))
    assert apply(original, revised) == edited
    assert revised == in_order(original, revised)


@settings(max_examples=examples(100))
@given(revisions(), WORDS)
def test_decided_passages_keep_kind_entity_and_place_or_stand_there_as_they_were(revision, edited) -> None:
    original, spans = revision
    revised = {(one.start, one.end): one for one in revise(original, spans, edited)}
    for span in spans:
        if span.kind == "edit" and not span.entity:
            continue
        now = revised.get((span.start, span.end))
        assert now is None or (now.kind, now.entity) == (span.kind, span.entity) or now.kind == "edit"


def test_copy_editing_beside_a_descriptor_leaves_it_alone() -> None:
    original = "I went to Brightwell and the manager Karen was rude."
    brightwell = Span(10, 20, "anonymise", "company:brightwell", "[an electronics superstore]")
    karen = Span(25, 42, "anonymise", "staff:karen", "[the manager]")
    text = apply(original, [brightwell, karen])

    revised = revise(
        original, [brightwell, karen], text.replace("was rude", "was very rude").replace("I w", "We w")
    )

    assert brightwell in revised
    assert karen in revised
    assert {span.kind for span in revised} == {"edit", "anonymise"}


def test_a_reworded_descriptor_stays_a_descriptor_and_a_name_put_back_is_none_any_more() -> None:
    original = "I went to Brightwell, and Brightwell was shut."
    first = Span(10, 20, "anonymise", "company:brightwell", "[an electronics superstore]")
    second = Span(26, 36, "anonymise", "company:brightwell", "[an electronics superstore]")
    edited = "I went to [a shop], and Brightwell was shut."

    assert revise(original, [first, second], edited) == (
        Span(10, 20, "anonymise", "company:brightwell", "[a shop]"),
    )


def test_what_was_typed_as_it_would_have_been_proposed_is_known_for_what_it_is() -> None:
    original = "So the manager, Karen, laughed at Brightwell."
    karen = Span(3, 21, "anonymise", "staff:karen", "[the manager]")
    brightwell = Span(34, 44, "anonymise", "company:brightwell", "[a company]")
    edited = "So [the manager], laughed at Brightwell."

    assert revise(original, (), edited, [karen, brightwell]) == (karen,)
