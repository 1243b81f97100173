"""What authors and lists are told looks private: of the suggestions, people and how to reach them."""

from itertools import pairwise

import pytest

from newsroom.stories.hints import hints_in

TOLD = (
    "Mr Finch, the manager of Kettlewick Heating in Port Ellery, said on 3 March that it was £40. "
    "Ring 01632 960417, write to finch@kettlewick.example or see www.kettlewick.example, order 7730-5519."
)


def test_people_and_how_to_reach_them_are_hints_and_nothing_else_is():
    assert [(hint.kind, hint.words) for hint in hints_in(TOLD)] == [
        ("person", "Mr Finch"),
        ("phone", "01632 960417"),
        ("email", "finch@kettlewick.example"),
        ("url", "www.kettlewick.example"),
        ("account", "7730-5519"),
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Mr Finch came.", "“Mr Finch” seems to name a person."),
        ("Ring 01632 960417.", "“01632 960417” looks like a telephone number."),
        ("Write to a@b.example.", "“a@b.example” looks like an e-mail address."),
    ],
)
def test_a_hint_says_what_it_is(words, sentence):
    assert [hint.sentence for hint in hints_in(words)] == [sentence]


def test_hints_lie_in_the_text_in_order_and_apart():
    found = hints_in(TOLD)
    assert all(TOLD[hint.start : hint.end] == hint.words for hint in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
