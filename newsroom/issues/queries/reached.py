"""Reads of what the addresses in an issue answered when they were last asked."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from newsroom.issues.checks import reading
from newsroom.issues.checks.finding import place
from newsroom.issues.document import IssueDocument
from newsroom.issues.kinds import kind_of
from newsroom.issues.kinds.spec import address, address_or_later
from newsroom.issues.models import LinkAnswer
from newsroom.platform import markup
from newsroom.platform.clock import now
from newsroom.platform.db import db
from newsroom.platform.markup import Dialect
from newsroom.platform.reach import Answer

GOOD_FOR, BAD_FOR = timedelta(days=1), timedelta(minutes=10)
"""How long an answer is believed before the address is asked again."""


@dataclass(frozen=True)
class Link:
    """An address of another site, and the first place in the issue where it stands."""

    address: str
    where: str
    section_id: str
    field: str
    path: str
    is_picture: bool = False


@dataclass(frozen=True)
class Asked:
    """A link with its last answer; None for one that was never asked."""

    link: Link
    answer: Answer | None
    asked_at: datetime | None

    @property
    def is_due(self) -> bool:
        """Whether it is to be asked again."""
        if self.answer is None or self.asked_at is None:
            return True
        return now() - self.asked_at > (GOOD_FOR if self.answer.is_good else BAD_FOR)


def key_of(web_address: str) -> str:
    """What an address is kept under."""
    return hashlib.sha256(web_address.encode("utf-8", "surrogatepass")).hexdigest()


def links_of(whole: IssueDocument) -> tuple[Link, ...]:
    """The links and pictures of an issue that lead to other sites, each once, in reading order."""
    found: dict[str, Link] = {}
    for link in (*_in_words(whole), *_in_keys(whole)):
        if link.address.lower().startswith(("http://", "https://")):
            found.setdefault(link.address, link)
    return tuple(found.values())


def _in_words(whole: IssueDocument) -> Iterator[Link]:
    for words in reading.written(whole):
        section_id = words.section.id if words.section else ""
        for link in markup.links(words.source, Dialect.ARTICLE):
            yield Link(link.target, words.where, section_id, words.field, words.path)
        for picture in markup.pictures(words.source, Dialect.ARTICLE):
            yield Link(picture.source, words.where, section_id, words.field, words.path, is_picture=True)


def _in_keys(whole: IssueDocument) -> Iterator[Link]:
    for section in whole.sections:
        for key in kind_of(section.kind).all_keys:
            if key.check in (address, address_or_later) and section.value(key.name) not in ("", "later"):
                yield Link(section.value(key.name), place(section), section.id, key.name, "")


def asked(links: Collection[Link]) -> tuple[Asked, ...]:
    """These links with what is known of them, in their order."""
    keys = {link.address: key_of(link.address) for link in links}
    rows = {row.key: row for row in db.session.scalars(_kept(keys.values()))} if keys else {}
    return tuple(_with_answer(link, rows.get(keys[link.address])) for link in links)


def _kept(keys: Collection[str]) -> Select[LinkAnswer]:
    return select(LinkAnswer).where(LinkAnswer.key.in_(list(keys)))


def _with_answer(link: Link, row: LinkAnswer | None) -> Asked:
    if row is None:
        return Asked(link, None, None)
    answer = Answer(row.status, row.said, row.byte_count, row.width)
    return Asked(link, answer, row.asked_at)


def measured(addresses: Collection[str]) -> dict[str, Answer]:
    """The pictures of other sites among these that were measured, by their address."""
    keys = {key_of(each): each for each in addresses}
    rows = db.session.scalars(_kept(keys)) if keys else ()
    return {
        keys[row.key]: Answer(row.status, row.said, row.byte_count, row.width)
        for row in rows
        if row.byte_count
    }
