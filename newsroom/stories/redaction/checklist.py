"""The checklist of the redaction desk: what has to be true before somebody signs for a story's words.

Pure. Most lines are counted; two only a person can answer, who ticks them. It decides nothing about print:
`readiness` asks whether the checklist was signed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from newsroom.platform.text import slugify
from newsroom.stories.redaction.cast import Cast, Withheld
from newsroom.stories.redaction.leaks import Leak, LeakSearch, Weight
from newsroom.stories.redaction.passages import Passage
from newsroom.stories.redaction.suggestions import Thing

_PRIVATE: frozenset[Thing] = frozenset({"email", "phone", "url", "card", "iban", "account", "handle"})
_SURROUNDINGS: frozenset[Thing] = frozenset({"place", "street", "slogan"})

_COUNTED: tuple[tuple[str, frozenset[Thing], str], ...] = (
    ("private", _PRIVATE, "No address, telephone number, account or order number is left."),
    ("people", frozenset({"person"}), "Nobody is named who may not be."),
    ("companies", frozenset({"company"}), "No company is named that may not be."),
    ("surroundings", _SURROUNDINGS, "No street, place or slogan gives anybody away."),
)
_TICKED = {
    "elimination": "Readers cannot guess by elimination who it is.",
    "stranger": "I read it as a stranger, and know nobody in it.",
}
TICKED = tuple(_TICKED)
"""The names of the lines that a person ticks."""


@dataclass(frozen=True)
class Line:
    """One line of the checklist. `done` and `open` count passages, or places where a name still stands; what
    a person ticks is 1 of either."""

    name: str
    sentence: str
    done: int
    open: int
    is_computed: bool

    @property
    def is_done(self) -> bool:
        return self.open == 0


@dataclass(frozen=True)
class Words:
    """What a story would print."""

    title: str
    text: str
    attribution: str
    note: str

    @property
    def places(self) -> dict[str, str]:
        """Its renderings by what people call them."""
        return {
            "title": self.title,
            "text": self.text,
            "attribution": self.attribution,
            "Editor’s note": self.note,
            "address of its page": slugify(self.title),
        }


@dataclass(frozen=True, order=True)
class OwnLeak:
    """A name that has to stay out and stands in one of the story's own renderings."""

    place: str
    leak: Leak

    @property
    def sentence(self) -> str:
        return f"In the {self.place} stands “{self.leak.words}”, which is to stay out of print."


def own_leaks(forms: Iterable[Withheld], words: Words) -> tuple[OwnLeak, ...]:
    """Every name that still stands in the story's own renderings; in the address only what no title says."""
    search = LeakSearch(one.form for one in forms)
    found = [OwnLeak(place, leak) for place, text in words.places.items() for leak in search.leaks(text)]
    in_title = {one.leak.name for one in found if one.place == "title"}
    return tuple(one for one in found if one.place != "address of its page" or one.leak.name not in in_title)


def blocking(leaks: Iterable[OwnLeak]) -> tuple[OwnLeak, ...]:
    """Those that keep a story out of print; short and ordinary names only warn."""
    return tuple(one for one in leaks if one.leak.weight is Weight.BLOCKER)


def lines_of(cast: Cast, leaks: Iterable[OwnLeak], ticked: Collection[str] = ()) -> tuple[Line, ...]:
    """The whole checklist, with what a person has ticked of it so far."""
    stops = len(blocking(leaks))
    return (
        *(_counted(cast.passages, *row) for row in _COUNTED),
        Line(
            "elsewhere", "No such name stands in title, text, attribution, note or address.", 0, stops, True
        ),
        *(
            Line(name, sentence, int(name in ticked), int(name not in ticked), False)
            for name, sentence in _TICKED.items()
        ),
    )


def _counted(passages: Iterable[Passage], name: str, things: frozenset[Thing], sentence: str) -> Line:
    states = [passage.state for passage in passages if passage.thing in things]
    open_count = states.count("open")
    return Line(name, sentence, len(states) - open_count, open_count, True)


def problems(lines: Iterable[Line]) -> tuple[str, ...]:
    """Why the checklist cannot be signed, a sentence each; empty when it can."""
    return tuple(_problem(line) for line in lines if not line.is_done)


def _problem(line: Line) -> str:
    if not line.is_computed:
        return f"Tick this only when it is true: {line.sentence}"
    count = "1 place is" if line.open == 1 else f"{line.open} places are"
    return f"{line.sentence.removesuffix('.')}: {count} still open."


def as_signed(lines: Iterable[Line]) -> Mapping[str, Any]:
    """The checklist as it stood, for the record: counts by name, and no word of the story."""
    return {line.name: {"done": line.done, "open": line.open} for line in lines}
