"""The letters of an issue are signed, and leave no faster than the settings say."""

import dkim
import pytest
from flask import Flask

from newsroom.delivery import service, worker
from newsroom.platform.jobs import stopping
from newsroom.platform.mail.pace import LONGEST_WAIT_SECONDS
from tests.delivery import stage
from tests.dkim_keys import SETTINGS, lookup
from tests.mailserver import MailServer
from tests.slow_time import SlowTime

pytestmark = pytest.mark.smtp


@pytest.fixture
def with_key(environment: dict[str, str]) -> None:
    environment.update(SETTINGS)


def test_every_letter_of_an_issue_bears_its_own_signature_that_holds(
    with_key: None, house: Flask, smtp: MailServer
) -> None:
    stage.dispatched(3)
    stage.work()
    assert stage.tally() == {"handed_over": 3}
    assert all(dkim.verify(item.data, dnsfunc=lookup) for item in smtp.accepted)
    assert len({item.message["DKIM-Signature"] for item in smtp.accepted}) == 3
    for item in smtp.accepted:
        covered = item.message["DKIM-Signature"].partition("h=")[2].partition(";")[0]
        assert "list-unsubscribe-post" in covered
        assert "reply-to" in covered


@pytest.mark.parametrize("own_words", [b"List-Unsubscribe: ", b"To: ", b"She had called before"])
def test_a_tampered_letter_fails(with_key: None, house: Flask, smtp: MailServer, own_words: bytes) -> None:
    stage.dispatched(1)
    stage.work()
    data = smtp.accepted[0].data
    assert own_words in data
    assert not dkim.verify(data.replace(own_words, own_words + b"x", 1), dnsfunc=lookup)


def test_without_a_key_no_letter_is_signed(house: Flask, smtp: MailServer) -> None:
    stage.dispatched(1)
    stage.work()
    assert smtp.accepted[0].message["DKIM-Signature"] is None


@pytest.mark.parametrize("rate", [5, 0.5])
def test_a_dispatch_keeps_the_rate(house: Flask, smtp: MailServer, rate: float) -> None:
    time = SlowTime.in_the_place_of(house, rate)
    stage.dispatched(8)
    stage.work()
    assert stage.tally() == {"handed_over": 8}
    assert time.now == pytest.approx(7 / rate)
    assert max(time.naps) <= LONGEST_WAIT_SECONDS


def test_whoever_waits_long_holds_no_row_and_has_stored_every_answer(house: Flask, smtp: MailServer) -> None:
    stage.dispatched(3)
    stage.freeze()
    seen = []
    time = SlowTime.in_the_place_of(house, 0.1)
    time.meanwhile = lambda: seen.append(stage.tally())
    stage.work()
    assert len(seen) > 20
    assert all(set(states) <= {"handed_over", "pending"} for states in seen)


def test_an_answer_is_stored_before_the_wait_for_the_next_letter(house: Flask, smtp: MailServer) -> None:
    stage.dispatched(3)
    stage.freeze()
    seen = []
    time = SlowTime.in_the_place_of(house, 4)
    time.meanwhile = lambda: seen.append((len(smtp.accepted), stage.tally().get("handed_over", 0)))
    stage.work()
    assert seen == [(1, 1), (2, 2)]


def test_a_pause_is_obeyed_by_whoever_waits(house: Flask, smtp: MailServer) -> None:
    stage.dispatched(6)
    stage.freeze()
    time = SlowTime.in_the_place_of(house, 4)

    def pause_after_two() -> None:
        if len(smtp.accepted) == 2:
            stage.change(service.pause)

    time.meanwhile = pause_after_two
    stage.work()
    assert stage.tally() == {"handed_over": 2, "pending": 4}


def test_a_stop_is_obeyed_by_whoever_waits(
    house: Flask, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.dispatched(6)
    stage.freeze()
    time = SlowTime.in_the_place_of(house, 4)
    time.meanwhile = lambda: stopping.request_stop() if len(smtp.accepted) >= 2 else None
    while not stopping.stop_requested():
        assert worker.work(100)
    worker.rest()
    assert stage.tally() == {"handed_over": 2, "pending": 4}
