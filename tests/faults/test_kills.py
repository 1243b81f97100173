"""kill -9 in the middle of a send: each subscriber has exactly one letter, or is listed as uncertain.

`make test` kills five times at random; `make faults` a hundred times, with one to four workers of up to eight
connections each.
"""

import signal
import threading
import time
from datetime import timedelta

import pytest

from newsroom.delivery import service
from tests.delivery import stage
from tests.faults.campaign import Campaign, chance, kill_at_random
from tests.waiting import LONG_SECONDS, wait_until

pytestmark = pytest.mark.smtp


def _sent_to(count: int) -> list[int]:
    ids = stage.dispatched(count)
    stage.dispatch()
    return ids


@pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)
def test_five_kills_of_workers_with_several_connections(campaign: Campaign) -> None:
    ids = _sent_to(1000)
    kill_at_random(campaign, 5, chance("five"), workers=2, most_connections=8)
    campaign.drain()
    campaign.judge(ids)
    assert campaign.kill_count == 7


@pytest.mark.parametrize("db_app", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_kill_between_acceptance_and_its_record_names_one_reader(campaign: Campaign) -> None:
    ids = _sent_to(20)
    campaign.smtp.answer("DATA", "250 2.0.0 Accepted long ago", to=stage.email_of(7))
    campaign.smtp.hold_answer_to(stage.email_of(7), seconds=3600)
    worker = campaign.start_worker()
    campaign.wait_for_accepted(7)
    campaign.kill(worker)
    campaign.drain()
    assert campaign.judge(ids) == {"uncertain": 1, "handed_over": 19}
    assert stage.states()[ids[6]] == "uncertain"
    assert campaign.smtp.recipients().count(stage.email_of(7)) == 1


@pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)
def test_a_worker_that_is_asked_to_stop_leaves_nothing_uncertain(campaign: Campaign) -> None:
    ids = _sent_to(60)
    stopped = threading.Event()
    campaign.smtp.answer("DATA", None, times=10)
    # The eleventh letter is in hand when the signal comes, and is answered after it.
    campaign.smtp.answer("DATA", None, when=stopped.is_set, times=1)
    campaign.smtp.answer("DATA", None, after_seconds=1)
    worker = campaign.start_worker()
    wait_until(lambda: campaign.smtp.commands["DATA"] == 11, lambda: campaign.output)
    worker.send_signal(signal.SIGTERM)
    stopped.set()
    assert worker.wait(timeout=LONG_SECONDS) == 0
    # The answer may be quicker than the signal, and then another letter has begun.
    assert set(stage.tally()) == {"handed_over", "pending"}
    assert 11 <= stage.tally()["handed_over"] == len(campaign.smtp.accepted)
    campaign.drain()
    assert campaign.judge(ids) == {"handed_over": 60}


@pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_another_process_stops_the_letters_after_the_one_in_hand(campaign: Campaign, verb: str) -> None:
    _sent_to(60)
    stopped = threading.Event()
    campaign.smtp.answer("DATA", None, times=5)
    # The sixth letter is in hand when the dispatch is stopped, and is answered after it.
    campaign.smtp.answer("DATA", None, when=stopped.is_set)
    worker = campaign.start_worker()
    wait_until(lambda: campaign.smtp.commands["DATA"] == 6, lambda: campaign.output)
    stage.change(service.pause if verb == "pause" else service.cancel)
    stopped.set()
    campaign.wait_until_nothing_is_in_hand()
    assert worker.poll() is None
    assert len(campaign.smtp.accepted) == 6
    rest = "pending" if verb == "pause" else "skipped"
    assert stage.tally() == {"handed_over": 6, rest: 54}
    stage.must_balance()


@pytest.mark.faults
@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_many_kills_in_a_send_of_thousands(
    campaign: Campaign, workers: int, request: pytest.FixtureRequest
) -> None:
    ids = _sent_to(3000)
    kill_at_random(
        campaign,
        kills=13,
        chance=chance("many", request.node.name),
        workers=workers,
        most_connections=8,
        letters=(20, 200),
    )
    campaign.drain()
    campaign.judge(ids)


@pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)
def test_killed_again_and_again_around_its_hour_a_scheduled_issue_goes_out_once(campaign: Campaign) -> None:
    stage.approved()
    ids = stage.confirmed(60)
    stage.scheduled(timedelta(seconds=1))
    campaign.smtp.answer("DATA", None, after_seconds=0.01)
    moments = chance("around its hour")
    # As a worker is killed while it starts, while it begins the dispatch, and while it sends.
    for _ in range(5):
        worker = campaign.start_worker()
        time.sleep(moments.uniform(0.5, 4.0))
        campaign.kill(worker)
    campaign.drain()
    assert stage.schedule().state == "begun"
    campaign.judge(ids)
