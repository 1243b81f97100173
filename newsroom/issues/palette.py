"""The colours of the letter, by day and by night, with the publication's own accent made legible.

Pure. The site's sheets name the same colours as custom properties; a letter has to write them out.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsroom.platform import contrast

DEFAULT_ACCENT = "#0B5563"


@dataclass(frozen=True)
class Palette:
    """One ground and everything that is printed on it, as `#RRGGBB`."""

    page: str
    panel: str
    ink: str
    second: str
    hairline: str
    # Hairlines on the panel, where the page's would fade.
    edge: str
    accent: str
    on_accent: str
    up: str
    down: str
    on_thumb: str


def light(accent_colour: str = DEFAULT_ACCENT) -> Palette:
    """The palette on white, with the accent darkened until it reads on page and panel."""
    page, panel = "#FFFFFF", "#F4F0E8"
    return Palette(
        page=page,
        panel=panel,
        ink="#1F1D1A",
        second="#5A554D",
        hairline="#D9D3C7",
        edge="#CFC7B8",
        accent=contrast.legible(_accent(accent_colour), (page, panel)),
        on_accent=page,
        # A shade below the site's: under white words Thunderbird keeps a ground in the dark from a contrast
        # of its own reckoning on, which the site's blue just misses.
        up="#1C4D8F",
        down="#9A2F17",
        on_thumb=page,
    )


def dark(accent_colour: str = DEFAULT_ACCENT) -> Palette:
    """The palette for a dark screen; the accent keeps its hue and becomes a light colour."""
    page, panel = "#171614", "#26231F"
    accent = _accent(accent_colour)
    return Palette(
        page=page,
        panel=panel,
        ink="#E9E5DD",
        second="#B5AEA3",
        hairline="#3D3933",
        edge="#4D483F",
        # The house's own pair was chosen by eye.
        accent="#7CC7D2" if accent == DEFAULT_ACCENT else contrast.for_dark_ground(accent, (page, panel)),
        on_accent=page,
        up="#8FBDF0",
        down="#F2957E",
        on_thumb=page,
    )


def _accent(typed: str) -> str:
    return contrast.parse_colour(typed) or DEFAULT_ACCENT
