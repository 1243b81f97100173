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
from newsroom.issues.kinds import Kind
from newsroom.issues.manuscript import LONGEST_BODY
from newsroom.platform.text import clean_line, clean_text, slugify

# Words of a story that a reader told are edited on its own page, and so is what its author allows.
STORY_KEYS = ("consent", "attribution")
# What a line of consent counts for until it is stored.
CONSENT_IN_WORDS = 2
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
        said = self._words()
        if kind.source == "story" and said["title"]:
            said["slug"] = slugify(said["title"])
        return replace(
            stored, **said, fields=fields, **_named(kind, fields, stored), **_consented(kind, fields, stored)
        )

    def _new(self, kind: Kind) -> Section:
        fields = _given(kind, self.said.fields)
        empty = Section(kind.name, "", id=self.new_id)
        said = self._words()
        slug = slugify(said["title"]) if said["title"] and kind.source != "own" else ""
        named, consented = _named(kind, fields, empty), _consented(kind, fields, empty)
        return replace(empty, **said, fields=fields, slug=slug, **named, **consented)

    def _words(self) -> dict[str, str]:
        return {
            "title": _line(self.said.title),
            "body": clean_text(self.said.body[:LONGEST_BODY]),
            "note": clean_text(self.said.note[:LONGEST_BODY]),
        }


Typed = TypedHead | TypedSection


def _line(words: str) -> str:
    return clean_line(words[:LONGEST_LINE])


def _given(kind: Kind, fields: Mapping[str, str | None]) -> dict[str, str]:
    """The kind's keys that were typed, in its order, whatever their values."""
    lines = {key.name: _line(fields.get(key.name) or "") for key in kind.all_keys}
    return {name: line for name, line in lines.items() if line}


def _was_taken_back(stored: Section, kind: Kind) -> bool:
    return kind.source == "story" and bool(stored.id) and not stored.slug


def _named(kind: Kind, fields: Mapping[str, str], stored: Section) -> dict[str, str]:
    """The addresses of the pages of the author and of the series that an article names."""
    if kind.source != "library" or kind.key("series") is None:
        return {}
    return {
        "author_slug": _slug_of(fields.get("author", ""), stored.value("author"), stored.author_slug),
        "series_slug": _slug_of(fields.get("series", ""), stored.value("series"), stored.series_slug),
    }


def _slug_of(name: str, stored_name: str, stored_slug: str) -> str:
    if name == stored_name:
        return stored_slug
    return slugify(name) if name else ""


def _consented(kind: Kind, fields: Mapping[str, str], stored: Section) -> dict[str, int | None]:
    """A new column counts as its line of consent says; what is on record otherwise changes by no form."""
    if kind.source != "story" or stored.slug:
        return {}
    return {"consent_level": CONSENT_IN_WORDS if fields.get("consent") else None}
