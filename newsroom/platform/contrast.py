"""Colour arithmetic: how legible a colour is on a ground, and the nearest colour that is legible enough.

Pure. Colours are `#RRGGBB`. Contrast and luminance are those of WCAG 2.2; a colour is moved in the OKLab
space (Björn Ottosson, 2020), where lightness is what an eye calls lightness, so that a corrected colour still
looks like the one that was asked for. This module knows no page and no palette.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

WHITE = "#FFFFFF"
BLACK = "#000000"
READABLE = 4.5
"""The ratio that WCAG AA asks of running text."""

_HEX = re.compile(r"#?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
_STEPS = 64

_Rgb = tuple[float, float, float]


def parse_colour(text: str) -> str | None:
    """The colour as `#RRGGBB` in capitals, from `#abc`, `abc123` or `#ABC123`; None where it is none."""
    found = _HEX.fullmatch(text.strip())
    if found is None:
        return None
    digits = found[1]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return "#" + digits.upper()


def luminance(colour: str) -> float:
    """Relative luminance from 0 (black) to 1 (white), by WCAG's formula."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21; the order does not matter."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def lowest_contrast(colour: str, grounds: Iterable[str]) -> float:
    """The contrast on the worst of some grounds."""
    return min(contrast(colour, ground) for ground in grounds)


def legible(colour: str, grounds: Iterable[str], ratio: float = READABLE) -> str:
    """The colour itself when it is legible on all grounds, else the nearest of its hue that is.

    It gets darker on light grounds and lighter on dark ones, and stops at black or white where no colour
    would reach the ratio.
    """
    places = tuple(grounds)
    if lowest_contrast(colour, places) >= ratio:
        return colour
    is_on_light = lowest_contrast(BLACK, places) >= lowest_contrast(WHITE, places)
    lightness, chroma, hue = _to_lch(colour)
    end = 0.0 if is_on_light else 1.0
    near, far = 0.0, 1.0
    best = BLACK if is_on_light else WHITE
    for _ in range(_STEPS):
        middle = (near + far) / 2
        candidate = _from_lch(lightness + (end - lightness) * middle, chroma, hue)
        if lowest_contrast(candidate, places) >= ratio:
            best, far = candidate, middle
        else:
            near = middle
    return best


def for_dark_ground(colour: str, grounds: Iterable[str], ratio: float = READABLE) -> str:
    """The same hue as a light colour for dark grounds: soft enough for a screen at night, and legible."""
    lightness, chroma, hue = _to_lch(colour)
    return legible(_from_lch(max(lightness, 0.78), min(chroma, 0.1), hue), grounds, ratio)


def _linear(colour: str) -> _Rgb:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _to_linear(red), _to_linear(green), _to_linear(blue)


def _to_linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _to_gamma(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _to_lch(colour: str) -> tuple[float, float, float]:
    """Lightness from 0 to 1, chroma and hue in radians, of the OKLab space."""
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_lch(lightness: float, chroma: float, hue: float) -> str:
    """The colour, with as much of its chroma as a screen can show at that lightness."""
    if _is_shown(_linear_from_lch(lightness, chroma, hue)):
        return _screen(lightness, chroma, hue)
    inside, outside = 0.0, 1.0
    colour = _screen(lightness, 0.0, hue)
    for _ in range(24):
        middle = (inside + outside) / 2
        if _is_shown(_linear_from_lch(lightness, chroma * middle, hue)):
            inside, colour = middle, _screen(lightness, chroma * middle, hue)
        else:
            outside = middle
    return colour


def _linear_from_lch(lightness: float, chroma: float, hue: float) -> _Rgb:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _is_shown(linear: _Rgb) -> bool:
    return all(-0.0005 <= value <= 1.0005 for value in linear)


def _screen(lightness: float, chroma: float, hue: float) -> str:
    values = (_to_gamma(min(1.0, max(0.0, value))) for value in _linear_from_lch(lightness, chroma, hue))
    return "#" + "".join(f"{round(value * 255):02X}" for value in values)
