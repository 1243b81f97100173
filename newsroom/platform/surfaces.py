"""The register of what the product makes public: which words stand where, and on which doors nothing does.

Pure. Each feature that shows something to the public has a module `surfaces`, which the factory enters here:
`SURFACES` with what has to be looked through before print, and `FREE` with what shows no words of an issue,
each with the reason. It reads nothing itself and knows no story and no page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

_KEY = "newsroom.surfaces"


class Depth(IntEnum):
    """How near some words are to where somebody wrote them: a report names the nearest place."""

    PART = 0
    """A part of a field that has a name of its own: the description of a picture, where a link leads."""
    FIELD = 1
    """A whole field, as it was written."""
    SET = 2
    """What a template or a list makes of fields."""


@dataclass(frozen=True)
class Passage:
    """Words on a surface.

    `where` names the place to a person and `what` the words there (“the description of a picture”);
    `section_id` and `field` lead the desk to the form that mends them, both empty for what is no section's.
    `path` is the desk's address of what stands in no issue. `page` is the id of the piece to whose own page
    they belong; empty for everything else.
    """

    where: str
    what: str
    text: str
    section_id: str = ""
    field: str = ""
    path: str = ""
    page: str = ""
    depth: Depth = Depth.FIELD


@dataclass(frozen=True)
class Surface:
    """One thing that the product makes public.

    `covers` names the doors (by endpoint), the letters (by their template without its ending), the fields and
    editions through which it gets out; `passages` takes an issue's document and its renderings and gives the
    words that stand there.
    """

    name: str
    covers: frozenset[str]
    passages: Callable[[Any, Any], Iterable[Passage]]


@dataclass(frozen=True)
class Register:
    """All surfaces, and what shows none, with the reason."""

    surfaces: tuple[Surface, ...] = ()
    free: Mapping[str, str] | None = None

    @property
    def covered(self) -> frozenset[str]:
        """Every door, template and edition that some surface answers for."""
        return frozenset().union(*(surface.covers for surface in self.surfaces))


def enter(extensions: MutableMapping[str, Any], surfaces: Iterable[Surface], free: Mapping[str, str]) -> None:
    """Put a feature's surfaces into the application's register."""
    known = register(extensions)
    extensions[_KEY] = Register((*known.surfaces, *surfaces), {**(known.free or {}), **free})


def register(extensions: Mapping[str, Any]) -> Register:
    """What was entered so far; empty where nothing was."""
    found = extensions.get(_KEY)
    return found if isinstance(found, Register) else Register()
