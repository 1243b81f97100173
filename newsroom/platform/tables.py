"""Tables in files: CSV (RFC 4180) read record by record, and cells that no spreadsheet runs.

Pure but for the lines it is given. What the columns mean is the feature's business.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Final

_DELIMITERS: Final = (",", ";", "\t")
# A spreadsheet takes a cell that begins like this for a formula and runs it.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED_FORMULA = re.compile(r"'+[=+\-@\t\r]")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class TableRefused(ValueError):
    """The file as a whole cannot be read. `line` says where; the text is a sentence that says what to do."""

    def __init__(self, line: int, sentence: str) -> None:
        self.line = line
        super().__init__(sentence)


def harmless(cell: str) -> str:
    """The cell as a file holds it: one that a spreadsheet would run begins with an apostrophe."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def meant(cell: str) -> str:
    """What a cell says that `harmless` has written."""
    return cell[1:] if cell.startswith("'") and _ESCAPED_FORMULA.match(cell) else cell


def records(lines: Iterable[bytes]) -> Iterator[tuple[int, list[str], str]]:
    """Line number, cells and delimiter of each record that is not blank, the header first.

    Raises TableRefused.
    """
    decoded = TextLines(lines)
    header = next(decoded, None)
    while header is not None and not header.strip():
        header = next(decoded, None)
    if header is None:
        return
    delimiter = max(_DELIMITERS, key=header.count)
    first_line = decoded.line
    reader = csv.reader(decoded.again(header), delimiter=delimiter, strict=True)
    line = first_line
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise TableRefused(line, _csv_sentence(str(problem))) from None
        if "".join(cells).strip():
            yield line, cells, delimiter
        line = first_line + reader.line_num


class TextLines(Iterator[str]):
    """The lines of a file as text, counted from 1, with its faults found at their line (TableRefused)."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._put_back: str | None = None
        self.line = 0

    def __next__(self) -> str:
        if self._put_back is not None:
            text, self._put_back = self._put_back, None
            return text
        raw = next(self._lines)
        self.line += 1
        if self.line == 1:
            raw = self._without_mark(raw)
        if b"\0" in raw:
            raise TableRefused(self.line, "This is no text file: save it again as text in UTF-8.")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as problem:
            raise TableRefused(
                self.line,
                f"The byte {raw[problem.start]:#04x} is not UTF-8: save the file again in UTF-8 "
                "(spreadsheets call it “CSV UTF-8”).",
            ) from None

    def again(self, text: str) -> TextLines:
        """The same lines, with one that was looked at already in front."""
        self._put_back = text
        return self

    @staticmethod
    def _without_mark(raw: bytes) -> bytes:
        if raw.startswith(_UTF16):
            raise TableRefused(
                1, "This file is in UTF-16: save it again in UTF-8 (spreadsheets call it “CSV UTF-8”)."
            )
        return raw.removeprefix(b"\xef\xbb\xbf")


def _csv_sentence(problem: str) -> str:
    if "field larger" in problem:
        return "A value begins here that is too long for any table: perhaps a quotation mark is never closed."
    if "unexpected end" in problem:
        return "A quotation mark is opened here and never closed: close it, or take it away."
    if "new-line" in problem:
        return "Lines end with a bare carriage return: save the file again with ordinary line ends."
    return "After a closing quotation mark there must be a delimiter: double a quotation mark that is meant."
