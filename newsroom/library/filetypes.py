"""What kind of file some bytes are, and whether readers may take it with them: by what is in it, never by its
name.

Pure. Only what is on the list is taken. Whether an office document carries macros stands inside its archive,
where no table of signatures looks, so that is read here with the standard library; an archive's directory is
believed and nothing of it is unpacked but the few names that say what it is.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass
from typing import Final

MOST_BYTES: Final = 20 * 1024 * 1024
"""The largest file that is taken, in bytes."""

_MOST_ENTRIES: Final = 20_000
_MOST_OF_AN_ENTRY: Final = 200_000
_MOST_UNFOLDED: Final = 500 * 1024 * 1024


class NotTaken(ValueError):
    """A file that readers are not given; the text is one sentence that says what to do instead."""


@dataclass(frozen=True)
class FileType:
    """A type of file: how its name ends, what a browser is told, what readers are told."""

    ending: str
    media_type: str
    label: str


PDF = FileType("pdf", "application/pdf", "PDF")
EPUB = FileType("epub", "application/epub+zip", "EPUB")
TEXT = FileType("txt", "text/plain; charset=utf-8", "plain text")
CSV = FileType("csv", "text/csv; charset=utf-8", "CSV")
_OOXML = "application/vnd.openxmlformats-officedocument"
WORD = FileType("docx", f"{_OOXML}.wordprocessingml.document", "Word document")
EXCEL = FileType("xlsx", f"{_OOXML}.spreadsheetml.sheet", "Excel sheet")
SLIDES = FileType("pptx", f"{_OOXML}.presentationml.presentation", "PowerPoint slides")
_ODF = "application/vnd.oasis.opendocument"
ODT = FileType("odt", f"{_ODF}.text", "OpenDocument text")
ODS = FileType("ods", f"{_ODF}.spreadsheet", "OpenDocument sheet")
ODP = FileType("odp", f"{_ODF}.presentation", "OpenDocument slides")
TYPES: Final = {one.ending: one for one in (PDF, EPUB, TEXT, CSV, WORD, EXCEL, SLIDES, ODT, ODS, ODP)}

ALLOWED: Final = (
    "PDF, EPUB, plain text, CSV, Word, Excel and PowerPoint without macros (.docx, .xlsx, .pptx), or "
    "OpenDocument (.odt, .ods, .odp)"
)
_TAKE_INSTEAD: Final = f"Save it as one of these: {ALLOWED}."

_BY_MAIN_PART = {"word/": WORD, "xl/": EXCEL, "ppt/": SLIDES}
_BY_MIMETYPE = {one.media_type: one for one in (EPUB, ODT, ODS, ODP)}
_NAMED = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an office document of the old kind (.doc, .xls, .ppt)",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"\x89PNG": "a picture, which belongs among the pictures",
    b"\xff\xd8\xff": "a picture, which belongs among the pictures",
    b"GIF8": "a picture, which belongs among the pictures",
    b"{\\rtf": "an RTF document",
    b"Rar!": "an archive",
    b"7z\xbc\xaf": "an archive",
    b"\x1f\x8b": "an archive",
}
# What a browser would run or draw if it were shown; it looks no further for that than this.
_MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|script|svg|iframe)\b|<\?xml", re.IGNORECASE)
_SNIFFED = 4096
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def type_of(data: bytes, name: str = "") -> FileType:
    """The type of some bytes; `name` only says whether plain text is meant as a table. Raises NotTaken."""
    if not data:
        raise NotTaken("The file is empty; choose another one.")
    if len(data) > MOST_BYTES:
        raise NotTaken(too_heavy(len(data)))
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    for beginning, what in _NAMED.items():
        if data.startswith(beginning):
            raise NotTaken(f"This is {what}. {_TAKE_INSTEAD}")
    return _text(data, name)


def too_heavy(size: int) -> str:
    """What is said of a file of so many bytes."""
    return f"The file has {round(size / (1024 * 1024))} MB; {MOST_BYTES // (1024 * 1024)} MB is the most."


def _archive(data: bytes) -> FileType:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _MOST_UNFOLDED:
                raise NotTaken(f"This file unfolds to more than readers’ machines bear. {_TAKE_INSTEAD}")
            names = [entry.filename for entry in entries]
            _refuse_macros(archive, names)
            found = _by_mimetype(archive, names) or _office(names)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        raise NotTaken("This file is damaged: it cannot be opened. Save it again, then choose it.") from None
    except ValueError as problem:
        if isinstance(problem, NotTaken):
            raise
        raise NotTaken("This file is damaged: it cannot be opened. Save it again, then choose it.") from None
    if found is None:
        raise NotTaken(f"This is an archive, or a document of an unknown kind. {_TAKE_INSTEAD}")
    return found


def _by_mimetype(archive: zipfile.ZipFile, names: list[str]) -> FileType | None:
    """EPUB and OpenDocument say what they are in an entry of that name."""
    if "mimetype" not in names:
        return None
    return _BY_MIMETYPE.get(_read(archive, "mimetype").decode("ascii", "replace").strip())


def _office(names: list[str]) -> FileType | None:
    """Word, Excel and PowerPoint: the list of parts says that it is one, their folder which."""
    if _PARTS not in names:
        return None
    return next(
        (found for start, found in _BY_MAIN_PART.items() if any(name.startswith(start) for name in names)),
        None,
    )


_PARTS = "[Content_Types].xml"
_MACRO_NAMES = re.compile(r"vba(?:project|data)|macrosheets/|activex/|^(?:basic|scripts)/", re.IGNORECASE)


def _refuse_macros(archive: zipfile.ZipFile, names: list[str]) -> None:
    """Whatever else the archive says that it is: an office program looks for its own marks alone."""
    if any(_MACRO_NAMES.search(name) for name in names):
        raise NotTaken(_MACROS)
    for place in (name for name in names if name.lower() == _PARTS.lower()):
        data = _read(archive, place)
        # Of two lists nobody knows which one is read, and of a longer one we would read a part.
        if len(data) == _MOST_OF_AN_ENTRY or names.count(place) > 1 or b"<!" in data.replace(b"\0", b""):
            raise NotTaken(f"This document is put together in an odd way. {_TAKE_INSTEAD}")
        # It may be written two bytes a letter, and any letter of it as a number.
        parts = html.unescape(data.replace(b"\0", b"").decode("utf-8", "replace")).lower()
        if "macroenabled" in parts or "vbaproject" in parts:
            raise NotTaken(_MACROS)


_MACROS = (
    "This document carries macros, which run on readers’ machines. Save it without them (as .docx, .xlsx, "
    ".pptx or PDF), then choose it again."
)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as entry:
        return entry.read(_MOST_OF_AN_ENTRY)


def _text(data: bytes, name: str) -> FileType:
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotTaken(f"This is no kind of file that readers are given. {_TAKE_INSTEAD}") from None
    if _MARKUP.search(words[:_SNIFFED]):
        raise NotTaken(f"This is a web page or a drawing, which can hold scripts. {_TAKE_INSTEAD}")
    if _CONTROL.search(words):
        raise NotTaken(f"This is no kind of file that readers are given. {_TAKE_INSTEAD}")
    return CSV if name.lower().endswith(".csv") else TEXT


def size_in_words(byte_count: int) -> str:
    """So many bytes for people: “240 kB”, “1.4 MB”."""
    if byte_count < 1_000_000:
        return f"{max(1, round(byte_count / 1000))} kB"
    return f"{byte_count / 1_000_000:.1f} MB"
