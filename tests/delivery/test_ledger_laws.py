"""Laws of the ledger under any order of its verbs, on both databases."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from newsroom.delivery import ledger, queries, rules, service
from newsroom.delivery.models import Delivery, Dispatch, WorkerLease
from newsroom.delivery.rules import Outcome
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers import service as subscribers_service
from tests.chance import SHARED_FIXTURE, examples
from tests.delivery import stage

pytestmark = pytest.mark.smtp
OWNERS = ("one", "two")
OUTCOMES = (
    Outcome("handed_over", "250 OK"),
    Outcome("failed", "550 5.7.1 No"),
    Outcome("uncertain", "silence"),
    Outcome("deferred", "451 Later", wait=timedelta(minutes=2)),
    Outcome("pending", "no server", pauses=True, is_attempt=False),
)
STEP = st.one_of(
    st.tuples(st.just("claim"), st.sampled_from(OWNERS), st.integers(1, 3)),
    st.tuples(st.just("begin"), st.sampled_from(OWNERS), st.integers(0, 3)),
    st.tuples(st.just("record"), st.sampled_from(OWNERS), st.sampled_from(OUTCOMES)),
    st.tuples(st.just("skip"), st.sampled_from(OWNERS), st.integers(0, 3)),
    st.tuples(st.just("give_back"), st.sampled_from(OWNERS), st.just(0)),
    st.tuples(st.just("sweep"), st.sampled_from(OWNERS), st.just(0)),
    st.tuples(st.sampled_from(["pause", "resume", "cancel", "retry", "finish"]), st.just(""), st.just(0)),
    st.tuples(st.just("again"), st.just(""), st.integers(0, 3)),
    st.tuples(st.just("erase"), st.just(""), st.integers(0, 3)),
)


class _Model:
    """Does steps to a dispatch and counts how often each letter began and what became certain."""

    def __init__(self, dispatch_id: int, ids: list[int]) -> None:
        self.dispatch_id = dispatch_id
        self.ids = ids
        self.begun: Counter[int] = Counter()
        self.allowed: Counter[int] = Counter(ids)
        self.in_hand: dict[str, list[int]] = {owner: [] for owner in OWNERS}

    def do(self, verb: str, owner: str, what: object) -> None:
        try:
            with unit_of_work():
                getattr(self, verb)(owner, what)
        except rules.Refused:
            pass

    def claim(self, owner: str, limit: int) -> None:
        ledger.claim(self.dispatch_id, owner, limit, clock.now() + timedelta(days=2))

    def begin(self, owner: str, which: int) -> None:
        if ledger.begin(self.dispatch_id, self.ids[which], owner) is not None:
            self.begun[self.ids[which]] += 1
            self.in_hand[owner].append(self.ids[which])

    def record(self, owner: str, outcome: Outcome) -> None:
        if not self.in_hand[owner]:
            return
        number = self.in_hand[owner].pop()
        stored = service.record_attempt(self.dispatch_id, number, owner, outcome)
        if stored and outcome.state in rules.OPEN:
            # The server did not take it, so that it may begin once more.
            self.allowed[number] += 1

    def skip(self, owner: str, which: int) -> None:
        ledger.close(self.dispatch_id, self.ids[which], owner, "skipped", "gone", clock.now())

    def give_back(self, owner: str, _what: object) -> None:
        ledger.give_back(owner)

    def sweep(self, owner: str, _what: object) -> None:
        ledger.sweep([owner], clock.now())

    def _row(self) -> Dispatch:
        return service.locked(self.dispatch_id)

    def pause(self, _owner: str, _what: object) -> None:
        service.pause(self._row())

    def resume(self, _owner: str, _what: object) -> None:
        service.resume(self._row())

    def cancel(self, _owner: str, _what: object) -> None:
        service.cancel(self._row())

    def finish(self, _owner: str, _what: object) -> None:
        service.finish_if_done(self.dispatch_id)

    def retry(self, _owner: str, _what: object) -> None:
        before = self._states()
        service.retry(self._row())
        for number in self.ids:
            if before[number] == "failed" and self._states()[number] == "pending":
                self.allowed[number] += 1

    def again(self, _owner: str, which: int) -> None:
        service.send_again(self._row(), self.ids[which])
        self.allowed[self.ids[which]] += 1

    def erase(self, _owner: str, which: int) -> None:
        subscribers_service.erase(self.ids[which])

    def _states(self) -> dict[int, str]:
        query = select(Delivery.subscriber_id, Delivery.state).where(Delivery.dispatch_id == self.dispatch_id)
        return {row[0]: row[1] for row in db.session.execute(query)}

    def check(self) -> None:
        db.session.rollback()
        row = db.session.get(Dispatch, self.dispatch_id)
        assert row is not None
        found = queries.counts(row)
        assert sum(found.values()) == row.audience_count == len(self.ids)
        for number in self.ids:
            assert self.begun[number] <= self.allowed[number], "a letter began once too often"
        open_count = sum(found[state] for state in rules.OPEN)
        if row.state == rules.FINISHED:
            assert open_count == 0
        if row.state == rules.CANCELLED:
            assert open_count == found["sending"], "something waits in a dispatch that is cancelled"
        db.session.rollback()


def _fresh(count: int = 4) -> _Model:
    """The one dispatch of the test, as new, to subscribers of its own."""
    first = 1000 * (1 + len(_used))
    _used.append(first)
    ids = stage.confirmed(count, first=first)
    row_id = stage.dispatch().id
    with unit_of_work():
        db.session.execute(delete(WorkerLease))
        ledger.forget(row_id)
        row = service.locked(row_id)
        row.state, row.audience_count, row.resumed_at = "sending", count, None
        row.started_at = clock.now()
        db.session.add_all(
            [
                Delivery(dispatch_id=row_id, subscriber_id=number, state="pending", attempt_count=0)
                for number in ids
            ]
        )
    return _Model(row_id, ids)


_used: list[int] = []


@given(st.lists(STEP, max_size=40))
@hypothesis_settings(
    max_examples=examples(40, thorough=300),
    suppress_health_check=SHARED_FIXTURE,
)
def test_no_order_of_verbs_loses_a_row_or_begins_a_letter_twice(
    db_house: Flask, steps: list[tuple[str, str, object]]
) -> None:
    if queries.dispatch_of(stage.NUMBER) is None:
        stage.dispatched(0)
        stage.freeze()
    model = _fresh()
    for step in steps:
        model.do(*step)
    model.check()
