"""Stories in files: what a spreadsheet or another system brings, and what ours writes, as CSV or JSON Lines.

Pure but for the lines it is given. A file is judged record by record, each of them good or with complaints by
its line; the rules are those of the form. What becomes of a good one is not known here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from hashlib import sha256
from typing import Any, Final

from newsroom.platform import addresses
from newsroom.platform.tables import TableRefused, TextLines, meant, records
from newsroom.platform.text import clean_line, clean_text
from newsroom.stories import rules
from newsroom.stories.consent import LEVELS
from newsroom.stories.submission import Submission, preview_by_default

IMPORTED: Final = (
    "id",
    "verdict",
    "story",
    "consent",
    "company",
    "channel",
    "when",
    "outcome",
    "name",
    "town",
    "email",
    "preview",
    "told_on",
    "consent_words",
)
"""What an import takes in; `verdict`, `story` and `consent` must be there."""

PUBLIC: Final = (
    "id",
    "verdict",
    "state",
    "source",
    "told_on",
    "published_on",
    "channel",
    "outcome",
    "consent",
    "preview",
    "criticality",
    "version",
    "title",
    "text",
    "note",
    "attribution",
)
"""What an export holds: what is printed or may be, and facts that name nobody."""

PRIVATE: Final = (*PUBLIC, "story", "company", "when", "name", "town", "email", "consent_words")
"""What a private export holds besides: originals and who wrote them. An import reads it again."""

_NEEDED: Final = ("verdict", "story", "consent")
_KNOWN: Final = (*IMPORTED, *(name for name in PUBLIC if name not in IMPORTED))
_LONGEST: Final = {"company": 120, "when": 120, "name": 120, "town": 120, "id": 200}
_LONGEST_CONSENT_WORDS: Final = 20_000
# More than any table of stories has, and few enough to say of each what is wrong with it.
_MOST_COLUMNS: Final = 100
_QUOTE_IT: Final = "put quotation marks around one that holds the delimiter."
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class ForeignStory:
    """A good record: where it begins, its name in the other system (perhaps empty), and what it says."""

    line: int
    id: str
    told: Submission
    told_on: date | None
    consent_words: str

    @property
    def fingerprint(self) -> str:
        """As the seal of an original gives it."""
        return sha256(self.told.story.encode()).hexdigest()


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a record: the line it begins on, and a sentence that says what to do."""

    line: int
    sentence: str


@dataclass(frozen=True)
class LeftOut:
    """A record that an export wrote and no import takes: its words are destroyed, or came by manuscript."""

    line: int
    why: str


Record = ForeignStory | Complaint | LeftOut


def read_csv(lines: Iterable[bytes], today: date) -> Iterator[Record]:
    """The records of a CSV file; a file that cannot be read on ends with a complaint."""
    return _judged(_csv_records(lines), today)


def read_jsonl(lines: Iterable[bytes], today: date) -> Iterator[Record]:
    """The records of a file with one JSON object a line."""
    return _judged(_jsonl_records(lines), today)


def _judged(found: Iterator[tuple[int, Mapping[str, str] | str]], today: date) -> Iterator[Record]:
    seen: dict[bytes, int] = {}
    is_empty = True
    try:
        for line, values in found:
            is_empty = False
            if isinstance(values, str):
                yield Complaint(line, values)
                continue
            yield from _record(line, values, today, seen)
    except TableRefused as problem:
        yield Complaint(problem.line, str(problem))
        return
    if is_empty:
        yield Complaint(1, "There is no story in this file.")


def _record(line: int, values: Mapping[str, str], today: date, seen: dict[bytes, int]) -> Iterator[Record]:
    if reason := _why_left_out(values):
        yield LeftOut(line, reason)
        return
    judge = _Judge(values, today)
    story = judge.story(line)
    if story is None:
        yield from (Complaint(line, sentence) for sentence in judge.complaints)
        return
    # A fingerprint of either kind, so that a file of any length is remembered in little room.
    identity = sha256(f"id {story.id}".encode()).digest() if story.id else bytes.fromhex(story.fingerprint)
    earlier = seen.setdefault(identity, line)
    if earlier != line:
        what = "This id" if story.id else "The same story"
        yield Complaint(line, f"{what} stands in line {earlier} already: leave one of them.")
    else:
        yield story


def _why_left_out(values: Mapping[str, str]) -> str:
    """Only an export of ours says in which state a story is, or where it came from."""
    if values.get("source") == "manuscript":
        return "it came with a manuscript, which flask issues import reads"
    if values.get("state") and not values.get("story", "").strip():
        return "its words are not in the file"
    return ""


class _Judge:
    """One record, field by field; everything that is wrong with it is collected."""

    def __init__(self, values: Mapping[str, str], today: date) -> None:
        self._values = values
        self._today = today
        self.complaints: list[str] = []

    def story(self, line: int) -> ForeignStory | None:
        """The record as one value; None when there are complaints."""
        verdict = self._one_of("verdict", rules.VERDICTS)
        level = self._level()
        told = Submission(
            verdict=verdict,
            story=self._words(),
            level=level,
            wants_preview=self._preview(verdict),
            company=self._line("company"),
            channel=self._one_of("channel", rules.CHANNELS, may_be_empty=True),
            when_words=self._line("when"),
            outcome=self._one_of("outcome", rules.OUTCOMES, may_be_empty=True),
            name=self._name(level),
            town=self._line("town"),
            email=self._email(level),
        )
        told_on, words, own_id = self._told_on(), self._consent_words(), self._line("id")
        return None if self.complaints else ForeignStory(line, own_id, told, told_on, words)

    def _raw(self, name: str) -> str:
        return self._values.get(name, "")

    def _line(self, name: str) -> str:
        value = clean_line(self._raw(name))
        if len(value) > _LONGEST[name]:
            self.complaints.append(f"{name} has {len(value):,} characters; {_LONGEST[name]} is the most.")
        return value

    def _one_of(self, name: str, choices: Iterable[str], *, may_be_empty: bool = False) -> str:
        value = clean_line(self._raw(name)).casefold()
        if value not in choices and not (may_be_empty and not value):
            offered = ", ".join(choices)
            self.complaints.append(f"{name} must be one of {offered}, and {_reads(value)}.")
        return value

    def _words(self) -> str:
        words = clean_text(self._raw("story"))
        if problem := rules.length_problem(words):
            self.complaints.append(f"story: {problem}")
        elif "\ufffd" in words:
            self.complaints.append("story: Some letters are broken and read \ufffd: mend them in the file.")
        return words

    def _level(self) -> int:
        value = clean_line(self._raw("consent"))
        if value not in {str(level.number) for level in LEVELS}:
            self.complaints.append(f"consent must be a number from 0 to 4, and {_reads(value)}.")
            return 0
        return int(value)

    def _preview(self, verdict: str) -> bool:
        value = self._one_of("preview", ("yes", "no"), may_be_empty=True)
        return value == "yes" if value else preview_by_default(verdict)

    def _name(self, level: int) -> str:
        name = self._line("name")
        if level >= 3 and not name:
            self.complaints.append(f"consent {level} allows a name to be printed, so name must not be empty.")
        return name

    def _email(self, level: int) -> str:
        typed = clean_line(self._raw("email"))
        if not typed:
            if level == 4:
                self.complaints.append(
                    "consent 4 allows the full name to be printed, so email must be there."
                )
            return ""
        try:
            return addresses.parse(typed).email
        except addresses.NoAddress as problem:
            self.complaints.append(f"email {_reads(typed)}. {problem}")
            return ""

    def _told_on(self) -> date | None:
        value = clean_line(self._raw("told_on"))
        if not value:
            return None
        try:
            day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None or not date(1970, 1, 1) <= day <= self._today:
            self.complaints.append(f"told_on must be a past day such as 2026-03-31, and {_reads(value)}.")
        return day

    def _consent_words(self) -> str:
        words = clean_text(self._raw("consent_words"))
        if len(words) > _LONGEST_CONSENT_WORDS:
            self.complaints.append(
                f"consent_words has {len(words):,} characters; {_LONGEST_CONSENT_WORDS:,} is the most."
            )
        return words


def _reads(value: str) -> str:
    return f"reads “{value[:40]}{'…' if len(value) > 40 else ''}”" if value else "is empty"


# CSV


def _csv_records(lines: Iterable[bytes]) -> Iterator[tuple[int, Mapping[str, str] | str]]:
    found = records(lines)
    header_line, header, _delimiter = next(found, (1, None, ","))
    if header is None:
        raise TableRefused(1, "The file is empty: its first line must name the columns.")
    names = [clean_line(cell).casefold() for cell in header]
    wrong = list(_wrong_columns(names))
    if wrong:
        yield from ((header_line, sentence) for sentence in wrong)
        return
    for line, cells, _delimiter in found:
        if len(cells) > len(names):
            yield line, f"There are {len(cells)} values under {len(names)} columns: {_QUOTE_IT}"
            continue
        yield line, {name: meant(cell) for name, cell in zip(names, cells, strict=False)}


def _wrong_columns(names: list[str]) -> Iterator[str]:
    if len(names) > _MOST_COLUMNS:
        yield f"There are {len(names):,} columns; stories have {len(_KNOWN)} at most: is this the right file?"
        return
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield f"The column {name or 'without a name'} stands there more than once: leave one of them."
        if name not in _KNOWN:
            yield _unknown("column", name)
    yield from (f"The column {name} is missing." for name in _NEEDED if name not in names)


def _unknown(what: str, name: str) -> str:
    near = get_close_matches(name[:60], IMPORTED, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(IMPORTED)}."
    return f"There is no {what} “{name[:60]}”: {hint}"


# JSON Lines


def _jsonl_records(lines: Iterable[bytes]) -> Iterator[tuple[int, Mapping[str, str] | str]]:
    decoded = TextLines(lines)
    for text in decoded:
        if text.strip():
            yield decoded.line, _object(text)


def _object(text: str) -> Mapping[str, str] | str:
    """The keys and values of one line; a sentence where there is no telling them."""
    doubled: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        doubled.extend(name for name, count in Counter(name for name, _ in found).items() if count > 1)
        return dict(found)

    try:
        value = json.loads(text, object_pairs_hook=pairs)
    except RecursionError:
        return "This line is nested too deeply: write one flat JSON object a line."
    except ValueError as problem:
        return f"This line is no JSON ({clean_line(str(problem))[:100]}): write one object a line."
    if not isinstance(value, dict):
        return "This line is JSON, but no object: write {“verdict”: …, “story”: …, “consent”: …}."
    wrong = [f"The key {name[:60]} stands there twice: leave one of them." for name in doubled]
    wrong += [_unknown("key", name) for name in value if name not in _KNOWN]
    wrong += [f"The key {name} is missing." for name in _NEEDED if name not in value and "state" not in value]
    wrong += [
        f"{name[:60]} must be a text or a number."
        for name, one in value.items()
        if isinstance(one, dict | list | float)
    ]
    return " ".join(wrong) if wrong else {name: _as_text(one) for name, one in value.items()}


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
