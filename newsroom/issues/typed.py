"""The issue as it would be with what stands in a form of the composer and nobody has saved.

Pure. Nothing is refused here: a date that is none or a title that is too long is shown as it was typed,
because who is typing has not finished. What may be saved is the forms' and the verbs' business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from newsroom.issues import kinds
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.kinds import Key, Kind
from newsroom.issues.kinds.spec import address, address_or_later, leads_somewhere
from newsroom.issues.manuscript import LONGEST_BODY
from newsroom.platform.text import clean_line, clean_text, slugify

# Words of a story that a reader told are edited on its own page, and so is what its author allows.
STORY_KEYS = ("consent", "attribution")
# What a line of consent counts for until it is stored.
CONSENT_IN_WORDS = 2
# What stands in the place of an address of materials that are still to come.
LATER = "later"
# As much of a line as anybody could mean; the form says how long it may be.
LONGEST_LINE = 2_000


@dataclass(frozen=True)
class TypedHead:
    """Date, subject and preheader as they stand in the form; no date where what was typed is none."""

    issue_on: date | None
    subject: str
    preheader: str

    def put_into(self, whole: IssueDocument) -> IssueDocument:
        """The document with this head."""
        masthead = replace(whole.masthead, issue_on=self.issue_on or whole.masthead.issue_on)
        return replace(whole, masthead=masthead, subject=_line(self.subject), preheader=_line(self.preheader))


@dataclass(frozen=True)
class TypedSection:
    """A section's words as they stand in its form.

    `place` is where it stands in the document, None for one that is not in it; `words_elsewhere` as in its
    form: then only the keys that belong to this issue were asked for. `new_id` is what a new one will be
    called.
    """

    said: Section
    place: int | None = None
    words_elsewhere: bool = False
    new_id: str = ""

    def put_into(self, whole: IssueDocument) -> IssueDocument:
        """The document with these words: in their place, or as its last section."""
        kind = kinds.kind_of(self.said.kind)
        if self.place is None:
            return replace(whole, sections=(*whole.sections, self._new(kind)))
        stored = whole.sections[self.place]
        # What stands there may have become something else meanwhile: a tombstone is nobody's to write on.
        if stored.kind != kind.name or _was_taken_back(stored, kind):
            return whole
        section = self._changed(stored, kind)
        return replace(
            whole, sections=(*whole.sections[: self.place], section, *whole.sections[self.place + 1 :])
        )

    def _changed(self, stored: Section, kind: Kind) -> Section:
        fields = _given(kind, self.said.fields)
        if self.words_elsewhere:
            own = {name: value for name, value in stored.fields.items() if name in STORY_KEYS}
            return replace(stored, fields=own | fields)
        section = self._worded(stored, kind, fields)
        is_renamed = kind.source == "story" and bool(section.title)
        return replace(section, slug=slugify(section.title)) if is_renamed else section

    def _new(self, kind: Kind) -> Section:
        empty = Section(kind.name, "", id=self.new_id)
        section = self._worded(empty, kind, _given(kind, self.said.fields))
        has_page = kind.source != "own" and bool(section.title)
        return replace(section, slug=slugify(section.title)) if has_page else section

    def _worded(self, stored: Section, kind: Kind, fields: Mapping[str, str]) -> Section:
        # Of all kinds only articles have pages of their authors and series.
        has_pages = kind.source == "library" and kind.key("series") is not None
        return replace(
            stored,
            title=_line(self.said.title),
            body=clean_text(self.said.body[:LONGEST_BODY]),
            note=clean_text(self.said.note[:LONGEST_BODY]),
            fields=fields,
            author_slug=_slug_of("author", fields, stored, stored.author_slug) if has_pages else "",
            series_slug=_slug_of("series", fields, stored, stored.series_slug) if has_pages else "",
            consent_level=_level(kind, fields, stored),
        )


Typed = TypedHead | TypedSection


def _line(words: str) -> str:
    return clean_line(words[:LONGEST_LINE])


def _given(kind: Kind, fields: Mapping[str, str | None]) -> dict[str, str]:
    """The kind's keys that were typed, in its order, whatever their values.

    But an address that leads nowhere, which nobody could follow anyway, is left out rather than made a link.
    """
    lines = {key: _line(fields.get(key.name) or "") for key in kind.all_keys}
    return {key.name: line for key, line in lines.items() if line and _is_harmless(key, line)}


def _is_harmless(key: Key, line: str) -> bool:
    return key.check not in (address, address_or_later) or line == LATER or leads_somewhere(line)


def _was_taken_back(stored: Section, kind: Kind) -> bool:
    return kind.source == "story" and bool(stored.id) and not stored.slug


def _slug_of(key: str, fields: Mapping[str, str], stored: Section, stored_slug: str) -> str:
    """The address of an author's or a series' page: the known one, or the one that a new name will get."""
    name = fields.get(key, "")
    if name == stored.value(key):
        return stored_slug
    return slugify(name) if name else ""


def _level(kind: Kind, fields: Mapping[str, str], stored: Section) -> int | None:
    """A new column counts as its line of consent says; what is on record otherwise changes by no form."""
    if kind.source != "story" or stored.slug:
        return stored.consent_level
    return CONSENT_IN_WORDS if fields.get("consent") else None
