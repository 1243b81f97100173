"""Two texts compared word by word: nothing of either is lost, and only what differs is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.differences import compared
from tests.effort import grows_in_proportion

texts = st.text(alphabet=st.sampled_from(" \nab’.é"), max_size=60)


def _without(part: str, earlier: str, later: str) -> str:
    shown = compared(earlier, later)
    return " ".join("".join(one.text for one in paragraph if one.part != part) for paragraph in shown)


@given(texts, texts)
def test_all_words_of_both_are_there(earlier: str, later: str) -> None:
    assert "".join(_without("added", earlier, later).split()) == "".join(earlier.split())
    assert "".join(_without("removed", earlier, later).split()) == "".join(later.split())


@given(texts)
def test_a_text_is_like_itself(text: str) -> None:
    assert all(one.part == "same" for paragraph in compared(text, text) for one in paragraph)


@pytest.mark.parametrize(
    ("earlier", "later", "changed"),
    [
        ("We rang twice.", "We rang.", [("removed", " twice")]),
        ("We rang.", "We rang twice.", [("added", " twice")]),
        ("One.\n\nTwo.", "One.\n\nThree.", [("removed", "Two"), ("added", "Three")]),
        ("I don’t know", "I do know", [("removed", "don’t"), ("added", "do")]),
        ("", "New.", [("added", "New.")]),
    ],
)
def test_only_what_differs_is_marked(earlier: str, later: str, changed: list[tuple[str, str]]) -> None:
    shown = compared(earlier, later)
    found = [(one.part, one.text) for paragraph in shown for one in paragraph if one.part != "same"]
    assert found == changed


def test_a_text_that_says_one_word_again_and_again_is_compared_in_time() -> None:
    def compare(count: int) -> None:
        compared("bell " * count, "bell rang " * count)

    assert grows_in_proportion(compare, 2_000)
