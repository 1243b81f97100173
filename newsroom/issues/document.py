"""The issue as one immutable value: what is approved, rendered, frozen and hashed.

Pure: it knows no database, no clock and no template. A document comes from the desk's tables or from a
manuscript, and every edition (letter, text, web, feed, preview) is made from it and from nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Masthead:
    """Who publishes this issue, its number and its date."""

    publication: str
    number: int
    issue_on: date
    tagline: str = ""
    publisher: str = ""
    editor: str = ""
    language: str = "en-GB"
    accent_colour: str = "#0B5563"
    logo_url: str = ""
    logo_alt: str = ""


@dataclass(frozen=True)
class Imprint:
    """Where the publisher can be reached; law and mailbox providers ask for it in every letter."""

    postal_address: str = ""
    telephone: str = ""
    reply_address: str = ""


@dataclass(frozen=True)
class Standing:
    """A standing block at the version that this issue carries; `pictures` as in a section."""

    key: str
    title: str
    body: str
    version: int = 1
    pictures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """One typed part of the issue.

    `fields` holds the kind's keys as text exactly as a manuscript would write them. `note` is the Editor's
    note of a column and empty for every other kind. `id` is the piece's or section's public id and empty for
    a section that was never stored, and so are the slugs of its pages. `piece_version` is the pinned version
    for kinds that point at a piece. `consent_level` is the author's live consent for a column: None where
    there is none on record. `pictures` are the uploaded pictures that it shows, by their address, each with
    the description that was decided for it: empty for one that only decorates. `downloads` are the files of
    ours that its fields lead to, by their address, each with its name, type and size.
    """

    kind: str
    title: str
    body: str = ""
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    slug: str = ""
    author_slug: str = ""
    series_slug: str = ""
    piece_version: int | None = None
    consent_level: int | None = None
    pictures: Mapping[str, str] = field(default_factory=dict)
    downloads: Mapping[str, str] = field(default_factory=dict)

    def value(self, key: str) -> str:
        """The text of a key, empty when it was not given."""
        return self.fields.get(key, "")


@dataclass(frozen=True)
class NavigationLink:
    """A title and the site-relative path that it leads to."""

    title: str
    path: str


@dataclass(frozen=True)
class Navigation:
    """What stands around the issue in the archive when it is frozen; not part of what is approved.

    `earlier_parts` and `earlier_stories` are keyed by the section's position in the document, from 0.
    `issues` are the numbers of the sent issues that its texts name, so that the names become links.
    """

    previous_issue: NavigationLink | None = None
    earlier_parts: Mapping[int, tuple[NavigationLink, ...]] = field(default_factory=dict)
    earlier_stories: Mapping[int, tuple[NavigationLink, ...]] = field(default_factory=dict)
    issues: tuple[int, ...] = ()


@dataclass(frozen=True)
class IssueDocument:
    """A whole issue: masthead, sections in their printed order, and the blocks that stand around them."""

    masthead: Masthead
    subject: str
    preheader: str = ""
    sections: tuple[Section, ...] = ()
    standing: tuple[Standing, ...] = ()
    imprint: Imprint = field(default_factory=Imprint)
    navigation: Navigation = field(default_factory=Navigation)

    @property
    def number(self) -> int:
        """The issue's number."""
        return self.masthead.number

    def block(self, key: str) -> Standing | None:
        """The standing block of that key, or None where the publication has none."""
        return next((block for block in self.standing if block.key == key), None)


def to_json(document: IssueDocument) -> dict[str, Any]:
    """The whole document, navigation included, as plain JSON types; `from_json` is its inverse."""
    data = asdict(document)
    data["masthead"]["issue_on"] = document.masthead.issue_on.isoformat()
    for part in (*data["sections"], *data["standing"]):
        # Left out where there are none, so that what was approved before there were any stays approved.
        for name in ("pictures", "downloads"):
            if not part.get(name):
                part.pop(name, None)
    plain: dict[str, Any] = json.loads(json.dumps(data))
    return plain


def from_json(data: Mapping[str, Any]) -> IssueDocument:
    """The document that `to_json` wrote."""
    masthead = dict(data["masthead"])
    masthead["issue_on"] = date.fromisoformat(masthead["issue_on"])
    return IssueDocument(
        masthead=Masthead(**masthead),
        subject=data["subject"],
        preheader=data["preheader"],
        sections=tuple(Section(**section) for section in data["sections"]),
        standing=tuple(Standing(**block) for block in data["standing"]),
        imprint=Imprint(**data["imprint"]),
        navigation=_navigation_from_json(data["navigation"]),
    )


def _navigation_from_json(data: Mapping[str, Any]) -> Navigation:
    previous = data["previous_issue"]

    def links(by_position: Mapping[str, list[dict[str, str]]]) -> dict[int, tuple[NavigationLink, ...]]:
        return {
            int(position): tuple(NavigationLink(**link) for link in row)
            for position, row in by_position.items()
        }

    return Navigation(
        previous_issue=NavigationLink(**previous) if previous else None,
        earlier_parts=links(data["earlier_parts"]),
        earlier_stories=links(data["earlier_stories"]),
        # What was frozen before names became links has none.
        issues=tuple(data.get("issues", ())),
    )


def canonical_json(document: IssueDocument) -> str:
    """The document without its navigation, in one spelling: sorted keys, no spaces, UTF-8 characters kept.

    Navigation is left out so that the publication of another issue voids nobody's approval.
    """
    data = to_json(replace(document, navigation=Navigation()))
    del data["navigation"]
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def content_hash(document: IssueDocument) -> str:
    """SHA-256 of the canonical JSON in hexadecimal; approval is bound to it."""
    return hashlib.sha256(canonical_json(document).encode()).hexdigest()
