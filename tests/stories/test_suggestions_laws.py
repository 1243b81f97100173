"""Laws of suggestions, for any text: inside of it, apart, the same every time, in linear time."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.stories.redaction import KINDS, Span, apply
from newsroom.stories.redaction.suggestions import Company, suggest
from tests.chance import examples
from tests.effort import grows_in_proportion

HOUSE = (
    Company(
        "Brightwell Mobile",
        ("Brightwell", "Next"),
        ("brightwell.example",),
        ("We listen",),
        "mobile phone company",
    ),
)
PIECES = st.sampled_from(
    [
        "a@b.example", "ana(at)quay(dot)example", "01632 960417", "Mr Finch", " ", "order ",
        "AF 229-614", "ß", "🙂", "\u0301", "4111 1111 1111 1111", "GB82 WEST 1234 5698 7654 32",
        "Brightwell", "bright\u00adwell", "\u200b", "Karen's ", ", ", ". ", "spoke to ", "at ",
        "12 May 2024", "£1,200", "14 Mill Lane", "“slogan” ", "@x", "#tag ", "www.a.example/", "Дарья ",
        "मीना ", "李明 ", "\u202e", "12/10 ", "K. ", "van der ", "\n", "-", "’s", "card ", "Next ", "I ",
        "The ",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=16).map("".join))


@settings(max_examples=examples(300))
@given(TEXTS)
def test_suggestions_lie_inside_the_text_in_order_and_apart(text):
    found = suggest(text, HOUSE)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(text[one.start : one.end] == one.words for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0 < one.confidence <= 1 and one.reason for one in found)


@given(TEXTS)
def test_the_same_text_gives_the_same_suggestions(text):
    assert suggest(text, HOUSE) == suggest(text, HOUSE)


@given(TEXTS)
def test_all_suggestions_can_be_accepted_at_once(text):
    found = suggest(text, HOUSE)
    spans = [
        Span(one.start, one.end, one.proposed.kind, "", one.proposed.replacement)
        for one in found
        if one.proposed.kind in KINDS
    ]
    assert len(spans) == len(found)
    apply(text, spans)


@given(st.lists(st.sampled_from(HOUSE[0].names), min_size=1, max_size=3), TEXTS)
def test_a_listed_company_is_never_overlooked_between_spaces(names, text):
    padded = f"{text}\n{' | '.join(names)} | "
    found = [one.words for one in suggest(padded, HOUSE) if one.kind_of_thing == "company"]
    assert all(name in found for name in names)


HOSTILE = [
    "a", "A ", "1", "1 ", "1-", "a@", "a.", "@", "(at) ", "Karen ", "Karen and ", "Mr ", "Mr. ", "A. ",
    "order ", "order number ", "12 May ", "£1,", "(0", "+44 ", "GB82 WEST ", "AA11" + "1" * 15, "www.",
    "http://", "#a", "'s ", "“a", "\n", "\u200b", "é", "A-", "a-1/", "7F3K-", "x dot ", "van ",
    "Karen van ", "Bright-", "A Street ", "1 A ", "card ", "Flat 1 ", "my name is called ",
    "a at b dot ", "posters say “",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_is_read_in_linear_time(unit):
    assert grows_in_proportion(lambda size: suggest(unit * (size // len(unit)), HOUSE), 20_000)
