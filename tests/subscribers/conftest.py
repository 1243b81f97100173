"""Subscribers without a browser, and the letters they get."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail.models import OutboxLetter
from newsroom.platform.web import limiter
from newsroom.subscribers import queries, service
from newsroom.subscribers.links import Holder
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.service import SignUp

EMAIL = "rhona@reader.example"
WORDING = "You may send me the letter."

Letters = Callable[[], list[OutboxLetter]]
Join = Callable[..., Subscriber]


@pytest.fixture(autouse=True)
def _fresh_counts() -> Iterator[None]:
    _forget_counts()
    yield
    _forget_counts()


def _forget_counts() -> None:
    # Before the first application of the process there is nothing in which anything could be counted.
    if limiter.initialized:
        limiter.reset()


def letters(to: str | None = None) -> list[OutboxLetter]:
    """The letters in the outbox, oldest first; to one address when it is named."""
    found = db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)).all()
    return [letter for letter in found if to is None or letter.to == to]


def link_in(letter: OutboxLetter, path: str) -> str:
    """The path of the first link in a letter that begins with `path`."""
    found = re.search(rf"http://newsroom\.example({re.escape(path)}\S+)", letter.text)
    assert found, f"no link to {path} in:\n{letter.text}"
    return found[1]


def holder_of(subscriber: Subscriber) -> Holder:
    return Holder(subscriber.id, subscriber.token_epoch)


def sign_up(email: str = EMAIL, **more: str) -> Subscriber:
    """Somebody asks for the letter."""
    with unit_of_work():
        service.sign_up(SignUp(email, **{"wording": WORDING, **more}))
    found = queries.by_email(email)
    assert found is not None
    return found


def join(email: str = EMAIL, **more: str) -> Subscriber:
    """Somebody who gets the letter: asked for it and confirmed."""
    subscriber = sign_up(email, **more)
    with unit_of_work():
        service.confirm(holder_of(subscriber))
    return subscriber


def clear_outbox() -> None:
    with unit_of_work():
        for letter in letters():
            db.session.delete(letter)


@pytest.fixture
def rhona(app: Flask) -> Subscriber:
    """Rhona Vale, confirmed, whose mailbox is empty again."""
    subscriber = join(EMAIL, name="Rhona Vale")
    clear_outbox()
    return subscriber
