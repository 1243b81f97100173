"""The list of subscribers as a CSV file (RFC 4180), read line by line and never held in memory.

Pure but for the file it is given. A file is first surveyed, which finds what would stop it half-way (another
encoding, no column of addresses, a quotation mark that is never closed); then its records are read, each one
good or refused by its line number. What becomes of a good one, and whether its address stood in another line
before, is not known here; `MetLines` is where whoever knows keeps the lines.
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

_PAGE_BITS: Final = 10
_IN_PAGE: Final = (1 << _PAGE_BITS) - 1
_LINE_BYTES: Final = array("I").itemsize

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


class MetLines:
    """In which line of a file each subscriber was met first, so that an address that is doubled can be told.

    By the numbers of subscribers and in pages, because numbers lie close together: four bytes for most, where
    a dictionary of addresses takes a hundred. Who is no subscriber is kept by their address.
    """

    def __init__(self) -> None:
        self._pages: dict[int, array[int]] = {}
        self._strangers: dict[str, int] = {}

    def line_of(self, number: int | None, key: str) -> int:
        """The line of a subscriber, or of an address without one; 0 when none was kept."""
        if number is None:
            return self._strangers.get(key, 0)
        page = self._pages.get(number >> _PAGE_BITS)
        return page[number & _IN_PAGE] if page else 0

    def keep(self, number: int | None, key: str, line: int) -> None:
        """Remember the line, for `line_of`."""
        if number is None:
            self._strangers[key] = line
            return
        page = self._pages.get(number >> _PAGE_BITS)
        if page is None:
            page = self._pages[number >> _PAGE_BITS] = array("I", bytes(_LINE_BYTES << _PAGE_BITS))
        page[number & _IN_PAGE] = line


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
    records = tables.records(lines)
    next(records, None)
    for line, cells, _ in records:
        yield _judged(line, cells, plan)


def written(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Rows as a file holds them: a cell that a spreadsheet would run begins with an apostrophe."""
    for row in rows:
        yield [tables.harmless(cell) for cell in row]


def _judged(line: int, cells: list[str], plan: Survey) -> Newcomer | Refusal:
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
