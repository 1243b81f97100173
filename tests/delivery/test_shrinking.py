"""Old ledgers shrink to their figures: the report stays, names go, and nothing is tried again."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from newsroom.accounts.models import AuditEntry
from newsroom.delivery import figures, ledger, queries, retention, rules, service, tallies, timeline
from newsroom.delivery.judging import Kind
from newsroom.delivery.models import Bounce, Delivery, Departure, Dispatch, DispatchTally
from newsroom.delivery.naming import Named
from newsroom.delivery.reports import Report
from newsroom.delivery.rules import Outcome, Refused
from newsroom.delivery.service import bouncing
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers import service as subscribers_service
from newsroom.subscribers.links import Holder
from tests.cast import Cast
from tests.databases import ON_SQLITE
from tests.delivery import stage
from tests.delivery.stage import FakeTransport

ANSWERS = {
    2: Reply(550, "5.1.1 rhona.smith is unknown here", Stage.RCPT),
    3: Reply(552, "The mailbox is full", Stage.DATA),
    4: Reply(0, "No answer came.", Stage.DATA, uncertain=True),
}
YEAR = timedelta(days=365)
PAGE = f"/desk/deliveries/{stage.NUMBER}"


@pytest.fixture
def sent(db_house: Flask, fake: Callable[..., FakeTransport]) -> list[int]:
    """Twelve letters: two refused, one uncertain, one that came back, one reader who left."""
    by_address = {stage.email_of(position): reply for position, reply in ANSWERS.items()}
    fake(lambda rcpt: by_address.get(rcpt, Reply(250, "2.0.0 Accepted", Stage.DATA)))
    ids = stage.dispatched(12)
    stage.work()
    _note_bounce(ids[5])
    with unit_of_work():
        subscribers_service.unsubscribe(Holder(ids[6], 0))
    assert stage.dispatch().state == rules.FINISHED
    return ids


@contextmanager
def later(by: timedelta) -> Iterator[None]:
    db.session.rollback()
    with clock.set_to(clock.now() + by):
        yield
    db.session.rollback()


def look_around(after: timedelta = timedelta(0)) -> None:
    with later(after):
        retention.look_around()


def shrunk_by_now() -> None:
    look_around(YEAR + timedelta(hours=1))
    assert stage.dispatch().shrunk_at is not None


def names() -> tuple[int, int, int]:
    """How many rows name somebody: in the ledger, among what came back, among who left."""
    db.session.rollback()
    tables = (Delivery, Bounce, Departure)
    ledger_rows, reports, departures = (
        db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
    )
    return ledger_rows, reports, departures


def told() -> list[tuple[str, str, int, str]]:
    """The report without what servers said, and without the line that says that names are gone."""
    rows = list(figures.as_rows(figures.report(stage.dispatch())))
    return [row[:4] for row in rows if row[0] != "Names let go of"]


def _note_bounce(subscriber_id: int, kind: Kind = Kind.HARD) -> None:
    named = Named(stage.dispatch().id, subscriber_id, 0)
    with unit_of_work():
        service.record_report(Report(named, kind, "5.1.1", "550 5.1.1 nobody", "report"))


# Shrinking


def test_the_report_says_the_same_before_and_after(sent: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "CHUNK", 3)
    before = told()
    look_around()
    assert told() == before
    assert names() == (12, 1, 1)
    shrunk_by_now()
    assert names() == (0, 0, 0)
    assert told() == before
    stage.must_balance()
    assert dict(stage.tally()) == {}


def test_nothing_that_a_server_said_of_somebody_outlives_the_rows(sent: list[int]) -> None:
    assert "rhona.smith" in str(figures.report(stage.dispatch()))
    shrunk_by_now()
    kept = db.session.scalars(select(DispatchTally)).one()
    assert "rhona.smith" not in str(figures.report(stage.dispatch())) + str(kept.reasons)


class Killed(BaseException):
    """As when the process ends between two statements."""


def test_it_balances_at_every_instant_and_goes_on_where_it_was_killed(
    sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 4)
    before = told()
    kills = 0
    for step in range(1, 200):
        try:
            with _killed_at(step), later(YEAR + timedelta(hours=1)):
                retention.look_around()
        except Killed:
            kills += 1
            db.session.remove()
        else:
            break
        stage.must_balance()
        assert told() == before
    assert kills > 15
    assert names() == (0, 0, 0)
    assert told() == before
    look_around(YEAR + timedelta(hours=2))
    assert told() == before
    shrinkings = select(func.count()).where(AuditEntry.verb == "ledger shrunk")
    assert db.session.scalar(shrinkings) == 1


@contextmanager
def _killed_at(step: int) -> Iterator[None]:
    """End whatever runs in the block at the statement of that number."""
    asked = 0

    def count(*_what: object) -> None:
        nonlocal asked
        asked += 1
        if asked == step:
            raise Killed

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", count)


def test_a_minute_does_no_more_than_it_has_time_for(sent: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    look_around()
    monkeypatch.setattr(retention, "CHUNK", 5)
    monkeypatch.setattr(retention, "SECONDS", -1.0)
    shrunk_by_now()
    assert names() == (12, 1, 1)
    assert "shrank" in queries.shrunk(stage.dispatch())
    monkeypatch.undo()
    look_around(YEAR + timedelta(hours=1))
    assert names() == (0, 0, 0)


@ON_SQLITE
def test_nothing_shrinks_before_its_time_and_a_retry_begins_it_anew(
    db_house: Flask, sent: list[int], fake: Callable[..., FakeTransport]
) -> None:
    look_around(YEAR - timedelta(hours=1))
    assert names() == (12, 1, 1)
    fake()
    with later(YEAR - timedelta(hours=1)):
        stage.change(service.retry)
        stage.work()
    shown = stage.dispatch()
    assert shown.state == rules.FINISHED
    look_around(YEAR + timedelta(hours=1))
    assert names() == (12, 1, 1)
    stage.must_balance()


@ON_SQLITE
@pytest.mark.parametrize("verb", [None, service.pause])
def test_a_dispatch_that_is_not_finished_never_shrinks(
    db_house: Flask, verb: Callable[[Dispatch], None] | None
) -> None:
    stage.dispatched(3)
    stage.freeze()
    if verb is not None:
        stage.change(verb)
    look_around(10 * YEAR)
    assert names() == (3, 0, 0)
    assert stage.dispatch().shrunk_at is None


def test_what_is_left_of_a_cancelled_one_shrinks_too(
    db_house: Flask, fake: Callable[..., FakeTransport]
) -> None:
    fake(lambda rcpt: Reply(451, "4.7.1 rhona.smith, later", Stage.RCPT))
    stage.dispatched(3)
    stage.freeze()
    stage.change(service.cancel)
    before = told()
    shrunk_by_now()
    assert names() == (0, 0, 0)
    assert told() == before
    stage.must_balance()


@ON_SQLITE
def test_a_cancelled_one_is_left_alone_while_an_answer_is_due(db_house: Flask) -> None:
    (number,) = stage.dispatched(1)
    stage.freeze()
    dispatch_id = stage.dispatch().id
    with unit_of_work():
        ledger.claim(dispatch_id, "one", 1, clock.now())
        ledger.begin(dispatch_id, number, "one")
    stage.change(service.cancel)
    look_around(YEAR + timedelta(hours=1))
    assert names() == (1, 0, 0)
    since = stage.dispatch().finished_at
    with unit_of_work():
        assert not service.keep_tally(dispatch_id, tallies.counted(dispatch_id), since)
    with unit_of_work():
        service.record_attempt(dispatch_id, number, "one", Outcome("handed_over", "250 OK"))
    assert queries.counts(stage.dispatch())["handed_over"] == 1


@ON_SQLITE
def test_a_ledger_that_does_not_balance_is_left_for_a_person(
    db_house: Flask, sent: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    with unit_of_work():
        db.session.execute(update(Dispatch).values(audience_count=13))
    look_around(YEAR + timedelta(hours=1))
    assert names() == (12, 1, 1)
    assert "does not balance" in caplog.text


@ON_SQLITE
def test_a_dispatch_that_was_stopped_before_its_first_letter_can_still_begin(db_house: Flask) -> None:
    stage.dispatched(3)
    with unit_of_work():
        service.stop(stage.NUMBER)
    look_around(YEAR + timedelta(hours=1))
    stage.begun()
    stage.freeze()
    assert stage.tally() == {"pending": 3}


# What comes later


def test_a_late_report_is_acted_on_and_counts_once(sent: list[int]) -> None:
    shrunk_by_now()
    with later(YEAR + timedelta(days=2)):
        _note_bounce(sent[8])
        _note_bounce(sent[8])
    assert subscribers.counts().suppressed == 3
    assert queries.bounce_counts(stage.dispatch().id)["hard"] == 2
    look_around(YEAR + timedelta(days=3))
    assert names() == (0, 1, 0)
    look_around(2 * YEAR + timedelta(days=3))
    assert names() == (0, 0, 0)
    assert queries.bounce_counts(stage.dispatch().id)["hard"] == 2


def test_a_subscriber_reads_which_letters_are_only_counted(sent: list[int]) -> None:
    before = subscribers.everything_about(sent[8])
    assert before is not None
    assert ([letter["issue"] for letter in before["letters"]], before["letters_that_are_only_counted"]) == (
        [stage.NUMBER],
        [],
    )
    shrunk_by_now()
    after = subscribers.everything_about(sent[8])
    assert after is not None
    (counted,) = after["letters_that_are_only_counted"]
    assert (counted["issue"], counted["names_let_go_of_at"][:5]) == (stage.NUMBER, "2027-")
    assert after["letters"] == []
    with later(YEAR + timedelta(days=1)):
        newcomer = subscribers.everything_about(stage.confirmed(1, first=500)[0])
        assert newcomer is not None
        assert newcomer["letters_that_are_only_counted"] == []


def test_a_letter_that_was_given_up_is_counted_as_refused_and_not_as_come_back(sent: list[int]) -> None:
    assert tallies.NEVER_LEFT == bouncing.GIVEN_UP
    dispatch_id = stage.dispatch().id
    with unit_of_work():
        refused = Outcome("failed", "Given up after 12 attempts: 452 4.2.2 Full", given_up_for="4.2.2")
        bouncing.note_given_up(dispatch_id, sent[2], refused)
    assert names() == (12, 2, 1)
    assert queries.bounce_counts(dispatch_id) == {"hard": 1, "soft": 0, "policy": 0, "complaint": 0}
    shrunk_by_now()
    assert names() == (0, 0, 0)
    assert queries.bounce_counts(dispatch_id) == {"hard": 1, "soft": 0, "policy": 0, "complaint": 0}


@ON_SQLITE
def test_nothing_of_it_is_tried_again_and_it_says_why(db_house: Flask, sent: list[int]) -> None:
    shrunk_by_now()
    for verb in (service.retry, lambda row: service.send_again(row, sent[3])):
        with pytest.raises(Refused, match=r"shrank to its figures on .* nothing of it can be tried again"):
            stage.change(verb)
    assert stage.dispatch().state == rules.FINISHED


# What is kept of a ledger that has its rows still


def _queries_of_rows(work: Callable[[], object]) -> list[str]:
    """The statements that count all rows of a ledger."""
    seen: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_more: object) -> None:
        if "FROM delivery" in statement and "GROUP BY delivery.state" in statement:
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", look)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", look)
    return seen


def test_no_page_counts_a_finished_ledger_again(sent: list[int], db_house: Flask) -> None:
    desk = Cast(db_house).publisher()
    addresses = ("/desk/deliveries", PAGE, f"{PAGE}/report", f"{PAGE}/report.csv")
    assert len(_queries_of_rows(lambda: desk.visit("/desk/deliveries"))) == 1
    look_around()
    for address in addresses:
        assert not _queries_of_rows(partial(desk.client.get, address, base_url=desk.base_url))
    desk.visit("/desk/deliveries")
    desk.sees("Issue 81", "Finished", "9 of 12")
    assert not _queries_of_rows(look_around)


def test_what_is_kept_follows_an_answer_that_came_after_all(
    db_house: Flask, fake: Callable[..., FakeTransport]
) -> None:
    ids = stage.dispatched(2)
    stage.freeze()
    dispatch_id = stage.dispatch().id
    with unit_of_work():
        ledger.claim(dispatch_id, "one", 2, clock.now())
        ledger.begin_some(dispatch_id, ids, "one")
        service.record_attempt(dispatch_id, ids[0], "one", Outcome("handed_over", "250 OK"))
        ledger.sweep(["one"], clock.now())
        assert service.finish_if_done(dispatch_id)
    look_around()
    assert queries.counts(stage.dispatch())["uncertain"] == 1
    with unit_of_work():
        service.record_attempt(dispatch_id, ids[1], "one", Outcome("failed", "550 5.7.1 No"))
    _must_say_what_the_rows_say()
    assert queries.counts(stage.dispatch())["failed"] == 1
    look_around()
    assert not _queries_of_rows(lambda: queries.counts(stage.dispatch()))
    _must_say_what_the_rows_say()


def test_what_is_kept_follows_letters_that_are_tried_again(
    sent: list[int], fake: Callable[..., FakeTransport]
) -> None:
    look_around()
    fake()
    assert stage.change(service.retry) == 1
    _must_say_what_the_rows_say()
    stage.work()
    _must_say_what_the_rows_say()
    look_around()
    stage.change(lambda row: service.send_again(row, sent[3]))
    _must_say_what_the_rows_say()
    stage.work()
    _must_say_what_the_rows_say()
    look_around()
    _must_say_what_the_rows_say()
    assert queries.counts(stage.dispatch())["uncertain"] == 0


def test_what_is_kept_follows_a_bounce_that_is_noted_later(sent: list[int]) -> None:
    look_around()
    # Of a letter that was refused, the report tells what the bounce says of it.
    _note_bounce(sent[2])
    _must_say_what_the_rows_say()
    assert dict.fromkeys(row[1] for row in told() if row[0] == "Why letters were refused") == {
        "550 5.1.1, the address": None,
        "No answer of a server": None,
    }
    _note_bounce(sent[9])
    assert queries.bounce_counts(stage.dispatch().id)["hard"] == 3


def test_what_is_kept_lets_go_of_a_servers_words_about_somebody_who_is_erased(sent: list[int]) -> None:
    look_around()
    with unit_of_work():
        subscribers_service.erase(sent[1])
    kept = select(DispatchTally.reasons)
    assert "rhona.smith" not in str(db.session.scalars(kept).all())
    assert "rhona.smith" not in str(figures.report(stage.dispatch()))
    look_around()
    assert "rhona.smith" not in str(db.session.scalars(kept).one())
    _must_say_what_the_rows_say()


def test_what_moves_while_it_is_counted_is_not_kept(
    sent: list[int], fake: Callable[..., FakeTransport], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = tallies.counted

    def and_then_it_moves(dispatch_id: int) -> tallies.Tally:
        found = counted(dispatch_id)
        monkeypatch.undo()
        fake()
        stage.change(service.retry)
        stage.work()
        return found

    monkeypatch.setattr(tallies, "counted", and_then_it_moves)
    assert not retention.count(stage.dispatch().id)
    _must_say_what_the_rows_say()


def _must_say_what_the_rows_say() -> None:
    row = stage.dispatch()
    stage.must_balance()
    by_rows = tallies.counted(row.id)
    assert queries.counts(row) == by_rows.counts
    assert {state: count for state, count in by_rows.counts.items() if count} == stage.tally()
    assert tallies.tally(row) == by_rows


# Pages and commands


@ON_SQLITE
def test_the_desk_says_since_when_nobody_is_named(db_house: Flask, sent: list[int]) -> None:
    desk = Cast(db_house).publisher()
    desk.visit(PAGE)
    desk.sees("Try the refused again", "re…@reader.example")
    shrunk_by_now()
    for address in (PAGE, f"{PAGE}?state=failed&page=2", f"{PAGE}/report"):
        desk.visit(address)
        desk.sees("The ledger of issue 81 shrank to its figures on")
        assert "reader.example" not in desk.page.words
    desk.visit(PAGE)
    desk.sees("Finished", "Handed over")
    assert [form.action for form in desk.page.forms if "/deliveries/" in form.action] == []
    table = desk.client.get(f"{PAGE}/report.csv", base_url=desk.base_url).get_data(as_text=True)
    assert "Names let go of,2027-" in table
    desk.visit("/desk/deliveries")
    desk.sees("Issue 81")


@ON_SQLITE
def test_the_terminal_says_so_too(db_house: Flask, sent: list[int]) -> None:
    shrunk_by_now()
    runner = db_house.test_cli_runner()
    report = runner.invoke(args=["delivery", "report", str(stage.NUMBER)])
    assert "shrank to its figures on" in report.stdout
    assert "550 5.1.1, the address" in report.stdout
    status = runner.invoke(args=["delivery", "status", str(stage.NUMBER)])
    assert "all that is kept, since 2027-" in status.stdout
    data = runner.invoke(args=["delivery", "status", str(stage.NUMBER), "--json"])
    assert '"shrunk_at": "2027-' in data.stdout
    for asked in (["retry"], ["send-again"], ["send-again", stage.email_of(4)]):
        said = runner.invoke(args=["delivery", asked[0], str(stage.NUMBER), *asked[1:]])
        assert said.exit_code == 1
        assert "shrank to its figures on" in said.stderr


# The timeline


@pytest.mark.parametrize("seconds", [0, 59, 2_879, 100_000])
def test_a_timeline_counts_each_letter_in_its_column(db_house: Flask, seconds: int) -> None:
    """By the index and without looking at the rows of letters that were handed over."""
    ids = stage.dispatched(40)
    stage.freeze()
    begins = datetime(2026, 11, 24, 9, 0, 0, 500_000, tzinfo=UTC)
    moments = {}
    with unit_of_work():
        for place, number in enumerate(ids):
            state = ("handed_over", "failed", "handed_over", "skipped")[place % 4]
            # Some come to an end before the first letter is handed over, and some after the last.
            at = begins + timedelta(seconds=seconds * (place - 4) / 32)
            values = {"state": state, "finished_at": at}
            db.session.execute(update(Delivery).where(Delivery.subscriber_id == number).values(**values))
            if state == "handed_over":
                moments[number] = at
    found = timeline.counted(stage.dispatch().id)
    assert found is not None
    first = min(moments.values()).replace(microsecond=0)
    expected = Counter((at - first) // found.step for at in moments.values())
    assert found.columns[0].begins == first
    assert {at: column.count for at, column in enumerate(found.columns) if column.count} == expected
    assert timeline.from_json(found.as_json()) == found
