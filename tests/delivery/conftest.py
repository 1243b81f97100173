"""The delivery suite's stage: a real mail server behind the settings."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from newsroom.delivery import worker
from newsroom.platform.jobs import stopping
from newsroom.platform.mail.carrying import OneByOne
from newsroom.platform.mail.smtp.server import Timeouts, server_of
from newsroom.platform.mail.smtp.wire import Wire
from newsroom.platform.settings import Settings
from tests.delivery import stage
from tests.delivery.stage import FakeTransport
from tests.mailserver import MailServer
from tests.waiting import LONG_SECONDS

# As long as it takes to see that a server is silent; one that speaks may be slow on a busy machine.
HASTE = Timeouts(connect=LONG_SECONDS, command=4, data=4)


@pytest.fixture
def environment(environment: dict[str, str], smtp: MailServer) -> dict[str, str]:
    # Over one connection letters leave one behind the other; test_connections has more.
    return {**environment, **smtp.settings(), "NEWSROOM_MAIL_CONNECTIONS": "1"}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time-outs of seconds where the product waits for minutes: for tests of silence."""

    def open_carrier(settings: Settings) -> Any:
        return Wire(server_of(settings), HASTE)

    monkeypatch.setattr(worker, "open_carrier", open_carrier)


@pytest.fixture(autouse=True)
def _not_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that another test stopped in this process leaves its flag behind."""
    monkeypatch.setattr(stopping, "_asked_at", None)


@pytest.fixture
def house(app: Flask) -> Flask:
    """A publication on SQLite."""
    stage.set_up()
    return app


@pytest.fixture
def db_house(db_app: Flask) -> Flask:
    """A publication, once on SQLite and once on PostgreSQL."""
    stage.set_up()
    return db_app


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeTransport]:
    """Put a transport that answers as a function says in the place of SMTP."""

    def use(answer: Any = None) -> FakeTransport:
        transport = FakeTransport() if answer is None else FakeTransport(answer)
        monkeypatch.setattr(worker, "open_carrier", lambda _settings: OneByOne(lambda: transport))
        return transport

    return use
