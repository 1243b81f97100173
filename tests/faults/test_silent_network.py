"""The network between a worker and PostgreSQL dies without a word while an issue goes out.

Whoever was cut off comes back by itself, whoever takes over does so without it, and each reader has one
letter or is named as uncertain. The mail server is reached all the while.
"""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from newsroom.delivery.models import Delivery, WorkerLease
from newsroom.platform import shared_clock
from newsroom.platform.db import db
from tests import relay
from tests.delivery import stage
from tests.faults.campaign import Campaign, Worker
from tests.relay import Relay
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.smtp,
    pytest.mark.processes,
    pytest.mark.postgres,
    pytest.mark.parametrize("db_app", ["postgres"], indirect=True),
]

LETTERS = 300
CONNECTIONS = 4
# What keeps others waiting is over in seconds instead of minutes, so that a test need not wait for minutes.
HASTE = "-c statement_timeout=2s -c idle_in_transaction_session_timeout=2s"


@pytest.fixture
def network(db_app: Flask, campaign: Campaign) -> Iterator[Relay]:
    """What stands between the database and workers that `cut_off` starts."""
    with relay.before(campaign.environment["NEWSROOM_DATABASE_URL"]) as (found, url):
        campaign.environment["FAULTS_BEHIND"] = f"{url}?connect_timeout=2&options={quote(HASTE)}"
        yield found
        found.come_back()
        campaign.stop()


@pytest.fixture
def cut_off(network: Relay, campaign: Campaign) -> Callable[[], Worker]:
    """Start a worker that has a part of the issue in hand behind the network."""

    def start() -> Worker:
        direct = campaign.environment["NEWSROOM_DATABASE_URL"]
        campaign.environment["NEWSROOM_DATABASE_URL"] = campaign.environment["FAULTS_BEHIND"]
        worker = campaign.start_worker(connections=CONNECTIONS)
        campaign.environment["NEWSROOM_DATABASE_URL"] = direct
        campaign.wait_until_sending(worker)
        campaign.wait_for_accepted(20)
        db.session.remove()
        return worker

    return start


@pytest.fixture
def readers(campaign: Campaign) -> list[int]:
    """A dispatch that takes long enough for trouble to come in its middle."""
    ids = stage.dispatched(LETTERS)
    campaign.smtp.answer("DATA", None, after_seconds=0.05)
    db.session.remove()
    return ids


def test_a_worker_comes_back_with_the_network(
    campaign: Campaign, network: Relay, readers: list[int], cut_off: Callable[[], Worker]
) -> None:
    """Long enough for its lease to run out; nobody else is there to take over."""
    worker = cut_off()
    with network.silent():
        _wait_until_nothing_begins(campaign)
        _wait_until_leases_are_over()
    campaign.smtp.behave()
    campaign.wait_until_finished()
    assert worker.poll() is None
    # Nobody died, and every answer of the mail server was kept; its own lease is no reason to doubt.
    assert campaign.judge(readers) == {"handed_over": LETTERS}


def test_a_worker_goes_on_when_the_network_has_forgotten_it(
    campaign: Campaign, network: Relay, readers: list[int], cut_off: Callable[[], Worker]
) -> None:
    """As a firewall does: what was connected is never heard of again, whoever connects anew is served."""
    worker = cut_off()
    network.forget()
    campaign.smtp.behave()
    campaign.wait_until_finished()
    assert worker.poll() is None
    campaign.judge(readers)


def test_another_worker_takes_over_and_the_first_changes_nothing(
    campaign: Campaign, network: Relay, readers: list[int], cut_off: Callable[[], Worker]
) -> None:
    first = cut_off()
    network.fall_silent()
    _wait_until_nothing_begins(campaign)
    campaign.start_worker(connections=CONNECTIONS)
    campaign.smtp.behave()
    campaign.wait_until_finished()
    before = _ledger()
    taken = len(campaign.smtp.accepted)
    network.come_back()
    _wait_until_it_looks_again(campaign, first)
    assert first.poll() is None
    assert len(campaign.smtp.accepted) == taken
    # What it heard from the mail server meanwhile may make sure what was uncertain, and nothing else.
    after = _ledger()
    changed = [(state, after[number]) for number, state in before.items() if after[number] != state]
    assert all(step == ("uncertain", "handed_over") for step in changed), changed
    campaign.doubts += CONNECTIONS
    campaign.judge(readers)


def _ledger() -> dict[int, str]:
    db.session.remove()
    rows = db.session.execute(select(Delivery.subscriber_id, Delivery.state))
    return {row.subscriber_id: row.state for row in rows}


def _wait_until_nothing_begins(campaign: Campaign) -> None:
    """Until the mail server has had its last letter from whoever is cut off."""
    seen: list[int] = []

    def is_quiet() -> bool:
        seen.append(len(campaign.smtp.accepted))
        # A second of looking, twenty times as long as a letter takes.
        return len(seen) > 100 and seen[-1] == seen[-100]

    wait_until(is_quiet, "letters went on although the ledger could not be written")


def _wait_until_leases_are_over() -> None:
    def are_over() -> bool:
        db.session.remove()
        alive = select(WorkerLease.owner).where(WorkerLease.expires_at > shared_clock.now())
        return db.session.execute(alive).first() is None

    wait_until(are_over, "a worker that is cut off went on renewing its lease")


def _wait_until_it_looks_again(campaign: Campaign, worker: Worker) -> None:
    """Until a worker that slept has given up what it held."""
    mine = select(WorkerLease.owner).where(WorkerLease.owner.like(f"%-{worker.pid}-%"))

    def has_let_go() -> bool:
        db.session.remove()
        return db.session.execute(mine).first() is None

    wait_until(has_let_go, lambda: f"worker {worker.pid} never let go:\n{campaign.output}")
