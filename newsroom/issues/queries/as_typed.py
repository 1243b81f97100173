"""The document of an issue with what somebody is typing; reads only what these words newly need."""

from __future__ import annotations

from dataclasses import replace

from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.models import Issue
from newsroom.issues.queries.documents import document, navigation
from newsroom.issues.typed import Typed
from newsroom.pictures import queries as pictures
from newsroom.pictures.rules import addresses_in


def document_as_typed(row: Issue, typed: Typed) -> IssueDocument:
    """The issue as it would be if what was typed were saved; nothing is."""
    stored = document(row)
    whole = typed.put_into(stored)
    if whole.sections == stored.sections:
        return whole
    known = set(map(id, stored.sections))
    sections = tuple(
        section if id(section) in known else _with_pictures(section) for section in whole.sections
    )
    whole = replace(whole, sections=sections)
    # What was printed before depends on the series and the columns alone.
    return (
        whole
        if _surroundings(whole) == _surroundings(stored)
        else replace(whole, navigation=navigation(whole))
    )


def _with_pictures(section: Section) -> Section:
    addresses = sorted(addresses_in(f"{section.body}\n{section.note}"))
    cards = pictures.at(addresses) if addresses else {}
    return replace(
        section, pictures={address: cards[address].alt for address in addresses if address in cards}
    )


def _surroundings(whole: IssueDocument) -> list[tuple[str, str]]:
    return [(section.kind, section.series_slug) for section in whole.sections]
