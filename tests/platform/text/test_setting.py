"""Counting, cutting and short forms."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.text import clean_text, excerpt, slugify, word_count

PROSE = st.text(st.sampled_from("abc déß 東京、。 — -\u00a0क्ष👍🏽é\u0301\n\t"), max_size=120)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("— … !", 0),
        ("I don't e-mail 1,000 people.", 5),
        ("well—no", 2),
        ("東京に行く", 5),
        ("  two\n\nwords ", 2),
    ],
)
def test_words_are_counted_as_a_reader_counts(text: str, count: int) -> None:
    assert word_count(text) == count


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("The Editor’s note: why?", "the-editors-note-why"),
        ("Übergrößenträger & Søn", "ubergrossentrager-and-son"),
        ("  ", "untitled"),
        ("???", "untitled"),
        ("Nº 81", "no-81"),
    ],
)
def test_a_short_form_folds_accents(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_titles_that_ascii_cannot_write_get_different_stable_forms() -> None:
    tower, castle = slugify("東京タワー"), slugify("大阪城")
    assert tower != castle
    assert tower == slugify(" 東京タワー\n")


@given(st.text(max_size=200), st.integers(16, 80))
def test_a_short_form_is_short_safe_and_never_empty(title: str, longest: int) -> None:
    slug = slugify(title, longest)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug)
    assert len(slug) <= longest
    assert slugify(slug, longest) == slug


@pytest.mark.parametrize(
    ("text", "longest", "cut"),
    [
        ("short", 10, "short"),
        ("hello wonderful world", 12, "hello…"),
        ("one, two three", 9, "one, two…"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("two\n\nlines", 20, "two lines"),
        ("👩‍🚀" * 5, 6, "👩‍🚀…"),
        ("q\u0323\u0301" * 5, 6, "q\u0323\u0301…"),
    ],
)
def test_an_excerpt_ends_between_words(text: str, longest: int, cut: str) -> None:
    assert excerpt(text, longest) == cut


@given(PROSE, st.integers(2, 40))
def test_an_excerpt_is_never_longer_than_asked(text: str, longest: int) -> None:
    assert len(excerpt(text, longest)) <= longest
    assert clean_text(excerpt(text, longest)) == excerpt(text, longest)
