"""The palette of the site and the desk is legible, by day and in the dark, and is the letter's palette."""

import re
from pathlib import Path

import pytest

from newsroom.platform.contrast import contrast

STATIC = Path(__file__).resolve().parents[2] / "static"
TEXT, CONTROL = 4.5, 3.0

PROMISED = {
    "light": {"page": "#FFFFFF", "ink": "#1F1D1A", "up": "#1D4F91", "down": "#9A2F17", "accent": "#0B5563"},
    "dark": {"page": "#171614", "ink": "#E9E5DD", "up": "#8FBDF0", "down": "#F2957E", "accent": "#7CC7D2"},
}
PAIRS = [
    ("ink", "page", TEXT),
    ("ink", "panel", TEXT),
    ("ink", "mark", TEXT),
    ("ink", "down-tint", TEXT),
    ("ink", "warn-tint", TEXT),
    ("second", "page", TEXT),
    ("second", "panel", TEXT),
    ("accent", "page", TEXT),
    ("accent", "panel", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-thumb", "up", TEXT),
    ("on-thumb", "down", TEXT),
    ("up", "page", TEXT),
    ("up", "panel", TEXT),
    ("up", "up-tint", TEXT),
    ("down", "page", TEXT),
    ("down", "panel", TEXT),
    ("down", "down-tint", TEXT),
    ("warn", "page", TEXT),
    ("warn", "warn-tint", TEXT),
    ("second", "warn-tint", TEXT),
    ("edge", "page", CONTROL),
    ("edge", "panel", CONTROL),
]


def palettes() -> dict[str, dict[str, str]]:
    sheet = (STATIC / "base.css").read_text(encoding="utf-8")
    blocks = [
        dict(re.findall(r"--([a-z-]+):\s*(#[0-9A-F]{6});", block))
        for block in re.findall(r":root\s*\{([^}]*)\}", sheet)
    ]
    light, dark = (block for block in blocks if block)
    return {"light": light, "dark": {**light, **dark}}


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
def test_every_colour_is_legible_on_its_ground(mode: str, colour: str, ground: str, least: float) -> None:
    palette = palettes()[mode]
    assert contrast(palette[colour], palette[ground]) >= least


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_site_has_the_colours_of_the_letter(mode: str) -> None:
    palette = palettes()[mode]
    assert {name: palette[name] for name in PROMISED[mode]} == PROMISED[mode]


def test_the_dark_changes_every_colour() -> None:
    both = palettes()
    assert [name for name in both["light"] if both["light"][name] == both["dark"][name]] == []


@pytest.mark.parametrize("sheet", ["site.css", "desk.css"])
def test_a_sheet_takes_its_colours_from_the_palette(sheet: str) -> None:
    text = (STATIC / sheet).read_text(encoding="utf-8")
    on_screen = re.sub(r"@media print \{.*", "", text, flags=re.DOTALL)
    # A letter's frame is white before the letter is there, whatever the desk's colours are.
    assert set(re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[;\s,)])", on_screen)) <= {"#FFFFFF"}


def test_every_face_a_sheet_names_is_there_and_all_together_are_light() -> None:
    named = set(re.findall(r'url\("([^"]+)"\)', (STATIC / "base.css").read_text(encoding="utf-8")))
    assert named
    assert sum((STATIC / name).stat().st_size for name in named) < 350_000
    assert {f"fonts/{path.name}" for path in (STATIC / "fonts").glob("*.woff2")} == named
