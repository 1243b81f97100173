"""Checks of any section: what has to be there, and what was left to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from newsroom.issues import kinds
from newsroom.issues.checks import reading
from newsroom.issues.checks.finding import Facts, Finding, in_section
from newsroom.issues.document import IssueDocument, Section

# TK is what editors write for "to come"; alone and in capitals, so that no word contains it by chance.
_PLACEHOLDER = re.compile(
    r"\bTK\b|\bTKTK\b|\bXXX+\b|\blorem\s+ipsum\b|\[\s*(?:TBC|TBD|TODO)\s*\]|\bTODO:|\{\{|\}\}|%%\w+%%|\*\|\w+\|\*"
)
_LOREM = re.compile(r"\blorem\b", re.IGNORECASE)


def is_filled(section: Section) -> Iterator[Finding]:
    """A place that a template left free; as it lacks everything, its lacks are not listed one by one."""
    if is_empty_place(section):
        sentence = "This place is still empty; fill it from the shelf, or take the section out of the issue."
        yield in_section(section, "empty-section", sentence)


def is_empty_place(section: Section) -> bool:
    """Whether a section waits for a story or a piece and has no word of its own."""
    is_own = kinds.kind_of(section.kind).source == "own"
    is_pinned = section.piece_version is not None
    return not (is_own or is_pinned or section.title.strip() or section.body.strip() or section.fields)


def has_a_title(section: Section) -> Iterator[Finding]:
    """Every section is called something: the contents list and the archive need it."""
    if not section.title.strip() and not is_empty_place(section):
        yield in_section(section, "no-title", "There is no title; write one.", "title")


def has_a_body(section: Section) -> Iterator[Finding]:
    """A heading with nothing below it is an accident; that a story was taken back is said elsewhere."""
    kind = kinds.kind_of(section.kind)
    taken_back = kind.source == "story" and section.consent_level is None
    if kind.needs_body and not section.body.strip() and not taken_back and not is_empty_place(section):
        yield in_section(section, "empty-section", "There is no text; write it or remove the section.")


def has_its_required_keys(section: Section) -> Iterator[Finding]:
    """What the kind cannot do without, such as an article's author."""
    if is_empty_place(section):
        return
    for key in kinds.kind_of(section.kind).required_keys():
        if not section.value(key.name).strip():
            yield in_section(section, "missing-field", key.missing, key.name)


def has_no_placeholder(section: Section) -> Iterator[Finding]:
    """What was left to be filled in later."""
    texts = {"title": section.title, "body": section.body, "note": section.note, **section.fields}
    for name, text in texts.items():
        if found := placeholder_in(text):
            yield in_section(section, "placeholder", f"“{found}” was left in the text; replace it.", name)


def nothing_around_has_a_placeholder(document: IssueDocument, _facts: Facts) -> Iterator[Finding]:
    """The same of the head and of standing blocks, which stand in every letter."""
    for words in reading.written(replace(document, sections=())):
        text = "\n".join(words.paragraphs)
        if found := placeholder_in(text):
            sentence = f"“{found}” was left in the text; replace it."
            yield words.finding("blocker", "placeholder", sentence)


def placeholder_in(text: str) -> str:
    """The first thing in a text that was left to be filled in later; empty where there is none."""
    found = _PLACEHOLDER.search(text) or _LOREM.search(text)
    return found[0] if found else ""


def button_has_an_address(section: Section) -> Iterator[Finding]:
    """A button that leads nowhere is worse than none."""
    if section.value("button") and not section.value("link"):
        yield in_section(
            section, "button-without-link", "The button has no address; add one below it.", "link"
        )
