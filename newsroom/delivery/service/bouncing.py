"""What comes back about letters: bounces, complaints, and who left after which issue.

Every verb may be repeated: a letter has one row of a kind, and a report that is read again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter

from sqlalchemy import exists, select, update

from newsroom.accounts.service import audit
from newsroom.delivery import judging, ledger, rules, tallies
from newsroom.delivery.judging import Kind
from newsroom.delivery.models import Bounce, Delivery, Departure, Dispatch
from newsroom.delivery.naming import Named
from newsroom.delivery.reports import Report
from newsroom.delivery.softness import soft_bounces
from newsroom.platform import clock
from newsroom.platform.db import db, insert_into
from newsroom.platform.text import clean_line
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers import service as subscribers_service
from newsroom.subscribers.rules import Reason, State

LEFT_WITHIN = timedelta(days=14)
"""How long after a letter somebody who leaves is counted with its issue, unless a later letter came."""

GIVEN_UP = "server"
"""The source where no report came: our own mail server put the letter off until it was given up."""

_SAID = {
    Kind.HARD: "is a hard bounce",
    Kind.SOFT: "is a soft bounce",
    Kind.POLICY: "is a refusal for policy, which says nothing about the address",
    Kind.COMPLAINT: "is a complaint",
}
_LONGEST_DIAGNOSTIC = 300


class Effect(StrEnum):
    """What was done about a report."""

    SUPPRESSED = "suppressed"
    NOTED = "noted"
    AGAIN = "known already"
    GONE = "about nobody any more"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Taken:
    """The effect of a report, and the same as the end of a sentence that begins with the report's name."""

    effect: Effect
    sentence: str


def record_report(report: Report) -> Taken:
    """Take in a bounce or a complaint.

    Only a report that names a delivery of ours by its signed return path counts. A hard bounce and a
    complaint suppress the address at once, a soft bounce when too many of them came lately, a refusal for
    policy never.
    """
    named = report.delivery
    if named is None:
        return Taken(Effect.UNKNOWN, "names no letter of ours; nothing was changed")
    if db.session.get(Dispatch, named.dispatch_id) is None:
        # As after a backup from before that dispatch: its subscriber's number may be somebody else's by now.
        return Taken(Effect.UNKNOWN, "names an issue that was never sent from here; nothing was changed")
    subscriber = subscribers.subscriber(named.subscriber_id)
    if subscriber is not None and subscriber.token_epoch != named.token_epoch:
        return Taken(Effect.GONE, "is about an address that is no longer theirs; nothing was changed")
    diagnostic = _harmless(report.diagnostic) if subscriber else ""
    words = _SAID[report.kind] + (f" ({report.status})" if report.status else "")
    if not _keep(report, named, diagnostic):
        return Taken(Effect.AGAIN, f"{words}; it was noted before")
    if subscriber is None:
        return Taken(Effect.GONE, f"{words} of somebody who was erased; it is counted")
    return _draw_consequences(report, named, subscriber.confirmed_at, words, diagnostic)


def record_reports(reports: Sequence[Report]) -> Counter[str]:
    """Take in several: how many had which effect."""
    return Counter(record_report(report).effect.value for report in sorted(reports, key=attrgetter("turn")))


def note_given_up(dispatch_id: int, subscriber_id: int, outcome: rules.Outcome) -> None:
    """A letter that the mail server put off for its recipient's sake until it was given up.

    To the score that is a soft bounce, as if another server had tried as long and reported it. Joins the unit
    of work that records the attempt.
    """
    kind = judging.kind_of(outcome.given_up_for, is_final=True)
    subscriber = subscribers.subscriber(subscriber_id)
    if subscriber is None or kind is not Kind.SOFT:
        return
    named = Named(dispatch_id, subscriber_id, subscriber.token_epoch)
    report = Report(named, kind, outcome.given_up_for, outcome.reply, GIVEN_UP)
    diagnostic = _harmless(outcome.reply)
    if _keep(report, named, diagnostic):
        _draw_consequences(report, named, subscriber.confirmed_at, _SAID[kind], diagnostic)


def note_confirmation(provider: str, address: str) -> None:
    """A provider asks whether it may post to us: only a person says yes, by opening this address."""
    audit("webhook asks to be confirmed", f"webhook {provider}", f"Open this address to confirm: {address}")


def note_departure(subscriber_id: int) -> None:
    """Somebody is written to no more: count them with the issue whose letter came last, if they chose to go.

    Who bounced or complained is counted by that. Of somebody erased no word of a server stays either.
    """
    subscriber = subscribers.subscriber(subscriber_id)
    if subscriber is None:
        _forget_words_about(subscriber_id)
    elif subscriber.state != State.UNSUBSCRIBED:
        return
    dispatch_id = _last_letter(subscriber_id)
    if dispatch_id is None or _came_back_for_good(dispatch_id, subscriber_id):
        return
    row = {
        "dispatch_id": dispatch_id,
        "subscriber_id": subscriber_id,
        "how": "unsubscribed" if subscriber else "erased",
        "at": clock.now(),
    }
    db.session.execute(insert_into(Departure).values(**row).on_conflict_do_nothing())


def _draw_consequences(
    report: Report, named: Named, since: datetime | None, words: str, diagnostic: str
) -> Taken:
    said = f"{report.status} {diagnostic}".strip()
    if report.kind is Kind.HARD:
        ledger.note_bounce(named.dispatch_id, named.subscriber_id, said)
        tallies.void_if_told(named.dispatch_id, named.subscriber_id)
        subscribers_service.suppress_subscriber(named.subscriber_id, Reason.HARD_BOUNCE, said)
        return Taken(Effect.SUPPRESSED, f"{words}; the address is suppressed")
    if report.kind is Kind.COMPLAINT:
        subscribers_service.suppress_subscriber(named.subscriber_id, Reason.COMPLAINT, said)
        return Taken(Effect.SUPPRESSED, f"{words}; the address is suppressed")
    soft_ones = soft_bounces(named.subscriber_id, since) if report.kind is Kind.SOFT else []
    if judging.is_given_up(soft_ones, clock.now()):
        subscribers_service.suppress_subscriber(named.subscriber_id, Reason.SOFT_BOUNCES, said)
        return Taken(Effect.SUPPRESSED, f"{words}, one too many; the address is suppressed")
    return Taken(Effect.NOTED, f"{words}; noted")


def _harmless(said: str) -> str:
    """Words of a stranger that any database takes, and that name no address."""
    return clean_line(rules.for_the_ledger(said))[:_LONGEST_DIAGNOSTIC]


def _keep(report: Report, named: Named, diagnostic: str) -> bool:
    """Whether this is the first of its kind about this letter."""
    row = {
        "dispatch_id": named.dispatch_id,
        "subscriber_id": named.subscriber_id,
        "kind": report.kind.value,
        "status": report.status,
        "diagnostic": diagnostic,
        "source": report.source,
        "at": clock.now(),
    }
    statement = insert_into(Bounce).values(**row).on_conflict_do_nothing().returning(Bounce.id)
    return bool(db.session.scalars(statement).all())


def _last_letter(subscriber_id: int) -> int | None:
    """The dispatch whose letter was handed over last, if that is not too long ago."""
    since = clock.now() - LEFT_WITHIN
    # A dispatch that began before may still be sending; its rows are found by number, without a search.
    recent = select(Dispatch.id).where(Dispatch.started_at >= since - LEFT_WITHIN)
    query = select(Delivery.dispatch_id).where(
        Delivery.dispatch_id.in_(recent),
        Delivery.subscriber_id == subscriber_id,
        Delivery.state == "handed_over",
        Delivery.finished_at >= since,
    )
    return db.session.scalars(query.order_by(Delivery.finished_at.desc()).limit(1)).one_or_none()


def _came_back_for_good(dispatch_id: int, subscriber_id: int) -> bool:
    query = exists().where(
        Bounce.dispatch_id == dispatch_id,
        Bounce.subscriber_id == subscriber_id,
        Bounce.kind.in_((Kind.HARD.value, Kind.COMPLAINT.value)),
    )
    return bool(db.session.scalar(select(query)))


def _forget_words_about(subscriber_id: int) -> None:
    db.session.execute(update(Bounce).where(Bounce.subscriber_id == subscriber_id).values(diagnostic=""))
    ledger.forget_words(subscriber_id)
    tallies.void_words_about(subscriber_id)
