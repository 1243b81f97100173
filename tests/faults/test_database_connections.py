"""How many connections to PostgreSQL a deployment needs, as docs/operations.md says: the server counts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import make_url, text

from newsroom.platform.db import db
from tests import rabbitmq
from tests.delivery import stage
from tests.faults.campaign import Campaign

pytestmark = [
    pytest.mark.smtp,
    pytest.mark.processes,
    pytest.mark.postgres,
    pytest.mark.parametrize("db_app", ["postgres"], indirect=True),
]

# What docs/operations.md says of a worker, and of one that a broker wakes.
WORKER, WOKEN_WORKER = 6, 10
NAME = "counted"


@pytest.fixture
def counted(campaign: Campaign) -> Campaign:
    """A campaign whose workers the server knows by name."""
    url = make_url(campaign.environment["NEWSROOM_DATABASE_URL"])
    named = url.update_query_dict({"application_name": NAME})
    campaign.environment["NEWSROOM_DATABASE_URL"] = named.render_as_string(hide_password=False)
    return campaign


def test_a_worker_needs_few_however_many_it_has_to_the_mail_server(counted: Campaign) -> None:
    assert _most_while_sending(counted) <= WORKER


@pytest.mark.rabbitmq
def test_a_worker_that_a_broker_wakes_needs_some_more(
    counted: Campaign, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with rabbitmq.running(tmp_path_factory.mktemp("rabbitmq")) as broker:
        counted.environment["NEWSROOM_BROKER_URL"] = broker.url
        assert _most_while_sending(counted) <= WOKEN_WORKER
        counted.stop()


def _most_while_sending(campaign: Campaign) -> int:
    ids = stage.dispatched(1_000)
    db.session.remove()
    campaign.smtp.answer("DATA", None, after_seconds=0.1)
    campaign.start_worker(connections=40)
    with _counting(campaign.app) as most:
        campaign.wait_until_finished()
    campaign.judge(ids)
    assert most()
    return most()


@contextmanager
def _counting(app: Flask) -> Iterator[Callable[[], int]]:
    """Look again and again while the block runs; gives the most connections that were there at once."""
    found: list[int] = [0]
    is_over = threading.Event()
    count = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")

    def look() -> None:
        with app.app_context(), db.engine.connect() as connection:
            while not is_over.wait(0.02):
                found.append(connection.scalar(count, {"name": NAME}) or 0)
                connection.rollback()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield lambda: max(found)
    finally:
        is_over.set()
        thread.join()
