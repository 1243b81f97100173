"""Asking the addresses in an issue whether anybody answers, and keeping what they said for a while.

Asked apart from pre-flight, because it needs the network and somebody else's patience. Nothing is kept open
while an answer is waited for.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import delete

from newsroom.issues import queries
from newsroom.issues.models import Issue, LinkAnswer
from newsroom.issues.queries.reached import Link, asked, key_of, links_of
from newsroom.platform import clock, jobs
from newsroom.platform.db import db, insert_into
from newsroom.platform.reach import Answer, ask

ASK_LINKS = "issues.ask-links"
"""The job that asks the addresses of one issue."""

_AT_ONCE = 8
_KEPT_FOR = timedelta(days=60)


def ask_for_links(row: Issue) -> None:
    """Have the worker ask every address of the issue of which no fresh answer is known."""
    jobs.enqueue(ASK_LINKS, row.id)


def due(row: Issue) -> list[Link]:
    """The addresses of an issue that have to be asked."""
    known = asked(links_of(queries.document_as_known(row)))
    return [one.link for one in known if one.is_due]


def answers(links: Iterable[Link]) -> dict[str, Answer]:
    """Ask these addresses, a few at once; by address. Call it with no unit of work open."""
    agent = f"Newsroom (checks links; {queries.base_url()})"
    wanted = list(links)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda one: ask(one.address, agent, measure=one.is_picture), wanted)
        return {link.address: answer for link, answer in zip(wanted, found, strict=True)}


def remember(answered: dict[str, Answer]) -> None:
    """Keep what was answered, in place of what was known; what nobody asked for long is forgotten."""
    for address, answer in sorted(answered.items()):
        _keep(address, answer)
    db.session.execute(delete(LinkAnswer).where(LinkAnswer.asked_at < clock.now() - _KEPT_FOR))


def _keep(address: str, answer: Answer) -> None:
    # One statement, because a worker and a command may hear from the same address at the same moment.
    heard = {
        "status": answer.status,
        "said": answer.said[:300],
        "byte_count": answer.byte_count,
        "width": answer.width,
        "asked_at": clock.now(),
    }
    statement = insert_into(LinkAnswer).values(key=key_of(address), address=address, **heard)
    db.session.execute(statement.on_conflict_do_update(index_elements=[LinkAnswer.key], set_=heard))
