"""What a check finds, and what it may know beside the document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from newsroom.issues.document import IssueDocument, Section

Severity = Literal["blocker", "warning"]

HEAD, ISSUE, LETTER = "Head", "Issue", "Letter"
"""Where a finding stands that is in no section: the head's form, the issue as a whole, the letter."""
SETTINGS = "Settings"
"""Where a finding stands that is mended in the publication's settings."""


@dataclass(frozen=True)
class Finding:
    """One thing that pre-flight found.

    `where` says the place to a person (`Article “The second call”`); `section_id` and `field` lead the desk
    to the form that mends it, both empty for the head of the issue or the publication's settings; `path` is
    the desk's address of anything that stands in no issue. `quote` is
    the passage as it stands there, for who looks now: it is not kept, because it may say whose name it is.
    """

    severity: Severity
    code: str
    where: str
    sentence: str
    section_id: str = ""
    field: str = ""
    path: str = ""
    quote: str = ""

    @property
    def mark(self) -> str:
        """What tells it from every other finding: this code, in this place, in these words."""
        said = (self.code, self.where, self.section_id, self.field, self.sentence, self.quote)
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def record(self) -> dict[str, Any]:
        """As it is kept with what was sent."""
        return {name: value for name, value in asdict(self).items() if name != "quote"}


@dataclass(frozen=True)
class Facts:
    """What the rest of the newsroom knows and a document cannot.

    `sent_numbers` are the other issues that went out, `known_numbers` all that there are. `today` is the
    publication's day; without one, dates are not compared with it. `previous` is the issue that readers got
    before this one. `companies` says which company each of its stories is about, by the story's id, and
    `recent_companies` which were in the issues before, the newest first; all folded. `taken_back` are the ids
    of the pieces that are off the web, `lost_downloads` the addresses in it of downloads that are not there.
    `picture_sizes` are pixels across and bytes of the pictures of which
    they are known, by address. `removed_authors` are the names in it of authors who were removed, and
    `printed_parts` which article other issues printed as which part of a series (its slug and the number).
    """

    sent_numbers: frozenset[int] = field(default_factory=frozenset)
    known_numbers: frozenset[int] = field(default_factory=frozenset)
    today: date | None = None
    previous: IssueDocument | None = None
    companies: Mapping[str, str] = field(default_factory=dict)
    recent_companies: Sequence[frozenset[str]] = ()
    taken_back: frozenset[str] = frozenset()
    lost_downloads: frozenset[str] = frozenset()
    picture_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    removed_authors: frozenset[str] = frozenset()
    printed_parts: Mapping[tuple[str, int], str] = field(default_factory=dict)


class Renderings(Protocol):
    """The editions that the checks read."""

    @property
    def html(self) -> str:
        """The letter's HTML part."""

    @property
    def text(self) -> str:
        """The letter's text part."""

    @property
    def weights(self) -> Sequence[int]:
        """The bytes that each section has of the letter's HTML part."""


def place(section: Section) -> str:
    """How a finding names a section to a person."""
    return f"{section.kind} “{section.title}”" if section.title else section.kind


def in_section(section: Section, code: str, sentence: str, field_name: str = "body") -> Finding:
    """A blocker in a section."""
    return Finding("blocker", code, place(section), sentence, section.id, field_name)
