"""The list of subscribers as a CSV file (RFC 4180), read line by line and never held in memory.

Pure but for the file it is given. A file is first surveyed, which finds what would stop it half-way (another
encoding, no column of addresses, a quotation mark that is never closed); then its records are read, each one
good or refused by its line number. What becomes of a good one is not known here.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from newsroom.platform import addresses, tables
from newsroom.platform.addresses import Address
from newsroom.platform.tables import TableRefused
from newsroom.platform.text import clean_line
from newsroom.subscribers.rules import LONGEST_NAME

COLUMNS: Final = ("email", "name", "state", "format", "confirmed_at")
"""What an exported list holds; an imported one needs the first and may have the second."""

_ALSO_CALLED: Final = {
    "e-mail": "email",
    "e-mail address": "email",
    "email address": "email",
    "full name": "name",
}

RosterRefused = TableRefused
"""The file as a whole cannot be read; it has the line, and its text says what to do."""


@dataclass(frozen=True)
class Survey:
    """What a file holds: its delimiter, where its columns stand, how many records follow the header."""

    delimiter: str
    email_column: int
    name_column: int | None
    column_count: int
    record_count: int
    ignored_columns: tuple[str, ...]


class Newcomer(NamedTuple):
    """A good record: the line it begins on, the address, and the name (perhaps empty)."""

    line: int
    address: Address
    name: str


@dataclass(frozen=True)
class Refusal:
    """A record that is not taken: the line it begins on, and why, as a sentence."""

    line: int
    sentence: str


def survey(lines: Iterable[bytes]) -> Survey:
    """Look through a whole file without taking anything. Raises `RosterRefused`."""
    records = tables.records(lines)
    header_line, header, delimiter = next(records, (1, None, ","))
    if header is None:
        raise RosterRefused(1, "The file is empty: its first line must name the columns, such as email,name.")
    names = [_column_name(cell) for cell in header]
    email_column = _column(names, "email", header_line)
    if email_column is None:
        raise RosterRefused(header_line, _no_email(header))
    return Survey(
        delimiter=delimiter,
        email_column=email_column,
        name_column=_column(names, "name", header_line),
        column_count=len(names),
        record_count=sum(1 for _ in records),
        ignored_columns=tuple(name for name in names if name not in ("email", "name") and name),
    )


def read(lines: Iterable[bytes], plan: Survey) -> Iterator[Newcomer | Refusal]:
    """The records of a file that was surveyed, in their order, header left out."""
    seen = _SeenAddresses()
    records = tables.records(lines)
    next(records, None)
    for line, cells, _ in records:
        yield _judged(line, cells, plan, seen)


def written(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Rows as a file holds them: a cell that a spreadsheet would run begins with an apostrophe."""
    for row in rows:
        yield [tables.harmless(cell) for cell in row]


def _judged(line: int, cells: list[str], plan: Survey, seen: _SeenAddresses) -> Newcomer | Refusal:
    if len(cells) > plan.column_count:
        return Refusal(
            line,
            f"There are {len(cells)} values under {plan.column_count} columns: "
            "put quotation marks around one that holds the delimiter.",
        )
    typed = _cell(cells, plan.email_column)
    name = clean_line(_cell(cells, plan.name_column))
    if not typed:
        return Refusal(line, "There is no address.")
    if len(name) > LONGEST_NAME:
        return Refusal(line, f"The name has {len(name)} characters; {LONGEST_NAME} is the most.")
    try:
        address = addresses.parse(typed)
    except addresses.NoAddress as problem:
        return Refusal(line, f"{clean_line(typed)[:80]!r} cannot be written to. {problem}")
    earlier = seen.line_of(address.key, line)
    if earlier:
        return Refusal(line, f"{address.email} stands in line {earlier} already.")
    return Newcomer(line, address, name)


def _column_name(cell: str) -> str:
    name = clean_line(cell).casefold()
    return _ALSO_CALLED.get(name, name)


def _column(names: list[str], wanted: str, line: int) -> int | None:
    if names.count(wanted) > 1:
        raise RosterRefused(line, f"The column {wanted} stands there twice: leave one of them.")
    return names.index(wanted) if wanted in names else None


def _no_email(header: list[str]) -> str:
    if any("@" in cell for cell in header):
        return "The first line must name the columns: put a line “email,name” above the addresses."
    found = ", ".join(clean_line(cell)[:30] or "(none)" for cell in header[:6])
    return f"No column is called email: the first line must be such as email,name, and reads {found}."


def _cell(cells: list[str], place: int | None) -> str:
    if place is None or place >= len(cells):
        return ""
    return tables.meant(cells[place].strip())


class _SeenAddresses:
    """Which addresses were met, and in which line: 12 bytes for each, where a dictionary takes a hundred.

    A table of 64-bit fingerprints with open addressing. Of a million addresses two share a fingerprint once
    in thirty million files; one of them would then be refused as doubled, in a report that says so.
    """

    def __init__(self) -> None:
        self._size = 1 << 12
        self._count = 0
        self._prints = array("Q", bytes(8 * self._size))
        self._lines = array("L", bytes(array("L").itemsize * self._size))

    def line_of(self, key: str, line: int) -> int:
        """The line in which an address was met before, or 0, in which case it is remembered now."""
        fingerprint = (hash(key) & 0xFFFFFFFFFFFFFFFF) or 1
        place = self._place(fingerprint)
        if self._prints[place]:
            return self._lines[place]
        self._prints[place], self._lines[place] = fingerprint, line
        self._count += 1
        if self._count * 2 > self._size:
            self._grow()
        return 0

    def _place(self, fingerprint: int) -> int:
        place = fingerprint & (self._size - 1)
        while self._prints[place] not in (0, fingerprint):
            place = (place + 1) & (self._size - 1)
        return place

    def _grow(self) -> None:
        prints, lines = self._prints, self._lines
        self._size *= 2
        self._prints = array("Q", bytes(8 * self._size))
        self._lines = array("L", bytes(array("L").itemsize * self._size))
        for fingerprint, line in zip(prints, lines, strict=True):
            if fingerprint:
                place = self._place(fingerprint)
                self._prints[place], self._lines[place] = fingerprint, line
