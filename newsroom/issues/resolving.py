"""Two edits of one form: what is stored now beside what somebody typed, field by field, and one made of the
two.

A section keeps no earlier words, so nobody can say who of the two changed what: both are shown with what
differs marked, and a person takes theirs, mine or both. Pure but for the forms; it stores nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from flask_wtf import FlaskForm
from wtforms import Field, TextAreaField

from newsroom.platform.differences import Paragraph, compared

Side = Literal["theirs", "mine", "both"]
SIDES: tuple[Side, ...] = ("theirs", "mine", "both")
MINE = "mine_"
# Fields of one line in which two answers may stand beside each other.
_PROSE_LINES = ("title", "subject", "preheader")
_MOST_PAIRS = 1_000_000


@dataclass(frozen=True)
class Clash:
    """A field that says something else now than what was typed. `taken` is the side that the form shows."""

    name: str
    label: str
    theirs: str
    mine: str
    taken: Side | None
    sides: tuple[Side, ...]

    @property
    def marked(self) -> tuple[Paragraph, ...]:
        """What is stored against what was typed: `removed` is theirs alone, `added` mine alone."""
        return compared(self.theirs, self.mine)


def clashes(stored: FlaskForm, typed: FlaskForm, posted: Mapping[str, str]) -> tuple[Clash, ...]:
    """Where the two forms differ. What was typed first is carried along in `posted`, whatever was taken
    since.
    """
    found = _all_fields(stored, typed, posted)
    return tuple(clash for clash in found if clash.theirs != clash.mine or clash.taken != "mine")


def take(form: FlaskForm, stored: FlaskForm, posted: Mapping[str, str], choice: str) -> None:
    """Let a field of the form say what a button asked for, such as `body both`; nothing for a forged
    choice.
    """
    name, _, side = choice.partition(" ")
    for clash in _all_fields(stored, form, posted):
        if clash.name != name or side not in clash.sides:
            continue
        field = form[name]
        field.raw_data, field.errors = None, []
        if side == "both":
            field.data = _both(field, clash)
        elif side == "theirs":
            field.data = stored[name].data
        else:
            field.process_formdata([clash.mine])
            field.raw_data = [clash.mine]


def says_the_same(one: FlaskForm, other: FlaskForm) -> bool:
    """Whether two copies of a form hold the same words."""
    return all(words(field) == words(other[field.name]) for field in visible(one))


def visible(form: FlaskForm) -> Iterator[Field]:
    """The fields that a person fills in."""
    return (field for field in form if field.type not in ("HiddenField", "CSRFTokenField"))


def words(field: Field) -> str:
    """What a field shows."""
    return str(field._value()) if hasattr(field, "_value") else str(field.data or "")


def both_together(theirs: str, mine: str) -> str:
    """Two texts in one: paragraphs that both have once, and where they differ theirs, then mine.

    Law: every word of both is in it.
    """
    one, other = theirs.split("\n\n"), mine.split("\n\n")
    counted = Counter(other)
    if sum(counted[piece] * times for piece, times in Counter(one).items()) > _MOST_PAIRS:
        return f"{theirs}\n\n{mine}"
    pieces: list[str] = []
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        pieces += one[start:end] + ([] if tag == "equal" else other[other_start:other_end])
    return "\n\n".join(pieces)


def _both(field: Field, clash: Clash) -> str:
    if isinstance(field, TextAreaField):
        return both_together(clash.theirs, clash.mine)
    return " / ".join(filter(None, (clash.theirs, clash.mine)))


def _all_fields(stored: FlaskForm, typed: FlaskForm, posted: Mapping[str, str]) -> Iterator[Clash]:
    for field in visible(stored):
        if field.name not in typed:
            continue
        theirs, shown = words(field), words(typed[field.name])
        mine = posted.get(MINE + field.name, shown).replace("\r\n", "\n")
        takes_both = isinstance(field, TextAreaField) or field.name in _PROSE_LINES
        yield Clash(
            field.name,
            field.label.text,
            theirs,
            mine,
            _taken(field, theirs, mine, shown),
            SIDES if takes_both and theirs and mine else SIDES[:2],
        )


def _taken(field: Field, theirs: str, mine: str, shown: str) -> Side | None:
    if shown == mine:
        return "mine"
    if shown == theirs:
        return "theirs"
    return None
