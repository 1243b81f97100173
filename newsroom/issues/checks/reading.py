"""The words of an issue as checks read them: each field that somebody wrote, with the way to it.

Pure. It judges nothing; it takes mark-up away, so that a check sees what a reader sees.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from newsroom.issues import kinds
from newsroom.issues.checks.finding import HEAD, Finding, Severity, place
from newsroom.issues.document import IssueDocument, Section, Standing
from newsroom.issues.kinds.spec import LONGEST_LINE, Key, line
from newsroom.platform import markup
from newsroom.platform.markup import Dialect
from newsroom.platform.text import excerpt

LONGEST_QUOTE = 90


@dataclass(frozen=True)
class Written:
    """One field as somebody wrote it.

    `paragraphs` are its words without mark-up. `source` is its Markdown where it may hold links and pictures,
    and empty elsewhere. `section` is None for the head and for standing blocks. `pictures` are the uploaded
    pictures that it may show, by their address, each with the description that was decided for it.
    """

    where: str
    field: str
    paragraphs: tuple[str, ...]
    source: str = ""
    section: Section | None = None
    path: str = ""
    pictures: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def finding(self, severity: Severity, code: str, sentence: str, quote: str = "") -> Finding:
        """Something found in this field; `quote` is the passage."""
        section_id = self.section.id if self.section else ""
        return Finding(severity, code, self.where, sentence, section_id, self.field, self.path, quote)


def written(document: IssueDocument) -> Iterator[Written]:
    """Every field with words in the order of the issue: head, sections, standing blocks."""
    yield Written(HEAD, "subject", _lines(document.subject))
    yield Written(HEAD, "preheader", _lines(document.preheader))
    for section in document.sections:
        yield from in_section(section)
    for block in document.standing:
        yield from _in_block(block)


def in_section(section: Section) -> Iterator[Written]:
    """The fields of a section in the order of its form."""
    where, kind = place(section), kinds.kind_of(section.kind)
    yield Written(where, "title", _lines(section.title), section=section)
    is_article = kind.dialect is Dialect.ARTICLE
    body = tuple(markup.passages(section.body, kind.dialect))
    yield Written(where, "body", body, section.body if is_article else "", section, pictures=section.pictures)
    if section.note:
        note = tuple(markup.passages(section.note, Dialect.ARTICLE))
        yield Written(where, "note", note, section.note, section, pictures=section.pictures)
    for key in kind.all_keys:
        if section.value(key.name) and _holds_words(key):
            yield Written(where, key.name, _lines(section.value(key.name)), section=section)


def _in_block(block: Standing) -> Iterator[Written]:
    where, path = f"Standing block “{block.title or block.key}”", f"/desk/settings/blocks/{block.key}"
    yield Written(where, "title", _lines(block.title), path=path)
    words = tuple(markup.passages(block.body, Dialect.ARTICLE))
    yield Written(where, "body", words, block.body, path=path, pictures=block.pictures)


def _holds_words(key: Key) -> bool:
    """Addresses, dates, numbers and names of people are no sentences."""
    return key.check is line


def _lines(text: str) -> tuple[str, ...]:
    return (text,) if text.strip() else ()


def around(text: str, start: int, end: int) -> str:
    """The passage with a few words on either side, on one line."""
    begin = max(0, start - LONGEST_QUOTE // 3)
    if begin:
        begin = text.find(" ", begin, start) + 1 or begin
    return excerpt(text[begin : end + LONGEST_LINE], LONGEST_QUOTE)
