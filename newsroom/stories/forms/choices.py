"""Lists to choose from, as the forms of stories offer them."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms.fields.choices import SelectChoice

from newsroom.stories.presets import Preset


def choices(words: dict[str, str], nothing: str) -> list[SelectChoice]:
    """`nothing`, for whoever chooses none, and then each value under its label."""
    return [SelectChoice("", nothing), *(SelectChoice(value, label) for value, label in words.items())]


def preset_choices(presets: Iterable[Preset]) -> list[SelectChoice]:
    """Own words first, then each preset by its label; its text goes along, for the script that shows it."""
    return [
        SelectChoice("", "In my own words"),
        *(SelectChoice(one.key, one.label, render_kw={"data-text": one.text}) for one in presets),
    ]
