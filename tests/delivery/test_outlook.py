"""What a person is told of a dispatch under way: how fast, how long still, and what it waits for."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from newsroom.delivery import outlook, queries, service
from tests.delivery import stage
from tests.mailserver import MailServer

pytestmark = pytest.mark.smtp


def said() -> str:
    row = stage.dispatch()
    return outlook.words(row, queries.status(row))


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (213.4, "213 letters a second"),
        (1.0, "1 letter a second"),
        (0.5, "30 letters a minute"),
        (1 / 60, "1 letter a minute"),
        (0.01, "36 letters an hour"),
        (0.0001, "0 letters an hour"),
    ],
)
def test_a_pace_is_said_in_whole_letters(rate: float, words: str) -> None:
    assert outlook.pace(rate) == words


@pytest.mark.parametrize(
    ("remaining", "words"),
    [
        (timedelta(), "less than a minute to go"),
        (timedelta(seconds=59), "less than a minute to go"),
        (timedelta(seconds=60), "about 1 minute to go"),
        (timedelta(seconds=125), "about 2 minutes to go"),
        (timedelta(minutes=60), "about 1 hour to go"),
        (timedelta(minutes=82), "about 1 hour 20 minutes to go"),
        (timedelta(hours=11, minutes=58), "about 12 hours to go"),
        (timedelta(hours=30, minutes=20), "about 30 hours to go"),
        (timedelta(hours=71), "about 3 days to go"),
    ],
)
def test_what_is_left_is_said_no_more_exactly_than_anybody_can_know(remaining: timedelta, words: str) -> None:
    assert outlook.left(remaining) == words


def test_a_dispatch_that_nobody_works_on_says_so_after_half_a_minute(
    db_house: Flask, clock: time_machine.Traveller
) -> None:
    stage.dispatched(3)
    assert said() == ""
    clock.shift(31)
    assert said() == (
        "Nobody has come to the end of counting the audience. Is a worker running? “flask work” starts one."
    )
    stage.freeze()
    assert said() == ""
    clock.shift(31)
    assert said() == "No letter has left for half a minute. Is a worker running? “flask work” starts one."
    stage.change(service.pause)
    assert said() == ""


def test_letters_that_were_put_off_say_when_the_next_try_is(
    db_house: Flask, smtp: MailServer, clock: time_machine.Traveller
) -> None:
    smtp.answer("RCPT", "451 4.7.1 Later", to=stage.email_of(1))
    smtp.answer("RCPT", "451 4.7.1 Later", to=stage.email_of(2))
    stage.dispatched(3)
    stage.work()
    assert said() == "2 letters are left, which were put off by a mail server: the next try is in 2 minutes."
    clock.shift(timedelta(minutes=4))
    assert said() == "2 letters are left, which were put off by a mail server: the next try is at once."
