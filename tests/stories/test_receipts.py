import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.stories.receipts import fingerprint, new_seed, words

SECRET = "a secret for the tests alone"


def test_a_receipt_is_four_short_words():
    for _ in range(50):
        code = words(new_seed(), SECRET)
        assert len(code.split()) == 4
        assert code.isascii()
        assert code.islower()


def test_the_same_seed_gives_the_same_words_and_only_with_our_key():
    seed = new_seed()
    assert words(seed, SECRET) == words(seed, SECRET)
    assert words(seed, SECRET) != words(seed, "another secret altogether")
    assert words(seed, SECRET) != words(new_seed(), SECRET)


def test_the_hash_tells_nothing_without_the_key():
    code = words(new_seed(), SECRET)
    assert fingerprint(code, SECRET) != fingerprint(code, "another secret altogether")
    assert not set(code.split()) & set((fingerprint(code, SECRET) or "").split())


@pytest.mark.parametrize(
    "typed",
    [
        "MOTION Advance unique evidence",
        " motion,advance;unique-evidence ",
        "motion\nadvance\r\nunique\tevidence.",
        "1. motion 2. advance 3. unique 4. evidence",
        "ｍｏｔｉｏｎ advance unique evidence",
    ],
)
def test_how_it_was_copied_by_hand_makes_no_difference(typed):
    assert fingerprint(typed, SECRET) == fingerprint("motion advance unique evidence", SECRET)


@pytest.mark.parametrize(
    "typed",
    ["", "motion", "motion advance unique", "motion advance unique evidence motion", "1 2 3 4", "\x00"],
)
def test_what_is_not_four_words_has_no_hash(typed):
    assert fingerprint(typed, SECRET) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(typed):
    found = fingerprint(typed, SECRET)
    assert found is None or len(found) == 64


def test_half_a_character_is_answered_too():
    assert fingerprint("a b c \ud800d", SECRET)
