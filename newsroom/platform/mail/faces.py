"""The two faces of a letter, by the script that it is written in.

Mail programs bring no faces of their own, so a letter names what lies on readers' machines: Georgia and
Arial, then for each script what Apple's systems and Windows have for it. Latin words keep the first two
whatever comes after. Pure; it knows no sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsroom.platform.languages import script


@dataclass(frozen=True)
class Faces:
    """CSS `font-family` values for reading and for labels, and whether the script has a slanted form."""

    serif: str
    sans: str
    has_italics: bool = True


_LATIN_SERIF = ("Georgia", "'Times New Roman'")
_LATIN_SANS = ("Arial", "Helvetica")

# Android and Linux have one face for each of these scripts, and find it by the last word of a stack.
_SERIFS = {
    "Arab": "'Geeza Pro'",
    "Aran": "'Noto Nastaliq Urdu', 'Urdu Typesetting', 'Geeza Pro'",
    "Hebr": "David, 'Arial Hebrew'",
    "Hans": "'Songti SC', SimSun",
    "Hant": "'Songti TC', PMingLiU",
    "Jpan": "'Hiragino Mincho ProN', 'Yu Mincho'",
    "Kore": "AppleMyungjo, Batang",
}
_SANSES = {
    "Arab": "'Geeza Pro', Tahoma",
    "Aran": "'Geeza Pro', Tahoma",
    "Hebr": "'Arial Hebrew'",
    "Hans": "'PingFang SC', 'Microsoft YaHei'",
    "Hant": "'PingFang TC', 'Microsoft JhengHei'",
    "Jpan": "'Hiragino Sans', Meiryo",
    "Kore": "'Apple SD Gothic Neo', 'Malgun Gothic'",
}


def faces(language: str) -> Faces:
    """The faces for a language, by its BCP 47 tag; a script that needs no others has those of Latin."""
    written_in = script(language)
    return Faces(
        serif=_stack(_LATIN_SERIF, _SERIFS.get(written_in), "serif"),
        sans=_stack(_LATIN_SANS, _SANSES.get(written_in), "sans-serif"),
        has_italics=written_in not in _SERIFS,
    )


def _stack(first: tuple[str, ...], then: str | None, last: str) -> str:
    return ", ".join(filter(None, (*first, then, last)))
