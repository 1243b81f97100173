"""Two people edited one text: what both did is kept, once, and what clashes is shown with both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stories.merging import Merge, merge

BASE = "The red dog sat on the old mat, and nobody spoke."
TEXTS = st.text(st.sampled_from("ab cd.\n’é\u0301"), max_size=40)


def joined(found: Merge, side: str) -> str:
    return "".join(getattr(piece, side) for piece in found.pieces)


@given(base=TEXTS, theirs=TEXTS, mine=TEXTS)
def test_no_word_of_anybody_is_lost(base, theirs, mine):
    found = merge(base, theirs, mine)
    assert [joined(found, side) for side in ("base", "theirs", "mine")] == [base, theirs, mine]
    for piece in found.pieces:
        if piece.whose == "clash":
            assert len({piece.base, piece.theirs, piece.mine}) == 3
    if not found.clashes:
        assert found.text("mine") == found.text("theirs")


@given(base=TEXTS, edited=TEXTS)
def test_who_changed_alone_is_taken_at_their_word(base, edited):
    assert merge(base, edited, base).text() == edited
    assert merge(base, base, edited).text() == edited
    assert merge(base, edited, edited).text() == edited
    assert not merge(base, edited, edited).clashes


@given(base=TEXTS, theirs=TEXTS, mine=TEXTS)
def test_it_does_not_matter_who_came_first(base, theirs, mine):
    one, other = merge(base, theirs, mine), merge(base, mine, theirs)
    assert one.text("mine") == other.text("theirs")
    assert len(one.clashes) == len(other.clashes)


@given(
    words=st.lists(st.integers(0, 10**6).map(str), min_size=6, max_size=30, unique=True),
    data=st.data(),
)
def test_edits_of_different_words_go_together(words, data):
    places = data.draw(st.lists(st.integers(0, len(words) - 1), min_size=3, max_size=3, unique=True))
    first, second, same = places

    def changed(*at):
        return " ".join(f"new{i}" if i in at else word for i, word in enumerate(words))

    theirs, mine = changed(first, same), changed(second, same)
    if {abs(first - second), abs(first - same), abs(second - same)} & {1}:
        # Neighbours are one passage for whoever reads: two edits of it may clash, and then both are shown.
        found = merge(" ".join(words), theirs, mine)
        assert found.clashes or found.text() == changed(first, second, same)
    else:
        assert merge(" ".join(words), theirs, mine).text() == changed(first, second, same)


def test_the_same_edit_is_made_once():
    both = BASE.replace("red", "brown")
    found = merge(BASE, both.replace("spoke", "looked up"), both.replace("sat", "slept"))
    assert found.text() == "The brown dog slept on the old mat, and nobody looked up."
    assert (found.whose, found.clashes) == ("both", ())


def test_a_clash_is_reported_with_both():
    theirs = BASE.replace("red", "brown").replace("spoke", "looked up")
    found = merge(BASE, theirs, BASE.replace("red", "grey"))
    (clash,) = found.clashes
    assert (clash.base, clash.theirs, clash.mine) == ("red", "brown", "grey")
    assert found.whose == "clash"
    assert found.text("mine") == "The grey dog sat on the old mat, and nobody looked up."
    assert found.text("theirs") == "The brown dog sat on the old mat, and nobody looked up."


@pytest.mark.parametrize(
    ("theirs", "mine", "whose"),
    [
        (BASE, BASE, "nobody"),
        ("T", BASE, "theirs"),
        (BASE, "M", "mine"),
        ("N", "N", "both"),
        ("T", "M", "clash"),
    ],
)
def test_it_says_whose_the_edit_is(theirs, mine, whose):
    assert merge(BASE, theirs, mine).whose == whose


@pytest.mark.parametrize(("theirs", "mine"), [("T", "M"), ("", "M"), ("T", "")])
def test_without_a_common_beginning_two_texts_clash(theirs, mine):
    found = merge(None, theirs, mine)
    assert (found.whose, found.text("theirs"), found.text("mine")) == ("clash", theirs, mine)


def test_two_texts_that_agree_need_no_common_beginning():
    assert merge(None, "N", "N").whose == "nobody"


def test_two_passages_at_the_same_end_clash_instead_of_standing_in_a_row():
    assert merge("One.", "One. Two.", "One. Three.").clashes
