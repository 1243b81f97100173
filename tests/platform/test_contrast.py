"""Colour arithmetic: WCAG's numbers, and corrections that go as far as they must and no further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform import contrast

LIGHT = ("#FFFFFF", "#F4F0E8")
DARK = ("#171614", "#26231F")
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06X}".format)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert contrast.contrast("#1F1D1A", "#FFFFFF") == contrast.contrast("#FFFFFF", "#1F1D1A")


@given(COLOURS)
def test_a_corrected_colour_is_legible_on_every_ground(colour: str) -> None:
    assert contrast.lowest_contrast(contrast.legible(colour, LIGHT), LIGHT) >= contrast.READABLE
    assert contrast.lowest_contrast(contrast.for_dark_ground(colour, DARK), DARK) >= contrast.READABLE


@given(COLOURS)
def test_a_legible_colour_is_left_alone(colour: str) -> None:
    corrected = contrast.legible(colour, LIGHT)
    assert contrast.legible(corrected, LIGHT) == corrected


def test_a_correction_goes_no_further_than_it_must() -> None:
    for colour in ("#FFCC00", "#FF0000", "#00FF00", "#FFFFFF"):
        assert contrast.lowest_contrast(contrast.legible(colour, LIGHT), LIGHT) < 4.7


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("#abc", "#AABBCC"),
        ("0b5563", "#0B5563"),
        (" #0B5563 ", "#0B5563"),
        ("teal", None),
        ("#12345", None),
        ("", None),
    ],
)
def test_a_colour_is_read_as_people_type_it(typed: str, read: str | None) -> None:
    assert contrast.parse_colour(typed) == read
