"""What taking a newer version of a section would change, word by word. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from newsroom.issues import kinds, queries
from newsroom.issues.document import Section
from newsroom.issues.models import Issue
from newsroom.issues.models import Section as SectionRow
from newsroom.library import queries as library
from newsroom.stories import queries as stories
from newsroom.stories.redaction import Change, difference, in_paragraphs


@dataclass(frozen=True)
class Changed:
    """A field that would say something else, as passages that stay, go and come."""

    label: str
    paragraphs: tuple[tuple[Change, ...], ...]


@dataclass(frozen=True)
class Newer:
    """A version that a section could take."""

    version: int
    kind: str
    title: str
    changes: tuple[Changed, ...]


def newer(row: Issue, section_id: str) -> Newer | None:
    """The newer version that this section could take; None where there is none."""
    section = next((one for one in row.sections if one.public_id == section_id), None)
    version = queries.newer_versions(row).get(section_id)
    if section is None or version is None:
        return None
    before, after = _said(section, section.piece_version), _said(section, version)
    if before is None or after is None:
        return None
    kind = kinds.kind_of(section.kind)
    texts = [
        ("Title", before.title, after.title),
        ("Story" if kind.source == "story" else "Text", before.body, after.body),
        ("Editor’s note", before.note, after.note),
        *((label, before.value(name), after.value(name)) for name, label in _labels(before, after)),
    ]
    changes = tuple(
        Changed(label, in_paragraphs(difference(old, new))) for label, old, new in texts if old != new
    )
    return Newer(version, section.kind, after.title, changes)


def _said(section: SectionRow, version: int | None) -> Section | None:
    """What the section says at that version of its piece or story, whether or not it may be printed so."""
    public_id = section.piece_id or ""
    if kinds.kind_of(section.kind).source == "story":
        told = stories.printable(public_id, version)
        if told is None:
            return None
        fields = {"attribution": told.attribution, "consent": told.consent}
        return Section(section.kind, told.title, told.body, told.note, fields)
    piece = library.piece(public_id, version)
    return Section(section.kind, piece.title, piece.body, fields=piece.fields) if piece else None


def _labels(before: Section, after: Section) -> list[tuple[str, str]]:
    """The keys of either version by name, with what the form calls them, in the order of the kind."""
    known = {key.name: key.label for key in kinds.kind_of(before.kind).all_keys}
    named = [*known, *(name for name in (*before.fields, *after.fields) if name not in known)]
    return [(name, known.get(name, name)) for name in dict.fromkeys(named)]
