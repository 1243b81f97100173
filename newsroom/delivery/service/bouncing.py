"""What comes back about letters: bounces, complaints, and who left after which issue.

Every verb may be repeated: a letter has one row of a kind, and a report that is read again changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

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
from newsroom.subscribers.queries import Addressee
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
_AT_ONCE = (Kind.HARD, Kind.COMPLAINT)
_REASONS = {
    Kind.HARD: Reason.HARD_BOUNCE,
    Kind.SOFT: Reason.SOFT_BOUNCES,
    Kind.COMPLAINT: Reason.COMPLAINT,
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


@dataclass(frozen=True)
class _Believed:
    """A report about a letter of ours; `to` is None once they were erased."""

    report: Report
    named: Named
    to: Addressee | None

    @property
    def key(self) -> tuple[int, int, str]:
        """What there is one row of, however many reports tell of it."""
        return self.named.dispatch_id, self.named.subscriber_id, self.report.kind.value

    @property
    def words(self) -> str:
        """What it is, as a part of a sentence."""
        return _SAID[self.report.kind] + (f" ({self.report.status})" if self.report.status else "")

    @property
    def diagnostic(self) -> str:
        """A stranger's words as any database takes them, without addresses; none about somebody erased."""
        if self.to is None:
            return ""
        return clean_line(rules.for_the_ledger(self.report.diagnostic))[:_LONGEST_DIAGNOSTIC]

    @property
    def said(self) -> str:
        """Status and words, for whoever asks why an address is suppressed."""
        return f"{self.report.status} {self.diagnostic}".strip()


def record_report(report: Report) -> Taken:
    """Take in a bounce or a complaint.

    Only a report that names a delivery of ours by its signed return path counts. A hard bounce and a
    complaint suppress the address at once, a soft bounce when too many of them came lately, a refusal for
    policy never.
    """
    (taken,) = record_reports([report])
    return taken


def record_reports(reports: Sequence[Report]) -> list[Taken]:
    """The same for some thousand at most, in a few statements: what became of each, in their order."""
    sorted_out = _sorted_out(reports)
    first: dict[tuple[int, int, str], _Believed] = {}
    for one in sorted_out:
        if isinstance(one, _Believed):
            first.setdefault(one.key, one)
    new = _keep(list(first.values()))
    suppressed = _draw_consequences([one for key, one in first.items() if key in new and one.to])
    return [
        one
        if isinstance(one, Taken)
        else _taken(one, is_new=one.key in new and first[one.key] is one, suppresses=one.key in suppressed)
        for one in sorted_out
    ]


def note_given_up(dispatch_id: int, subscriber_id: int, outcome: rules.Outcome) -> None:
    """A letter that the mail server refused for its recipient's sake, or put off until it was given up.

    That means what it would mean if another server had tried and reported it with this status: mostly a soft
    bounce for the score. Joins the unit of work that records the attempt.
    """
    kind = judging.kind_of(outcome.given_up_for, is_final=True)
    to = subscribers.addressees([subscriber_id]).get(subscriber_id)
    if to is None or kind is Kind.POLICY:
        return
    named = Named(dispatch_id, subscriber_id, to.token_epoch)
    one = _Believed(Report(named, kind, outcome.given_up_for, outcome.reply, GIVEN_UP), named, to)
    if _keep([one]):
        _draw_consequences([one])


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


def _sorted_out(reports: Sequence[Report]) -> list[Taken | _Believed]:
    """Those that may have an effect, and of the others why they have none."""
    named = [report.delivery for report in reports if report.delivery is not None]
    sent = select(Dispatch.id).where(Dispatch.id.in_({one.dispatch_id for one in named}))
    dispatches = set(db.session.scalars(sent))
    known = subscribers.addressees({one.subscriber_id for one in named})
    return [_sort_out(report, dispatches, known) for report in reports]


def _sort_out(
    report: Report, dispatches: Collection[int], known: Mapping[int, Addressee]
) -> Taken | _Believed:
    named = report.delivery
    if named is None:
        return Taken(Effect.UNKNOWN, "names no letter of ours; nothing was changed")
    if named.dispatch_id not in dispatches:
        # As after a backup from before that dispatch: its subscriber's number may be somebody else's by now.
        return Taken(Effect.UNKNOWN, "names an issue that was never sent from here; nothing was changed")
    to = known.get(named.subscriber_id)
    if to is not None and to.token_epoch != named.token_epoch:
        return Taken(Effect.GONE, "is about an address that is no longer theirs; nothing was changed")
    return _Believed(report, named, to)


def _taken(one: _Believed, *, is_new: bool, suppresses: bool) -> Taken:
    if not is_new:
        return Taken(Effect.AGAIN, f"{one.words}; it was noted before")
    if one.to is None:
        return Taken(Effect.GONE, f"{one.words} of somebody who was erased; it is counted")
    if not suppresses:
        return Taken(Effect.NOTED, f"{one.words}; noted")
    too_many = ", one too many" if one.report.kind is Kind.SOFT else ""
    return Taken(Effect.SUPPRESSED, f"{one.words}{too_many}; the address is suppressed")


def _draw_consequences(new: Sequence[_Believed]) -> set[tuple[int, int, str]]:
    """What bounces and complaints that are new mean for their addresses: the keys of those that suppress."""
    suppressing = [one for one in new if one.report.kind in _AT_ONCE] + _one_too_many(new)
    suppressing.sort(key=lambda one: one.key)
    subscribers_service.suppress_subscribers(
        [(one.named.subscriber_id, _REASONS[one.report.kind], one.said) for one in suppressing]
    )
    # After the subscribers: whoever erases one takes them in this order too.
    hard = [one for one in suppressing if one.report.kind is Kind.HARD]
    said = {(one.named.dispatch_id, one.named.subscriber_id): one.said for one in hard}
    ledger.note_bounces(said)
    tallies.void_told(said)
    return {one.key for one in suppressing}


def _one_too_many(new: Sequence[_Believed]) -> list[_Believed]:
    """Those soft bounces after which their address is given up."""
    soft = [one for one in new if one.report.kind is Kind.SOFT]
    scored = soft_bounces({one.named.subscriber_id: one.to.confirmed_at for one in soft if one.to})
    now = clock.now()
    return [one for one in soft if judging.is_given_up(scored[one.named.subscriber_id], now)]


def _keep(believed: Sequence[_Believed]) -> set[tuple[int, int, str]]:
    """The keys of those that are the first of their kind about their letter."""
    if not believed:
        return set()
    rows = [
        {
            "dispatch_id": one.named.dispatch_id,
            "subscriber_id": one.named.subscriber_id,
            "kind": one.report.kind.value,
            "status": one.report.status,
            "diagnostic": one.diagnostic,
            "source": one.report.source,
            "at": clock.now(),
        }
        # In one order for everybody, so that no two units of work wait for each other.
        for one in sorted(believed, key=lambda one: one.key)
    ]
    statement = insert_into(Bounce).values(rows).on_conflict_do_nothing()
    kept = statement.returning(Bounce.dispatch_id, Bounce.subscriber_id, Bounce.kind)
    return {(row.dispatch_id, row.subscriber_id, row.kind) for row in db.session.execute(kept)}


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
