"""News and questions of the library for the floors above; the factory connects who hears and who answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from blinker import Namespace

_signals = Namespace()

author_removed = _signals.signal("author-removed")
"""An author, `slug` and `name`, was taken off the shelf; who hears of it says in words what that changed."""

author_returned = _signals.signal("author-returned")
"""A removed author is back; as above."""

pieces_sought = _signals.signal("pieces-sought")
"""Where do the pieces `public_ids` stand? Each floor answers with the `Place`s of each, by its id."""


@dataclass(frozen=True)
class Place:
    """An issue that holds a piece: its number, its state in words, the desk's address of the place there."""

    number: int
    state: str
    path: str
    version: int
    is_printed: bool


file_sought = _signals.signal("file-sought")
"""What leads to the download at `address`? Each floor answers with its `FileUse`s."""


@dataclass(frozen=True)
class FileUse:
    """A place that leads to a download: its name to a person, and the desk's address of it."""

    where: str
    path: str


def uses_of_file(address: str) -> list[FileUse]:
    """Every place that leads to a download, as all floors tell it."""
    return [use for _who, uses in file_sought.send(None, address=address) for use in uses]


def places_of(public_ids: Iterable[str]) -> dict[str, list[Place]]:
    """Where these pieces stand, by their ids; what stands nowhere is not there."""
    wanted = list(public_ids)
    found: dict[str, list[Place]] = {}
    for _, places in pieces_sought.send(public_ids=wanted) if wanted else ():
        for public_id, its_places in places.items():
            found.setdefault(public_id, []).extend(its_places)
    return found
