"""The clock of one machine jumps an hour forward and back while letters leave: nobody is written to twice."""

import signal

import pytest

from tests.delivery import stage
from tests.faults import odd_worker
from tests.faults.campaign import Campaign, Gate
from tests.waiting import LONG_SECONDS

pytestmark = [pytest.mark.smtp, pytest.mark.processes, pytest.mark.faults]


def test_a_clock_jumps_forward_and_back_between_two_workers(campaign: Campaign) -> None:
    ids = stage.dispatched(1600)
    gate = Gate(campaign.smtp)
    jumping = campaign.start_worker(connections=4, odd=True)
    steady = campaign.start_worker(connections=4)
    for worker in (jumping, steady):
        campaign.wait_until_sending(worker)
    for jump in (odd_worker.FORWARD, odd_worker.BACK, odd_worker.BACK, odd_worker.FORWARD):
        gate.let_through(200)
        campaign.wait_for_accepted(60)
        jumping.send_signal(jump)
        # Long enough for a turn to end and for the other worker's sign of life to be looked at.
        campaign.wait_for_accepted(60)
    campaign.kill(jumping)
    campaign.smtp.behave()
    campaign.wait_until_finished()
    steady.send_signal(signal.SIGTERM)
    assert steady.wait(timeout=LONG_SECONDS) == 0
    # Whoever was thought dead while its clock was wrong says later what became of its letters.
    campaign.judge(ids)


@pytest.mark.parametrize("jump", [odd_worker.FORWARD, odd_worker.BACK])
@pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)
def test_a_worker_alone_goes_on_whatever_its_clock_says(campaign: Campaign, jump: int) -> None:
    ids = stage.dispatched(300)
    gate = Gate(campaign.smtp)
    worker = campaign.start_worker(connections=4, odd=True)
    campaign.wait_until_sending(worker)
    gate.let_through(50)
    campaign.wait_for_accepted(40)
    worker.send_signal(jump)
    campaign.smtp.behave()
    campaign.wait_until_finished()
    assert campaign.judge(ids) == {"handed_over": 300}
