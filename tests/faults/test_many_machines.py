"""Workers that a broker wakes: whatever dies, the broker included, each subscriber has exactly one letter.

Against a real RabbitMQ and a real PostgreSQL; the workers are processes of their own, as on machines of their
own.
"""

import signal
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from newsroom.accounts.service import SEND_RESET
from newsroom.platform import jobs
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs.models import Job
from tests import rabbitmq
from tests.delivery import stage
from tests.faults.campaign import Campaign
from tests.rabbitmq import Broker
from tests.waiting import LONG_SECONDS, wait_until

pytestmark = [
    pytest.mark.smtp,
    pytest.mark.postgres,
    pytest.mark.rabbitmq,
    pytest.mark.parametrize("db_app", ["postgres"], indirect=True),
]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with rabbitmq.running(tmp_path_factory.mktemp("rabbitmq")) as broker:
        yield broker


@pytest.fixture
def environment(environment: dict[str, str], broker: Broker) -> dict[str, str]:
    return {**environment, "NEWSROOM_BROKER_URL": broker.url}


def _undone() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job).where(Job.done_at.is_(None))) or 0


def test_a_dispatch_outlives_its_workers_and_its_broker(campaign: Campaign, broker: Broker) -> None:
    ids = stage.dispatched(200)
    stage.dispatch()
    campaign.smtp.answer("DATA", None, after_seconds=0.02)
    first, second = campaign.start_worker(), campaign.start_worker()
    campaign.wait_until_sending(first)
    campaign.wait_until_sending(second)
    campaign.wait_for_accepted(20)
    campaign.kill(first)
    broker.kill()
    broker.start()
    campaign.wait_for_accepted(40)
    campaign.start_worker()
    campaign.wait_until_finished()
    campaign.judge(ids)


def test_work_is_found_without_being_named_and_a_stop_is_clean(campaign: Campaign, db_app: Flask) -> None:
    """Jobs that were asked for while nobody listened; then a worker that is told to stop."""
    for number in range(3):
        with unit_of_work():
            jobs.enqueue(SEND_RESET, number)
    worker = campaign.start_worker()
    wait_until(lambda: not _undone(), lambda: campaign.output)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=LONG_SECONDS) == 0, campaign.output
    assert "Traceback" not in campaign.output
