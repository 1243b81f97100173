"""An issue as one Markdown file: reading it, and writing it so that reading it again gives the same.

Pure: it opens no file and knows no database. It judges form only (kinds, keys, dates); whether an issue is
fit to print is for `preflight`. The format is described for editors in `content/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from newsroom.issues import kinds
from newsroom.issues.document import Section
from newsroom.issues.kinds.spec import BadValue, Kind, day, line, whole_number
from newsroom.platform.text import clean_line, clean_text

LONGEST_TITLE = 200
LONGEST_BODY = 200_000
MOST_BYTES = 2_000_000
MOST_SECTIONS = 100
NOTE_HEADING = "## Editor’s note"

_HEAD_CHECKS = {"number": whole_number, "date": day, "subject": line, "preheader": line}
_HEAD_EXAMPLES = {"number": "number: 81", "date": "date: 2026-10-13"}
_KEY_LINE = re.compile(r"(?P<key>[A-Za-z][A-Za-z-]*):(?:[ \t]+(?P<value>.*)|$)")
_HEADING = re.compile(r"#(?:[ \t].*)?")
_NOTE = re.compile(r"##[ \t]+editor['’‘]s[ \t]+note[ \t]*#*[ \t]*", re.IGNORECASE)
# A body's own line that would read as a heading of the manuscript is kept apart by one backslash more.
_GUARDED = re.compile(r"(?P<slashes>\\*)(?=#[ \t]|#$)")
_GUARDED_NOTE = re.compile(
    r"(?P<slashes>\\*)(?=##[ \t]+editor['’‘]s[ \t]+note[ \t]*#*[ \t]*$)", re.IGNORECASE
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_ID = re.compile(r"[a-z0-9]{4,16}")


@dataclass(frozen=True)
class Finding:
    """One thing wrong with a manuscript: the file as it was named, the line from 1, and a sentence."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


class ManuscriptError(ValueError):
    """A manuscript that cannot be read; `findings` holds everything that is wrong with it, in its order."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda finding: finding.line))
        super().__init__("\n".join(map(str, self.findings)))


@dataclass(frozen=True)
class Manuscript:
    """What a manuscript says: the head and the sections in their order.

    `lines` names for each section the line of its heading, from 1; it is no part of what is said.
    """

    number: int
    issue_on: date
    subject: str = ""
    preheader: str = ""
    sections: tuple[Section, ...] = ()
    lines: tuple[int, ...] = field(default=(), compare=False)


def decode(data: bytes, path: str) -> str:
    """The text of a manuscript's bytes: UTF-8 with or without BOM, any line ends; raises ManuscriptError."""
    if len(data) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        sentence = f"is larger than {most} MB; a manuscript holds one issue and no pictures."
        raise ManuscriptError([Finding(path, 1, sentence)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        sentence = "is not UTF-8 here; save the file as UTF-8 and try again."
        raise ManuscriptError([Finding(path, before.count(b"\n") + 1, sentence)]) from None


def parse(text: str, path: str = "manuscript") -> Manuscript:
    """Read a manuscript. `path` is only used to name places.

    Words come out as they are stored: in NFC, without invisible padding, values and titles on one line.
    Raises ManuscriptError with all findings at once: unknown or doubled keys and kinds, missing titles or
    required keys, values that do not parse, control characters.
    """
    return _Reader(text, path).read()


class _Reader:
    """Reads one manuscript from top to bottom and collects what is wrong on the way."""

    def __init__(self, text: str, path: str) -> None:
        unified = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        self.lines = unified.split("\n")
        self.path = path
        self.findings: list[Finding] = []
        self.id_lines: dict[str, int] = {}

    def complain(self, index: int, sentence: str) -> None:
        self.findings.append(Finding(self.path, index + 1, sentence))

    def read(self) -> Manuscript:
        self._refuse_controls()
        head, start = self._head()
        headings = [index for index in range(start, len(self.lines)) if _HEADING.fullmatch(self.lines[index])]
        if head is not None:
            self._refuse_strays(start, headings[0] if headings else len(self.lines))
        if len(headings) > MOST_SECTIONS:
            self.complain(headings[MOST_SECTIONS], f"begins section {MOST_SECTIONS + 1}; an issue has fewer.")
        places = [*headings, len(self.lines)]
        sections = [self._section(begin, end) for begin, end in pairwise(places)]
        if self.findings or head is None:
            raise ManuscriptError(self.findings)
        return Manuscript(
            number=int(head["number"]),
            issue_on=date.fromisoformat(head["date"]),
            subject=head.get("subject", ""),
            preheader=head.get("preheader", ""),
            sections=tuple(section for section in sections if section is not None),
            lines=tuple(index + 1 for index in headings),
        )

    def _refuse_controls(self) -> None:
        for index, text in enumerate(self.lines):
            found = _FORBIDDEN.search(text)
            if found:
                code = f"U+{ord(found[0]):04X}"
                self.complain(index, f"has an invisible control character ({code}); take it out.")

    def _head(self) -> tuple[dict[str, str] | None, int]:
        """The head's values (None where there is no head) and the index of the first line after it."""
        if self.lines[0].rstrip() != "---":
            self.complain(
                0, "does not begin with a head; put number, date and subject between two lines of ---."
            )
            return None, 0
        end = next(
            (index for index in range(1, len(self.lines)) if self.lines[index].rstrip() == "---"), None
        )
        if end is None:
            self.complain(0, "begins a head that never ends; close it with a line of ---.")
            return None, len(self.lines)
        values = self._keys(range(1, end), _HEAD_CHECKS, "the head")
        for key, example in _HEAD_EXAMPLES.items():
            if key not in values:
                self.complain(0, f"has no {key} in its head; add a line such as {example}.")
        return {key: self._checked(key, check, values) for key, check in _HEAD_CHECKS.items()}, end + 1

    def _checked(self, key: str, check: Callable[[str], str], values: Mapping[str, tuple[int, str]]) -> str:
        """The value as its check wants it written; empty, with a finding, where it cannot be taken."""
        if key not in values:
            return ""
        index, value = values[key]
        try:
            return check(value)
        except BadValue as error:
            self.complain(index, f"{key} {error}.")
            return ""

    def _refuse_strays(self, start: int, end: int) -> None:
        for index in range(start, end):
            if self.lines[index].strip():
                self.complain(
                    index, "stands before the first section; begin it with a line such as # Note: Its title."
                )
                return

    def _keys(self, indexes: Iterable[int], known: Iterable[str], owner: str) -> dict[str, tuple[int, str]]:
        """The `key: value` lines among these, with the index of each; a value ends with its line."""
        allowed = list(known)
        found: dict[str, tuple[int, str]] = {}
        seen: set[str] = set()
        for index in indexes:
            text = self.lines[index].rstrip()
            if not text:
                continue
            match = _KEY_LINE.fullmatch(text)
            if match is None:
                # The lines that follow are most likely text as well: one finding says it for all of them.
                self.complain(
                    index, f"is no key: value line; leave an empty line before the text of {owner}."
                )
                break
            key, value = match["key"].lower(), clean_line(match["value"] or "")
            if key not in allowed:
                known_keys = _listed(allowed)
                self.complain(
                    index, f"has the key “{key[:60]}”, which {owner} does not know; it knows {known_keys}."
                )
            elif key in seen:
                self.complain(index, f"gives “{key}” a second time; keep one of the two lines.")
            elif value:
                found[key] = (index, value)
            seen.add(key)
        return found

    def _section(self, begin: int, end: int) -> Section | None:
        heading = self._heading(begin)
        if heading is None:
            return None
        kind, title = heading
        keys_end = next((index for index in range(begin + 1, end) if not self.lines[index].strip()), end)
        known = ["id", *(key.name for key in kind.all_keys)]
        values = self._keys(range(begin + 1, keys_end), known, f"a section of kind {kind.name}")
        fields = self._fields(kind, begin, values)
        body, note = _body(kind, self.lines[keys_end:end])
        if len(body) + len(note) > LONGEST_BODY:
            self.complain(begin, f"has a text of more than {LONGEST_BODY:,} characters; split it.")
        return Section(kind.name, title, body, note, fields, id=self._id(values))

    def _heading(self, index: int) -> tuple[Kind, str] | None:
        text = self.lines[index].removeprefix("#").strip()
        name, colon, title = text.partition(":")
        wanted = clean_line(name).lower()
        kind = next((kind for kind in kinds.by_name.values() if kind.name.lower() == wanted), None)
        if kind is None:
            self.complain(
                index,
                f"begins a section of the unknown kind “{name.strip()[:60]}”; "
                f"the kinds are {_listed(kinds.names())}. Inside a text begin a heading with ##.",
            )
            return None
        title = clean_line(title)
        if not colon or not title:
            self.complain(index, f"has no title; write # {kind.name}: and the title.")
            return None
        if len(title) > LONGEST_TITLE:
            self.complain(index, f"has a title of {len(title)} characters; keep it to {LONGEST_TITLE}.")
        return kind, title

    def _fields(self, kind: Kind, begin: int, values: Mapping[str, tuple[int, str]]) -> dict[str, str]:
        for key in kind.required_keys():
            if key.name not in values:
                self.complain(begin, f"has no {key.name}; a section of kind {kind.name} needs it.")
        given = (key for key in kind.all_keys if key.name in values)
        checked = {key.name: self._checked(key.name, key.check, values) for key in given}
        return {name: value for name, value in checked.items() if value}

    def _id(self, values: Mapping[str, tuple[int, str]]) -> str:
        if "id" not in values:
            return ""
        index, identifier = values["id"]
        if not _ID.fullmatch(identifier):
            self.complain(index, "id is not one that an export wrote; leave the line out for a new piece.")
        elif identifier in self.id_lines:
            first = self.id_lines[identifier] + 1
            self.complain(
                index, f"gives the id {identifier}, which line {first} gave already; leave one of them out."
            )
        self.id_lines.setdefault(identifier, index)
        return identifier


def _body(kind: Kind, lines: list[str]) -> tuple[str, str]:
    """The body and, for a column, the Editor's note below its heading."""
    if kind.source != "story":
        return _unguarded(lines), ""
    split = next((index for index, text in enumerate(lines) if _NOTE.fullmatch(text)), None)
    if split is None:
        return _unguarded(lines, note=True), ""
    return _unguarded(lines[:split], note=True), _unguarded(lines[split + 1 :])


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _unguarded(lines: list[str], *, note: bool = False) -> str:
    return clean_text("\n".join(_without_guard(text, note) for text in lines))


def _without_guard(text: str, note: bool) -> str:
    guarded = _GUARDED.match(text) or (_GUARDED_NOTE.match(text) if note else None)
    return text[1:] if guarded and guarded["slashes"] else text


def _with_guard(text: str, note: bool) -> str:
    guarded = _GUARDED.match(text) or (note and _GUARDED_NOTE.match(text))
    return "\\" + text if guarded else text


def write(manuscript: Manuscript) -> str:
    """The manuscript as text, ending in a newline; `parse` gives the same manuscript again.

    A body's line that would read as a heading of the manuscript gets a backslash, which `parse` takes away.
    """
    head = {
        "number": str(manuscript.number),
        "date": manuscript.issue_on.isoformat(),
        "subject": manuscript.subject,
        "preheader": manuscript.preheader,
    }
    lines = ["---", *(f"{key}: {value}" for key, value in head.items() if value), "---", ""]
    for section in manuscript.sections:
        lines.extend(_section_lines(section))
    return "\n".join(lines).rstrip("\n") + "\n"


def _section_lines(section: Section) -> Iterator[str]:
    kind = kinds.kind_of(section.kind)
    is_column = kind.source == "story"
    yield f"# {kind.name}: {section.title}"
    if section.id:
        yield f"id: {section.id}"
    yield from (f"{key.name}: {section.value(key.name)}" for key in kind.all_keys if section.value(key.name))
    yield ""
    if section.body:
        yield from (_with_guard(text, is_column) for text in section.body.split("\n"))
        yield ""
    if section.note:
        yield NOTE_HEADING
        yield ""
        yield from (_with_guard(text, False) for text in section.note.split("\n"))
        yield ""
