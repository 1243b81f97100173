"""Ending a subscription, by the reader's own link or at the desk on their request."""

from __future__ import annotations

from newsroom.accounts.service import audit
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.text import clean_line
from newsroom.subscribers import rules
from newsroom.subscribers.events import subscriber_left
from newsroom.subscribers.links import Holder
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.rules import Action, State
from newsroom.subscribers.service.record import THE_SUBSCRIBER, Outcome, locked, move, remember, subject


def unsubscribe(holder: Holder, source: str = "") -> Outcome:
    """Somebody leaves by their link; as often as they like.

    A link that was sent to an address they have moved away from does nothing, and neither does one of
    somebody erased: either way no letter goes to that address any more.
    """
    subscriber = locked(holder.subscriber_id)
    if subscriber is None or not rules.is_current(holder.epoch, subscriber.token_epoch):
        return Outcome.ALREADY
    return _leave(subscriber, source, THE_SUBSCRIBER)


def unsubscribe_on_request(subscriber_id: int, reason: str) -> Outcome:
    """Somebody at the desk ends a subscription that its owner asked to end by other means."""
    subscriber = locked(subscriber_id)
    if subscriber is None:
        return Outcome.ALREADY
    return _leave(subscriber, "desk", None, clean_line(reason))


def _leave(subscriber: Subscriber, source: str, actor: str | None, detail: str = "") -> Outcome:
    if subscriber.state not in (State.PENDING, State.CONFIRMED):
        return Outcome.ALREADY
    move(subscriber, State.UNSUBSCRIBED)
    subscriber.left_at = clock.now()
    subscriber.paused_until = None
    remember(subscriber, Action.LEFT, source)
    audit("unsubscribed", subject(subscriber), detail, actor=actor)
    db.session.flush()
    subscriber_left.send(subscriber_id=subscriber.id)
    return Outcome.DONE
