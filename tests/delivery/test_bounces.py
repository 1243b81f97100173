"""What a bounce or a complaint changes, and how a mailbox is collected: each effect before its removal."""

import errno
import json
import mailbox
import os
import shutil
import tracemalloc
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, insert, update
from sqlalchemy.exc import OperationalError

from newsroom.delivery import collecting, judging, mailboxes, queries, reports, rules, service
from newsroom.delivery.mailboxes import MailboxTrouble
from newsroom.delivery.models import Bounce, Delivery, Departure, Dispatch
from newsroom.delivery.reports import Report
from newsroom.delivery.service import Effect
from newsroom.issues import queries as issues
from newsroom.platform import clock as product_clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs.registry import sources_of, ticks_of
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.settings import SettingsError, current, load
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers import service as subscribers_service
from newsroom.subscribers.links import Holder
from newsroom.subscribers.models import Suppression
from tests.databases import SECRET, environment_for
from tests.delivery import stage
from tests.delivery.returned import (
    DOMAIN,
    complaint,
    dsn,
    exim,
    group,
    plain,
    qmail,
    return_path,
    sent_to_three,
)

NOW = product_clock.now()


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return {
        **environment,
        "NEWSROOM_BOUNCE_DOMAIN": DOMAIN,
        "NEWSROOM_BOUNCE_MAILDIR": str(tmp_path / "Maildir"),
    }


@pytest.fixture
def house(app: Flask, furnish: Any, clock: Any) -> Flask:
    """A publication whose issue went to three subscribers a moment ago."""
    furnish(app, sent_to_three)
    return app


@pytest.fixture
def sent(house: Flask) -> list[int]:
    """The numbers of those three."""
    return sorted(stage.rows())


@pytest.fixture
def maildir(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(tmp_path / "Maildir")


def bounces(house: Flask, *arguments: Path | str) -> Result:
    return house.test_cli_runner().invoke(args=["delivery", "bounces", *map(str, arguments)])


def path_of(number: int, epoch: int = 0) -> str:
    return return_path(stage.dispatch().id, number, epoch)


def take(data: bytes) -> service.Taken:
    found = reports.read(data, SECRET, DOMAIN)
    assert isinstance(found, Report)
    with unit_of_work():
        return service.record_report(found)


def state_of(number: int) -> str:
    db.session.rollback()
    row = subscribers.subscriber(number)
    assert row is not None
    return row.state


def reason_for(number: int) -> str:
    found = subscribers.suppression_of(stage.email_of(number))
    return found.reason if found else ""


def kept() -> list[tuple[int, str, str]]:
    return [(row.subscriber_id, row.kind, row.status) for row in db.session.scalars(db.select(Bounce))]


# What a report changes


def test_a_hard_bounce_suppresses_at_once_and_the_ledger_says_so(house: Flask, sent: list[int]) -> None:
    assert take(exim(path_of(sent[0]))).effect is Effect.SUPPRESSED
    assert (reason_for(1), reason_for(2)) == ("hard_bounce", "")
    assert state_of(sent[0]) == "bounced"
    row = stage.rows()[sent[0]]
    assert row.state == "handed_over"
    assert row.last_reply == "Bounced: 5.1.1 smtp; 550 5.1.1 (address): unknown"
    stage.must_balance()


def test_a_report_that_comes_twice_has_one_effect(house: Flask, sent: list[int]) -> None:
    data = dsn(path_of(sent[0]))
    take(data)
    with unit_of_work():
        subscribers_service.lift_suppression(stage.email_of(1), "A mistake of the server")
    again = take(data)
    assert (again.effect, reason_for(1)) == (Effect.AGAIN, "")
    assert kept() == [(sent[0], "hard", "5.1.1")]


def test_a_complaint_suppresses_and_is_counted_as_one(house: Flask, sent: list[int]) -> None:
    take(complaint(path_of(sent[1])))
    assert (reason_for(2), state_of(sent[1])) == ("complaint", "complained")
    assert kept() == [(sent[1], "complaint", "")]


@pytest.mark.parametrize("status", ["5.7.1", "5.2.2", "4.2.2", "5.0.0"])
def test_what_says_nothing_about_the_address_is_noted(house: Flask, sent: list[int], status: str) -> None:
    assert take(dsn(path_of(sent[0]), group(status=status, diagnostic=""))).effect is Effect.NOTED
    assert (reason_for(1), state_of(sent[0])) == ("", "confirmed")
    assert len(kept()) == 1


def test_no_bounce_keeps_an_address(house: Flask, sent: list[int]) -> None:
    take(dsn(path_of(sent[0]), group(status="4.2.2", diagnostic="smtp; 452 <rhona@reader.example> is full")))
    row = db.session.scalars(db.select(Bounce)).one()
    assert "@" not in row.diagnostic
    assert "is full" in row.diagnostic


def earlier_dispatches(count: int) -> list[int]:
    """Numbers of dispatches that have nothing but a row."""
    found = []
    for number in range(90, 90 + count):
        stage.drafted(number)
        issue = issues.issue(number)
        assert issue is not None
        row = Dispatch(
            issue_id=issue.id, issue_number=number, state="finished", created_at=product_clock.now()
        )
        with unit_of_work():
            db.session.add(row)
        found.append(row.id)
    return found


def soft(dispatch_id: int, number: int) -> Effect:
    return take(dsn(return_path(dispatch_id, number), group(status="4.2.2", diagnostic=""))).effect


def test_one_soft_bounce_too_many_suppresses(house: Flask, sent: list[int]) -> None:
    effects = [soft(dispatch_id, sent[0]) for dispatch_id in earlier_dispatches(6)]
    assert effects == [Effect.NOTED] * 5 + [Effect.SUPPRESSED]
    assert (reason_for(1), state_of(sent[0])) == ("soft_bounces", "bounced")


def test_soft_bounces_fade_and_begin_anew_with_a_new_confirmation(house: Flask, sent: list[int]) -> None:
    first, *others = earlier_dispatches(7)
    with product_clock.set_to(product_clock.now() - timedelta(days=30)):
        soft(first, sent[0])
    # Not quite five and a half without the fading: the first one is half as heavy by now.
    assert [soft(dispatch_id, sent[0]) for dispatch_id in others[:4]] == [Effect.NOTED] * 4
    with unit_of_work():
        row = subscribers.subscriber(sent[0])
        assert row is not None
        row.confirmed_at = product_clock.now()
    assert soft(others[4], sent[0]) is Effect.NOTED


def test_several_reports_of_one_letter_count_once(house: Flask, sent: list[int]) -> None:
    assert [soft(stage.dispatch().id, sent[0]) for _ in range(6)] == [Effect.NOTED] + [Effect.AGAIN] * 5


def given_up(dispatch_id: int, number: int, said: str = "452 4.2.2 <rhona@reader.example> is full") -> None:
    """The mail server has put a letter off for the last time."""
    reply = Reply(int(said[:3]), said[4:], Stage.RCPT)
    with unit_of_work():
        db.session.execute(
            insert(Delivery).values(
                dispatch_id=dispatch_id, subscriber_id=number, state="sending", lease_owner="us"
            )
            if (dispatch_id, number) not in ledger_rows()
            else update(Delivery)
            .where(Delivery.dispatch_id == dispatch_id, Delivery.subscriber_id == number)
            .values(state="sending", lease_owner="us")
        )
        outcome = rules.outcome(reply, rules.MOST_ATTEMPTS, 0)
        assert service.record_attempt(dispatch_id, number, "us", outcome)


def ledger_rows() -> set[tuple[int, int]]:
    found = db.session.execute(db.select(Delivery.dispatch_id, Delivery.subscriber_id))
    return {(row.dispatch_id, row.subscriber_id) for row in found}


def test_letters_that_the_mail_server_put_off_to_the_end_count_as_soft_bounces(
    house: Flask, sent: list[int]
) -> None:
    first, *others, last = earlier_dispatches(6)
    given_up(first, sent[0])
    row = db.session.scalars(db.select(Bounce)).one()
    assert (row.kind, row.status, row.source) == ("soft", "4.2.2", "server")
    assert "@" not in row.diagnostic
    for dispatch_id in others:
        given_up(dispatch_id, sent[0])
    assert (reason_for(1), state_of(sent[0])) == ("", "confirmed")
    given_up(last, sent[0])
    assert (reason_for(1), state_of(sent[0])) == ("soft_bounces", "bounced")


def test_a_full_mailbox_weighs_the_same_when_it_is_refused_at_once(house: Flask, sent: list[int]) -> None:
    *others, last = earlier_dispatches(6)
    for dispatch_id in others:
        given_up(dispatch_id, sent[0], "552 5.2.2 <rhona@reader.example> is full")
    assert kept() == [(sent[0], "soft", "5.2.2")] * 5
    assert (reason_for(1), state_of(sent[0])) == ("", "confirmed")
    given_up(last, sent[0], "552 5.2.2 <rhona@reader.example> is full")
    assert (reason_for(1), state_of(sent[0])) == ("soft_bounces", "bounced")


def test_a_mailbox_that_is_switched_off_is_given_up_whoever_says_so(house: Flask, sent: list[int]) -> None:
    given_up(stage.dispatch().id, sent[0], "550 5.2.1 This mailbox is disabled")
    assert (reason_for(1), state_of(sent[0])) == ("hard_bounce", "bounced")


def test_a_letter_that_was_given_up_twice_counts_once(house: Flask, sent: list[int]) -> None:
    for _ in range(6):
        given_up(stage.dispatch().id, sent[0])
    assert soft(stage.dispatch().id, sent[0]) is Effect.AGAIN
    assert kept() == [(sent[0], "soft", "4.2.2")]
    assert reason_for(1) == ""


@pytest.mark.parametrize(
    "said",
    ["451 4.7.1 Greylisted", "451 4.3.0 Our trouble", "550 5.7.1 Blocked", "554 No", "552 5.3.4 Too big"],
)
def test_a_letter_that_was_given_up_for_another_reason_says_nothing_of_the_address(
    house: Flask, sent: list[int], said: str
) -> None:
    given_up(stage.dispatch().id, sent[0], said)
    assert stage.rows()[sent[0]].state == "failed"
    assert kept() == []


DAYS = st.lists(st.integers(0, 4000).map(lambda days: NOW - timedelta(days=days)), max_size=30)


@given(DAYS, st.integers(0, 400))
def test_a_score_only_fades(bounced_at: list[datetime], days: int) -> None:
    now, later = judging.score(bounced_at, NOW), judging.score(bounced_at, NOW + timedelta(days=days))
    assert 0 <= later <= now <= len(bounced_at)
    assert judging.score(bounced_at, NOW + judging.HALF_LIFE) == pytest.approx(now / 2)


@pytest.mark.parametrize(("days_between", "given_up_after"), [(0, 5), (1, 6), (7, 9), (30, None)])
def test_how_long_somebody_s_letters_may_come_back(days_between: int, given_up_after: int | None) -> None:
    whens = [NOW + timedelta(days=days_between * position) for position in range(120)]
    counts = (n for n in range(1, 120) if judging.is_given_up(whens[:n], whens[n - 1]))
    assert next(counts, None) == given_up_after


def test_what_names_nobody_changes_nothing(house: Flask, sent: list[int]) -> None:
    first = path_of(sent[0])
    for data, effect in [
        (dsn(first.replace("-e0.", "-e1.")), Effect.UNKNOWN),
        (dsn("letter@service-bell.example"), Effect.UNKNOWN),
        (dsn(return_path(999, sent[0])), Effect.UNKNOWN),
        (dsn(path_of(sent[0], epoch=1)), Effect.GONE),
    ]:
        assert take(data).effect is effect
    assert (kept(), subscribers.counts().suppressed, subscribers.reachable_count()) == ([], 0, 3)


def test_a_bounce_of_an_address_that_was_given_up_does_not_hit_the_new_one(
    house: Flask, sent: list[int]
) -> None:
    old = dsn(path_of(sent[0]))
    with unit_of_work():
        subscriber = subscribers.subscriber(sent[0])
        assert subscriber is not None
        subscriber.email, subscriber.email_key = "moved@reader.example", "moved@reader.example"
        subscriber.token_epoch += 1
    assert "no longer theirs" in take(old).sentence
    assert subscribers.counts().suppressed == 0


def test_a_bounce_about_somebody_who_was_erased_is_counted_and_holds_no_word(
    house: Flask, sent: list[int]
) -> None:
    take(dsn(path_of(sent[0]), group(status="4.2.2")))
    for number in sent[:2]:
        with unit_of_work():
            subscribers_service.erase(number)
    assert take(dsn(path_of(sent[1]))).effect is Effect.GONE
    assert {row.diagnostic for row in db.session.scalars(db.select(Bounce))} == {""}
    assert subscribers.counts().suppressed == 0


def test_an_issue_says_what_came_back_and_who_left_because_of_it(house: Flask, sent: list[int]) -> None:
    number = stage.dispatch().id
    take(dsn(path_of(sent[0])))
    with unit_of_work():
        subscribers_service.unsubscribe(Holder(sent[1], 0))
        subscribers_service.erase(sent[2])
    # Who bounced has not chosen to go, and whoever is erased later has left already.
    for who in sent[:2]:
        with unit_of_work():
            subscribers_service.erase(who)
    assert queries.bounce_counts(number) == {"hard": 1, "soft": 0, "policy": 0, "complaint": 0}
    assert queries.bounce_statuses(number) == [("hard", "5.1.1", 1)]
    assert queries.departure_counts(number) == {"unsubscribed": 1, "erased": 1}
    page, (row,) = queries.bounces(number, kind="hard")
    assert (page.total, row.address, row.status, row.source) == (1, None, "5.1.1", "report")
    assert queries.bounces(number, kind="soft")[1] == []


def test_who_leaves_long_after_a_letter_left_for_something_else(house: Flask, sent: list[int]) -> None:
    with product_clock.set_to(product_clock.now() + service.LEFT_WITHIN + timedelta(hours=1)), unit_of_work():
        subscribers_service.unsubscribe(Holder(sent[0], 0))
    assert db.session.scalars(db.select(Departure)).all() == []


def test_reports_and_departures_on_either_database(db_app: Flask, furnish: Any, clock: Any) -> None:
    furnish(db_app, sent_to_three)
    ids = sorted(stage.rows())
    for _ in range(2):
        take(dsn(path_of(ids[0])))
        with unit_of_work():
            service.note_departure(ids[1])
            subscribers_service.unsubscribe(Holder(ids[1], 0))
    number = stage.dispatch().id
    assert queries.bounce_counts(number)["hard"] == 1
    assert queries.departure_counts(number)["unsubscribed"] == 1
    with unit_of_work():
        subscribers_service.erase(ids[0])
    row = db.session.scalars(db.select(Suppression)).one()
    db.session.refresh(row)
    assert row.subscriber_id is None


# Collecting


def test_a_maildir_is_emptied_and_what_nobody_can_read_is_kept(
    house: Flask, sent: list[int], maildir: mailbox.Maildir, tmp_path: Path
) -> None:
    for data in (
        dsn(path_of(sent[0])),
        complaint(path_of(sent[1])),
        qmail(path_of(sent[2]), "Full. (#5.2.2)"),
        plain(path_of(sent[0]), "Out of office"),
        dsn(path_of(sent[0]), group("delayed", "4.4.1")),
    ):
        maildir.add(data)
    for data in (
        dsn("letter@service-bell.example"),
        plain("somebody@service-bell.example", "Out of office"),
        plain(path_of(sent[0]), "Please confirm your message"),
        plain(path_of(sent[0]), "I loved the second call"),
    ):
        maildir.add(data)
    result = bounces(house, "--collect")
    assert result.exit_code == 0, result.output
    assert "4 put aside in the folder unknown" in result.output
    assert len(maildir) == 0
    assert len(maildir.get_folder("unknown")) == 4
    reasons = (tmp_path / "Maildir" / ".unknown" / mailboxes.REASONS).read_text(encoding="utf-8")
    assert "names no letter of ours" in reasons
    assert "only a person can answer that" in reasons
    assert [reason_for(position) for position in (1, 2, 3)] == ["hard_bounce", "complaint", ""]


def test_an_effect_is_committed_before_its_message_is_removed(
    house: Flask, sent: list[int], maildir: mailbox.Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in sent:
        maildir.add(dsn(path_of(number)))

    class Killed(Exception):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(mailboxes.Maildir, "remove", killed)
        with pytest.raises(Killed):
            collecting.look_around()
    db.session.rollback()
    assert len(kept()) == 3
    assert len(maildir) == 3
    collecting.look_around()
    assert len(kept()) == 3
    assert len(maildir) == 0


def test_a_message_whose_effect_fails_stays_and_keeps_no_other_from_being_read(
    house: Flask, sent: list[int], maildir: mailbox.Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in sent:
        maildir.add(dsn(path_of(number)))
    record = service.record_reports

    def failing_for_one(found: Sequence[Report]) -> list[service.Taken]:
        about = [report.delivery.subscriber_id for report in found if report.delivery]
        if sent[1] in about:
            raise ZeroDivisionError
        return record(found)

    with monkeypatch.context() as patched:
        patched.setattr(service, "record_reports", failing_for_one)
        result = bounces(house, "--collect")
    assert result.exit_code == 1
    assert "1 failed, 2 suppressed" in result.output
    assert (len(maildir), len(kept())) == (1, 2)
    collecting.look_around()
    assert (len(maildir), len(kept())) == (0, 3)


def test_while_the_database_is_locked_nothing_is_taken_out(
    house: Flask, sent: list[int], maildir: mailbox.Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    maildir.add(dsn(path_of(sent[0])))

    def locked(_reports: Sequence[Report]) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(service, "record_reports", locked)
    with pytest.raises(OperationalError):
        collecting.look_around()
    assert len(maildir) == 1


def test_the_worker_reads_each_minute_and_stops_when_its_turn_is_over(
    house: Flask, sent: list[int], maildir: mailbox.Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert collecting.look_around in ticks_of(house).values()
    maildir.add(dsn(path_of(sent[0])))
    with monkeypatch.context() as patched:
        patched.setattr(collecting, "TURN_SECONDS", 0)
        collecting.look_around()
    assert len(maildir) == 1
    collecting.look_around()
    assert len(maildir) == 0


def test_what_is_left_after_a_turn_is_dealt_with_without_waiting_for_the_next_minute(
    house: Flask, sent: list[int], maildir: mailbox.Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert collecting.work in sources_of(house).values()
    for number in sent:
        maildir.add(dsn(path_of(number)))
    monkeypatch.setattr(collecting, "_PAGE", 1)
    monkeypatch.setattr(collecting, "TURN_SECONDS", 0)
    assert collecting.work(100) == 0
    moments = iter([0.0, 0.0, 1.0] * 4)
    monkeypatch.setattr(collecting, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    monkeypatch.setattr(collecting, "TURN_SECONDS", 0.5)
    collecting.look_around()
    left = [len(maildir)]
    while collecting.work(100):
        left.append(len(maildir))
    assert left == [2, 1, 0]


def test_a_turn_in_which_everything_fails_is_not_repeated_at_once(
    house: Flask, sent: list[int], maildir: mailbox.Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in sent:
        maildir.add(dsn(path_of(number)))
    monkeypatch.setattr(collecting, "_PAGE", 1)
    moments = iter([0.0, 0.0, 1.0])
    monkeypatch.setattr(collecting, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    monkeypatch.setattr(collecting, "TURN_SECONDS", 0.5)
    monkeypatch.setattr(service, "record_reports", lambda _reports: 1 / 0)
    collecting.look_around()
    assert collecting.work(100) == 0
    assert len(maildir) == 3


def test_a_hundred_bounces_take_few_statements_and_one_commit(
    house: Flask, maildir: mailbox.Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = stage.confirmed(100, first=100)
    dispatch_id = stage.dispatch().id
    with unit_of_work():
        rows = [{"dispatch_id": dispatch_id, "subscriber_id": n, "state": "handed_over"} for n in numbers]
        db.session.execute(insert(Delivery), rows)
    for place, number in enumerate(numbers):
        soft = group(status="4.2.2", diagnostic="")
        maildir.add(dsn(path_of(number), *([soft] if place % 2 else [])))
    statements: list[str] = []
    commits: list[object] = []
    event.listen(db.engine, "before_cursor_execute", lambda *facts: statements.append(facts[2]))
    event.listen(db.engine, "commit", commits.append)
    collecting.look_around()
    assert (len(kept()), len(maildir)) == (100, 0)
    assert len(commits) == 1
    # What is written for each: a line of the audit log for list and subscriber, one of the history.
    assert len([words for words in statements if not words.startswith("INSERT")]) < 15
    assert len(statements) < 3 * 50 + 20


@pytest.mark.parametrize("kind", ["mbox", "Maildir", "one.eml"])
def test_a_body_of_fifty_megabytes_is_not_held_in_memory(
    house: Flask, sent: list[int], tmp_path: Path, kind: str
) -> None:
    """All of it in one line, because readers read by lines."""
    path = tmp_path / kind
    if kind == "Maildir":
        mailbox.Maildir(path)
    with (path / "new" / "1" if kind == "Maildir" else path).open("wb") as file:
        file.write(b"From x\n" if kind == "mbox" else b"")
        file.write(dsn(path_of(sent[0])).replace(b"I am sorry.", b"I am sorry." * 500))
        file.truncate(file.tell() + 50_000_000)
    tracemalloc.start()
    result = bounces(house, *([] if kind == "one.eml" else ["--collect"]), path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.exit_code == 0, result.output
    assert reason_for(1) == "hard_bounce"
    assert peak < 15_000_000


def test_a_page_is_closed_before_it_holds_much(
    house: Flask, sent: list[int], maildir: mailbox.Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(12):
        maildir.add(plain(path_of(sent[0]), "Out of office", "x" * 900_000))
    sizes = []
    taken_in = collecting._taken_in

    def counted(page: Any) -> Any:
        sizes.append(sum(len(message.data) for message in page))
        return taken_in(page)

    monkeypatch.setattr(collecting, "_taken_in", counted)
    collecting.collect(Path(maildir._path), lambda _name, _judged: None)
    assert len(sizes) > 1
    assert max(sizes) <= collecting._PAGE_BYTES + reports.LONGEST


def test_a_mailbox_that_vanishes_while_it_is_read_loses_nothing_that_was_read(
    house: Flask,
    sent: list[int],
    maildir: mailbox.Maildir,
    tmp_path: Path,
    caplog: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in sent:
        maildir.add(dsn(path_of(number)))
    read_two = iter([True, True])
    beginning_of = mailboxes._beginning_of

    def vanishing(path: Path) -> bytes:
        data = beginning_of(path)
        if not next(read_two, False):
            shutil.rmtree(tmp_path / "Maildir")
        return data

    with monkeypatch.context() as patched:
        patched.setattr(mailboxes, "_beginning_of", vanishing)
        with pytest.raises(MailboxTrouble, match="went away while it was read"):
            collecting.collect(tmp_path / "Maildir", lambda _name, _judged: None)
    assert len(kept()) == 3
    # The worker says so, and goes on with everything else.
    collecting.look_around()
    assert "is not there" in caplog.text


def test_a_file_that_cannot_be_read_is_put_aside_and_a_link_is_left_alone(
    house: Flask, maildir: mailbox.Maildir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maildir.add(b"Subject: x\n\nx")
    (tmp_path / "secret").write_bytes(b"not ours to read")
    (tmp_path / "Maildir" / "new" / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "Maildir" / "new" / "pipe")

    def broken(path: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(mailboxes, "_beginning_of", broken)
    result = bounces(house, "--collect")
    assert "cannot be read: Input/output error" in result.output
    assert len(list((tmp_path / "Maildir" / ".unknown" / "new").iterdir())) == 1
    assert sorted(path.name for path in (tmp_path / "Maildir" / "new").iterdir()) == ["link", "pipe"]


def test_what_is_put_aside_overwrites_nothing(house: Flask, maildir: mailbox.Maildir, tmp_path: Path) -> None:
    for _ in range(3):
        (tmp_path / "Maildir" / "new" / "same").write_bytes(b"Subject: x\n\nx")
        collecting.look_around()
    assert len(list((tmp_path / "Maildir" / ".unknown" / "new").iterdir())) == 3


def test_a_hostile_body_of_fifty_megabytes_is_put_aside(
    house: Flask, maildir: mailbox.Maildir, tmp_path: Path
) -> None:
    file = tmp_path / "Maildir" / "new" / "large"
    with file.open("wb") as letter:
        letter.write(b"From: x@y.example\nSubject: x\n\n")
        letter.truncate(50_000_000)
    (message,) = mailboxes.Maildir(tmp_path / "Maildir").waiting()
    assert len(message.data) == reports.LONGEST
    collecting.look_around()
    assert (tmp_path / "Maildir" / ".unknown" / "new" / "large").stat().st_size == 50_000_000


@pytest.fixture
def mbox(tmp_path: Path, sent: list[int]) -> Path:
    box = mailbox.mbox(tmp_path / "bounces")
    for number in sent:
        box.add(dsn(path_of(number)))
    box.add(plain("x@service-bell.example", "Hello", "From somebody who likes the letter."))
    box.close()
    return tmp_path / "bounces"


def test_an_mbox_is_emptied_in_place_into_a_maildir_of_ours(house: Flask, mbox: Path) -> None:
    inode = mbox.stat().st_ino
    result = bounces(house, "--collect", mbox)
    assert result.exit_code == 0, result.output
    assert (mbox.stat().st_size, mbox.stat().st_ino) == (0, inode)
    assert len(kept()) == 3
    ours = mailbox.Maildir(current().instance / "bounces", create=False)
    assert len(ours) == 0
    assert len(ours.get_folder("unknown")) == 1


def test_an_mbox_in_use_is_left_alone(house: Flask, mbox: Path) -> None:
    before = mbox.read_bytes()
    mbox.with_name("bounces.lock").touch()
    result = bounces(house, "--collect", mbox)
    assert result.exit_code == 1
    assert "in use by another program" in result.output
    assert mbox.read_bytes() == before


def test_an_mbox_that_grew_in_spite_of_the_locks_loses_nothing(
    house: Flask, mbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = mailbox.Maildir.add

    def delivered_meanwhile(self: mailbox.Maildir, message: Any) -> str:
        with mbox.open("ab") as file:
            file.write(b"From x\nSubject: late\n\nx\n\n")
        return add(self, message)

    monkeypatch.setattr(mailbox.Maildir, "add", delivered_meanwhile)
    result = bounces(house, "--collect", mbox)
    assert result.exit_code == 1
    assert "in spite of its locks" in result.output
    assert b"Subject: late" in mbox.read_bytes()


def test_reading_without_collecting_leaves_everything_where_it_is(
    house: Flask, sent: list[int], maildir: mailbox.Maildir, mbox: Path, tmp_path: Path
) -> None:
    maildir.add(dsn(path_of(sent[0])))
    read_one = mailbox.MaildirMessage(dsn(path_of(sent[1])))
    read_one.set_subdir("cur")
    maildir.add(read_one)
    (tmp_path / "one.eml").write_bytes(b"\xff\x00")
    before = mbox.read_bytes()
    result = bounces(house, tmp_path / "Maildir", mbox, tmp_path / "one.eml")
    assert result.exit_code == 0, result.output
    assert "7 messages read: 2 known already, 3 suppressed, 2 unknown." in result.output
    assert (len(maildir), mbox.read_bytes()) == (2, before)


def test_a_script_gets_numbers(house: Flask, sent: list[int], maildir: mailbox.Maildir) -> None:
    maildir.add(dsn(path_of(sent[0])))
    result = bounces(house, "--json")
    assert json.loads(result.stdout) == {"suppressed": 1, "messages": 1, "kept": 0}


def test_a_path_that_is_not_there_or_is_nothing_is_refused_in_a_sentence(
    house: Flask, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_bytes(dsn(return_path()))
    (tmp_path / "letter.eml").write_bytes(dsn(return_path()))
    for arguments, words in [
        (["nowhere.eml"], "is not there"),
        (["nowhere"], "is not there"),
        (["letter.txt"], "is no mbox"),
        (["letter.txt/inside.eml"], "cannot be used"),
        ([""], "is no Maildir"),
        (["--collect", "nowhere"], "is not there"),
        (["--collect", "letter.txt"], "is no mbox"),
        (["--collect", "letter.eml"], "is a single message"),
    ]:
        result = bounces(house, *arguments[:-1], tmp_path / arguments[-1])
        assert result.exit_code == 1, result.output
        assert words in result.output
        assert "Traceback" not in result.output


def test_without_return_paths_nothing_is_believed_and_that_is_said(house: Flask, tmp_path: Path) -> None:
    house.extensions["newsroom.settings"] = current().model_copy(update={"bounce_domain": None})
    result = bounces(house, tmp_path)
    assert result.exit_code == 1
    assert "NEWSROOM_BOUNCE_DOMAIN is not set" in result.output
    with pytest.raises(SettingsError, match="need NEWSROOM_BOUNCE_DOMAIN"):
        load(environment_for(tmp_path, NEWSROOM_BOUNCE_MAILDIR="/var/mail/x"))
