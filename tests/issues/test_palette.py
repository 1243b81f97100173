"""The letter's colours are legible whatever accent a publication asks for."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.issues import palette, render
from newsroom.platform.contrast import contrast
from tests.issues.documents import BASE_URL, bare

ACCENTS = st.integers(0, 0xFFFFFF).map("#{:06X}".format)


@given(ACCENTS)
def test_every_word_of_the_letter_can_be_read(accent: str) -> None:
    for colours in (palette.light(accent), palette.dark(accent)):
        for word in (colours.ink, colours.second, colours.accent, colours.up, colours.down):
            assert contrast(word, colours.page) >= 4.5
            assert contrast(word, colours.panel) >= 4.5
        for ground in (colours.up, colours.down):
            assert contrast(colours.on_thumb, ground) >= 4.5
        assert contrast(colours.on_accent, colours.accent) >= 4.5


def test_a_legible_accent_is_printed_as_it_was_asked_for() -> None:
    assert palette.light("#1D4F91").accent == "#1D4F91"


@pytest.mark.parametrize("typed", ["", "teal", "#0B5563;background:url(https://tracker.example)"])
def test_what_is_no_colour_becomes_the_houses_own(typed: str) -> None:
    assert palette.light(typed) == palette.light()
    assert palette.dark(typed) == palette.dark()


def test_the_letter_is_printed_in_the_corrected_accent() -> None:
    html = render.letter_html(bare(accent_colour="#FFCC00"), BASE_URL, render.SAMPLE_LINKS)
    assert palette.light("#FFCC00").accent != "#FFCC00"
    assert "#FFCC00" not in html.upper()
    assert palette.dark("#FFCC00").accent in html


def test_a_palette_is_made_of_whole_colours() -> None:
    values = [*asdict(palette.light()).values(), *asdict(palette.dark("#abc")).values()]
    assert all(len(value) == 7 and value.startswith("#") for value in values)
