"""Asking the addresses in an issue whether anybody answers, and keeping what they said for a while.

Asked apart from pre-flight, because it needs the network and somebody else's patience. Nothing is kept open
while an answer is waited for.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from newsroom.issues import queries
from newsroom.issues.models import Issue, LinkAnswer
from newsroom.issues.queries.reached import Link, asked, key_of, links_of
from newsroom.platform import clock, jobs
from newsroom.platform.db import db
from newsroom.platform.reach import Answer, Judge, ask, is_public

ASK_LINKS = "issues.ask-links"
"""The job that asks the addresses of one issue."""

_AT_ONCE = 8


def ask_for_links(row: Issue) -> None:
    """Have the worker ask every address of the issue of which no fresh answer is known."""
    jobs.enqueue(ASK_LINKS, row.id)


def due(row: Issue) -> list[Link]:
    """The addresses of an issue that have to be asked."""
    known = asked(links_of(queries.document_as_known(row)))
    return [one.link for one in known if one.is_due]


def answers(links: Iterable[Link], may_ask: Judge = is_public) -> dict[str, Answer]:
    """Ask these addresses, a few at once; by address. Call it with no unit of work open."""
    agent = f"Newsroom (checks links; {queries.base_url()})"
    wanted = list(links)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda one: ask(one.address, agent, may_ask=may_ask, measure=one.is_picture), wanted)
        return {link.address: answer for link, answer in zip(wanted, found, strict=True)}


def remember(answered: dict[str, Answer]) -> None:
    """Keep what was answered, in place of what was known."""
    for address, answer in sorted(answered.items()):
        row = db.session.get(LinkAnswer, key_of(address)) or LinkAnswer(key=key_of(address), address=address)
        row.status, row.said = answer.status, answer.said[:300]
        row.byte_count, row.width, row.asked_at = answer.byte_count, answer.width, clock.now()
        db.session.add(row)
