"""Deleting people: on request, and those who never confirmed."""

from __future__ import annotations

from sqlalchemy import select

from newsroom.accounts.service import audit
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.text import clean_line
from newsroom.subscribers import rules
from newsroom.subscribers.models import Subscriber, SubscriptionEvent
from newsroom.subscribers.rules import Reason, State
from newsroom.subscribers.service.record import forget, forget_rows, locked, subject
from newsroom.subscribers.service.suppressing import put_on_list


def erase(
    subscriber_id: int, *, never_again: bool = False, reason: str = "", actor: str | None = None
) -> bool:
    """Delete somebody and everything they told us; says whether there was anybody.

    Letters to them that wait in the outbox go too. With `never_again` their address joins the suppression
    list, as a hash. A ledger keeps its nameless row.
    """
    subscriber = locked(subscriber_id)
    if subscriber is None:
        return False
    if never_again:
        put_on_list(subscriber.email_key, Reason.REQUEST, "")
    whom = subject(subscriber)
    forget(subscriber)
    audit("erased", whom, clean_line(reason), actor=actor)
    return True


def forget_unconfirmed() -> int:
    """Delete who asked long ago and never confirmed; gives how many. A tick calls it."""
    before = clock.now() - rules.FORGET_UNCONFIRMED_AFTER
    recent = (
        select(SubscriptionEvent.id)
        .where(SubscriptionEvent.subscriber_id == Subscriber.id, SubscriptionEvent.at >= before)
        .exists()
    )
    old = (Subscriber.state == State.PENDING.value) & (Subscriber.created_at < before) & ~recent
    numbers = db.session.scalars(select(Subscriber.id).where(old).limit(1000).with_for_update()).all()
    forget_rows(numbers)
    if numbers:
        audit("forgot", "subscribers", f"{len(numbers):,} who never confirmed")
    return len(numbers)
