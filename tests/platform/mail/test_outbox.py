"""Ordinary letters as rows, and how they leave."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail import folder, outbox
from newsroom.platform.mail.flask_mail import mail
from newsroom.platform.mail.message import BadAddress
from newsroom.platform.mail.models import OutboxLetter
from newsroom.platform.mail.pace import Limits, Pace
from newsroom.platform.mail.rules import LEASE, PATIENCE, LetterState
from tests.mailserver import DROP, MailServer
from tests.platform.mail.conftest import make_app, running
from tests.platform.mail.samples import MOMENT, content, letter, parsed

pytestmark = pytest.mark.smtp
OUT = "https://service-bell.example/unsubscribe/abc"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest, tmp_path: Path, smtp: MailServer) -> Iterator[Flask]:
    """Letters go to `smtp`; on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield from running(make_app(tmp_path / "instance", **smtp.settings()))
        return
    with request.getfixturevalue("postgres_template").borrow() as url:
        yield from running(make_app(tmp_path / "instance", NEWSROOM_DATABASE_URL=url, **smtp.settings()))


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MOMENT, tick=True) as traveller:
        yield traveller


def post(**more: Any) -> int:
    with unit_of_work():
        row = outbox.post(letter(**more))
        db.session.flush()
        return row.id


def row(letter_id: int) -> OutboxLetter:
    db.session.rollback()
    found = db.session.get(OutboxLetter, letter_id, populate_existing=True)
    assert found is not None
    return found


def test_a_letter_exists_exactly_when_its_cause_does(any_app: Flask) -> None:
    with pytest.raises(RuntimeError), unit_of_work():
        outbox.post(letter())
        raise RuntimeError("the cause went wrong")
    assert db.session.scalars(select(OutboxLetter)).all() == []


def test_a_posted_letter_waits_for_the_worker_and_then_arrives(any_app: Flask, smtp: MailServer) -> None:
    number = post(list_unsubscribe=OUT)
    assert smtp.accepted == []
    assert outbox.work(10) == 1
    (accepted,) = smtp.accepted
    message = accepted.message
    assert accepted.rcpt_to == ("ana@reader.example",)
    assert accepted.mail_from == "letters@service-bell.example"
    assert message["From"] == "The Service Bell <letters@service-bell.example>"
    assert message["Reply-To"] == "editor@service-bell.example"
    assert message["Subject"] == "Please confirm your address"
    assert message["List-Unsubscribe"] == f"<{OUT}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == row(number).message_id
    assert content(message, "plain") == row(number).text
    assert content(message, "html").strip() == row(number).html.strip()
    assert (row(number).state, row(number).attempt_count) == (LetterState.SENT, 1)
    assert row(number).sent_at is not None
    assert outbox.work(10) == 0


def test_a_letter_may_say_itself_that_it_answers_another(any_app: Flask, smtp: MailServer) -> None:
    post(headers={"Auto-Submitted": "auto-replied"})
    outbox.work(10)
    assert smtp.accepted[0].message.get_all("Auto-Submitted") == ["auto-replied"]


def test_letters_pass_through_flask_mail(any_app: Flask) -> None:
    post()
    with mail.record_messages() as recorded:
        outbox.work(10)
    assert [message.subject for message in recorded] == ["Please confirm your address"]


def test_a_letter_says_what_was_true_when_it_was_posted(
    any_app: Flask, smtp: MailServer, travel: Any
) -> None:
    post()
    travel.shift(timedelta(hours=3))
    outbox.work(10)
    assert smtp.accepted[0].message["Date"] == "Tue, 17 Nov 2026 09:00:00 +0000"


def test_a_passing_refusal_puts_the_letter_off_and_its_message_id_stays(
    any_app: Flask, smtp: MailServer, travel: Any
) -> None:
    number = post()
    smtp.answer("DATA", "451 4.7.1 Greylisted", times=2)
    waits = []
    for _ in range(3):
        assert outbox.work(10) == 1
        now = row(number)
        waits.append(now.next_attempt_at)
        assert outbox.work(10) == 0
        travel.shift(timedelta(minutes=5))
    assert waits[1] - waits[0] > timedelta(minutes=5)
    assert row(number).state == LetterState.SENT
    assert row(number).attempt_count == 3
    assert [item.message["Message-ID"] for item in smtp.accepted] == [row(number).message_id]


def test_a_refusal_for_good_fails_the_letter_with_the_servers_words(any_app: Flask, smtp: MailServer) -> None:
    number = post()
    smtp.answer("RCPT", "550 5.1.1 Nobody here", times=1)
    outbox.work(10)
    assert (row(number).state, row(number).last_reply) == (LetterState.FAILED, "550 5.1.1 Nobody here")
    assert outbox.work(10) == 0
    with unit_of_work():
        assert outbox.try_again(number)
    assert outbox.work(10) == 1
    assert row(number).state == LetterState.SENT
    with unit_of_work():
        assert not outbox.try_again(number)


def test_a_letter_is_given_up_after_five_days(any_app: Flask, smtp: MailServer, travel: Any) -> None:
    number = post()
    smtp.answer("RCPT", "451 4.7.1 Later")
    outbox.work(10)
    assert row(number).state == LetterState.QUEUED
    travel.shift(PATIENCE)
    outbox.work(10)
    assert (row(number).state, row(number).last_reply) == (LetterState.FAILED, "451 4.7.1 Later")


def test_a_server_that_is_away_puts_all_letters_off_and_fails_none(
    tmp_path: Path, smtp: MailServer, travel: Any, closed_port: int
) -> None:
    app = make_app(tmp_path / "instance", **{**smtp.settings(), "NEWSROOM_MAIL_PORT": str(closed_port)})
    for _ in running(app):
        numbers = [post(), post()]
        assert outbox.work(10) == 2
        for number in numbers:
            assert row(number).state == LetterState.QUEUED
            assert "cannot be reached" in (row(number).last_reply or "")
        app.config["MAIL_PORT"] = smtp.port
        mail.init_app(app)
        assert outbox.work(10) == 0
        travel.shift(timedelta(minutes=2))
        assert outbox.work(10) == 2
    assert len(smtp.accepted) == 2


def test_an_uncertain_letter_leaves_again_with_the_same_message_id(
    any_app: Flask, smtp: MailServer, travel: Any
) -> None:
    post()
    smtp.answer("DATA", DROP, times=1)
    outbox.work(10)
    travel.shift(timedelta(minutes=2))
    outbox.work(10)
    first, second = (item.message["Message-ID"] for item in smtp.wait_for(2))
    assert first == second


def test_a_worker_that_died_leaves_a_lease_that_runs_out(
    any_app: Flask, smtp: MailServer, travel: Any
) -> None:
    number = post()
    assert len(outbox._lease("the lease of a worker that dies now", 10).leased) == 1
    assert row(number).state == LetterState.SENDING
    assert outbox.work(10) == 0
    travel.shift(LEASE + timedelta(seconds=1))
    assert outbox.work(10) == 1
    assert len(smtp.accepted) == 1


def test_the_word_of_a_worker_whose_lease_ran_out_does_not_count(
    any_app: Flask, smtp: MailServer, travel: Any
) -> None:
    number = post()
    (late,) = outbox._lease("late", 10).leased
    travel.shift(LEASE + timedelta(seconds=1))
    assert outbox.work(10) == 1
    outbox._record(late, "late", outbox.Reply(550, "too late", outbox.Stage.RCPT))
    assert row(number).state == LetterState.SENT


def test_a_worker_told_to_stop_gives_back_what_it_has_not_begun(
    any_app: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [post(), post(), post()]
    answers = iter([False, True, True])
    monkeypatch.setattr(outbox, "stop_requested", lambda: next(answers))
    assert outbox.work(10) == 1
    assert [row(number).state for number in numbers] == ["sent", "queued", "queued"]
    assert [row(number).attempt_count for number in numbers] == [1, 0, 0]
    monkeypatch.setattr(outbox, "stop_requested", lambda: False)
    assert outbox.work(10) == 2
    assert len(smtp.accepted) == 3


def test_two_workers_never_hold_the_same_letter(any_app: Flask) -> None:
    for _ in range(4):
        post()
    first, second = outbox._lease("one", 2).leased, outbox._lease("two", 10).leased
    assert len(first) == len(second) == 2
    assert {each.id for each in first}.isdisjoint({each.id for each in second})


# Limits of domains


@pytest.fixture
def limited(any_app: Flask, travel: time_machine.Traveller) -> Pace:
    """Two seconds for each letter to slow.example; others leave as they come."""
    rhythm = Pace(Limits(domains={"slow.example": 0.5}), clock.now)
    any_app.extensions["newsroom.mail.pace"] = rhythm
    return rhythm


def test_letters_keep_the_limit_of_their_domain_and_hold_up_no_other(
    limited: Pace, smtp: MailServer, travel: time_machine.Traveller
) -> None:
    numbers = [post(to=f"a{n}@SLOW.example") for n in range(4)] + [
        post(to=f"b{n}@reader.example") for n in range(3)
    ]
    # Both pages are looked through at once: what is put off keeps nobody behind it from leaving.
    assert [outbox.work(4), outbox.work(4), outbox.work(4)] == [4, 3, 0]
    assert [row(number).state for number in numbers] == ["sent", *["queued"] * 3, *["sent"] * 3]
    assert {row(number).waits_for for number in numbers} == {"", "slow.example"}
    for count in (5, 6, 7):
        travel.shift(timedelta(seconds=1.1))
        assert outbox.work(4) == 0
        travel.shift(timedelta(seconds=1))
        assert outbox.work(4) == 1
        assert len(smtp.accepted) == count
    assert {(row(number).attempt_count, row(number).waits_for) for number in numbers} == {(1, "")}


def test_letters_count_against_the_limit_that_letters_of_issues_keep(limited: Pace, smtp: MailServer) -> None:
    post(to="ana@slow.example")
    assert outbox.work(10) == 1
    with unit_of_work():
        assert limited.take_for({"slow.example": 1})["slow.example"].now_count == 0


def test_an_issue_that_goes_out_for_hours_holds_a_letter_back_for_one_turn(
    limited: Pace, smtp: MailServer, travel: time_machine.Traveller
) -> None:
    with unit_of_work():
        limited.take_for({"slow.example": 10_000})
    number = post(to="ana@slow.example")
    outbox.work(10)
    assert timedelta() < row(number).next_attempt_at - clock.now() <= timedelta(seconds=2)
    travel.shift(timedelta(seconds=2))
    with unit_of_work():
        assert limited.take_for({"slow.example": 1})["slow.example"].now_count == 0
    outbox.work(10)
    assert row(number).state == LetterState.SENT


def test_a_letter_that_waits_is_in_nobody_s_hands(limited: Pace, travel: time_machine.Traveller) -> None:
    numbers = [post(to="ana@slow.example") for _ in range(3)]
    outbox.work(10)
    assert [(row(n).lease, row(n).attempt_count) for n in numbers] == [(None, 1), (None, 0), (None, 0)]


def test_letters_that_wait_for_a_limit_ask_anew_and_others_keep_their_moment(limited: Pace) -> None:
    waiting = [post(to="ana@slow.example") for _ in range(3)][1:]
    outbox.work(10)
    with unit_of_work():
        later = outbox.post(letter(), wait=timedelta(minutes=5))
        db.session.flush()
        later_id, moment = later.id, later.next_attempt_at
    with unit_of_work():
        assert outbox.ask_again() == 2
    assert all(row(number).next_attempt_at <= clock.now() for number in waiting)
    assert row(later_id).next_attempt_at == moment


def test_what_is_no_address_is_refused_at_the_door(any_app: Flask) -> None:
    with pytest.raises(BadAddress), unit_of_work():
        outbox.post(letter(to="nobody"))


def test_a_name_typed_with_a_line_end_is_cleaned(any_app: Flask, smtp: MailServer) -> None:
    post(to_name="Ana\r\nBcc: everyone@reader.example")
    outbox.work(10)
    assert smtp.recipients() == ["ana@reader.example"]
    assert smtp.accepted[0].message["Bcc"] is None


def test_the_desk_sees_letters_newest_first_and_as_they_left(any_app: Flask, smtp: MailServer) -> None:
    numbers = [post(subject=f"Letter {number}") for number in range(3)]
    assert [each.id for each in outbox.letters(1).items] == numbers[::-1]
    assert outbox.letters(1).total == 3
    outbox.work(1)
    assert [each.id for each in outbox.letters(1, LetterState.QUEUED).items] == numbers[:0:-1]
    assert outbox.eml(numbers[0]) == smtp.accepted[0].data
    assert outbox.eml(99_999) is None


def test_somebody_who_is_erased_leaves_no_letters(any_app: Flask) -> None:
    post(to="Ana@Reader.example")
    kept = post(to="bo@reader.example")
    with unit_of_work():
        assert outbox.forget("ana@reader.example") == 1
    assert [each.id for each in outbox.letters().items] == [kept]


def test_old_finished_letters_are_deleted_and_waiting_ones_stay(
    any_app: Flask, smtp: MailServer, travel: Any
) -> None:
    post()
    outbox.work(10)
    waiting = post()
    travel.shift(outbox.KEPT - timedelta(hours=1))
    outbox.tidy()
    assert outbox.letters().total == 2
    travel.shift(timedelta(hours=2))
    outbox.tidy()
    assert {each.id for each in outbox.letters().items} == {waiting}


def test_with_the_folder_a_letter_lies_there_to_be_read(mail_app: Flask) -> None:
    number = post()
    assert outbox.work(10) == 1
    (filed,) = folder.listing().items
    read = folder.parse(filed.name)
    assert read is not None
    assert filed.subject == "Please confirm your address"
    assert read.html == parsed(outbox.eml(number) or b"").get_body(("html",)).get_content().replace(
        "\r\n", "\n"
    )
    outbox_folder = mail_app.extensions["newsroom.settings"].instance / "outbox"
    assert [file.name for file in outbox_folder.iterdir()] == [filed.name]
