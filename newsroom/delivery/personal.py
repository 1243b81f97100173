"""What is stored here about one subscriber's letters, for their own eyes: in words, ready for JSON.

It reads. What an erasure leaves of it, `service.bouncing` decides: rows without a name and without words.
"""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import select

from newsroom.delivery import judging, rules
from newsroom.delivery.models import Bounce, Delivery, Departure, Dispatch
from newsroom.delivery.softness import soft_bounces
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.subscribers import queries as subscribers

_TOLD_BY: Final = MappingProxyType(
    {
        "report": "a report of the mail server that could not deliver it",
        "words": "a message in plain words of the mail server that could not deliver it",
        "complaint": "your mailbox provider",
        "server": "our own mail server, which tried for days",
        "ses": "Amazon SES, which delivers our letters",
        "webhook": "the service that delivers our letters",
    }
)
_SCORE_MEANS: Final = (
    "Each letter that came back for the time being counts one, and half as much every "
    f"{judging.HALF_LIFE.days} days. At {judging.GIVE_UP_AT:g} we stop writing to the address. Whoever "
    "confirms anew begins at 0."
)


def everything_about(subscriber_id: int) -> dict[str, Any]:
    """The letters that were written, what came back and what it weighs, and which issue they left after."""
    found = subscribers.subscriber(subscriber_id)
    since = {subscriber_id: found.confirmed_at if found else None}
    numbers = db.session.execute(select(Dispatch.id, Dispatch.issue_number))
    issues = {row.id: row.issue_number for row in numbers}
    return {
        "letters": _letters(subscriber_id, issues),
        "letters_that_are_only_counted": _only_counted(found.created_at) if found else [],
        "letters_that_came_back": _came_back(subscriber_id, issues),
        "score_of_letters_that_came_back": {
            "score": round(judging.score(soft_bounces(since)[subscriber_id], clock.now()), 2),
            "what_it_means": _SCORE_MEANS,
        },
        "left_after": _left_after(subscriber_id, issues),
    }


def _letters(subscriber_id: int, issues: dict[int, int]) -> list[dict[str, Any]]:
    # By the numbers of all dispatches, because the ledger is in their order.
    query = select(Delivery).where(Delivery.dispatch_id.in_(issues), Delivery.subscriber_id == subscriber_id)
    return [
        {
            "issue": issues[row.dispatch_id],
            "what_became_of_it": rules.DELIVERY_LABELS[row.state],
            "at": _iso(row.finished_at),
            "attempts": row.attempt_count,
            "the_mail_server_said": row.last_reply or "",
        }
        for row in db.session.scalars(query.order_by(Delivery.dispatch_id))
    ]


def _only_counted(since: datetime) -> list[dict[str, Any]]:
    """The issues of their time of which nobody knows any more whom they went to, and since when."""
    query = select(Dispatch).where(Dispatch.shrunk_at.is_not(None), Dispatch.created_at >= since)
    return [
        {"issue": row.issue_number, "names_let_go_of_at": _iso(row.shrunk_at)}
        for row in db.session.scalars(query.order_by(Dispatch.id))
    ]


def _came_back(subscriber_id: int, issues: dict[int, int]) -> list[dict[str, Any]]:
    query = select(Bounce).where(Bounce.subscriber_id == subscriber_id).order_by(Bounce.id)
    return [
        {
            "issue": issues.get(row.dispatch_id),
            "at": _iso(row.at),
            "what": judging.KIND_LABELS[row.kind],
            "status": row.status,
            "the_mail_server_said": row.diagnostic,
            "told_by": _TOLD_BY.get(row.source, row.source),
        }
        for row in db.session.scalars(query)
    ]


def _left_after(subscriber_id: int, issues: dict[int, int]) -> list[dict[str, Any]]:
    query = select(Departure).where(
        Departure.dispatch_id.in_(issues), Departure.subscriber_id == subscriber_id
    )
    return [
        {"issue": issues[row.dispatch_id], "at": _iso(row.at)}
        for row in db.session.scalars(query.order_by(Departure.at))
    ]


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
