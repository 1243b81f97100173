"""Checks of what a piece names: an author who was removed, a part of a series that readers have already.

Pure. What the library and the archive know comes with the facts.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsroom.issues import kinds
from newsroom.issues.checks.finding import Facts, Finding, place
from newsroom.issues.document import IssueDocument


def authors_are_here(document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """The name of an author who was removed: it leads nowhere, and they may not want to be printed again."""
    for section in document.sections:
        name = section.value("author")
        has_authors = kinds.kind_of(section.kind).key("series") is not None
        if has_authors and name in facts.removed_authors and not section.author_slug:
            sentence = f"{name} was removed from the authors; take the article out, or put them back."
            yield Finding("warning", "author-removed", place(section), sentence, section.id, "author")


def parts_are_printed_once(document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """A part whose number another article of its series has, here or in an issue that was sent.

    The same article printed again is no other one.
    """
    held = dict(facts.printed_parts)
    for section in document.sections:
        part = section.value("part")
        if not (section.series_slug and part.isdecimal()):
            continue
        key = (section.series_slug, int(part))
        if held.setdefault(key, section.id) != section.id:
            sentence = f"Part {part} of “{section.value('series')}” is printed already; check the number."
            yield Finding("warning", "part-again", place(section), sentence, section.id, "part")
