"""A mail server misbehaves in every way it can while workers are killed: to each reader one letter still."""

import time
from random import Random

import pytest

from newsroom.delivery import service
from tests.delivery import stage
from tests.faults import unruly
from tests.faults.campaign import Campaign, chance
from tests.faults.unruly import Whim
from tests.waiting import LONG_SECONDS, wait_until

pytestmark = [pytest.mark.smtp, pytest.mark.processes]

# Letters a second of all workers together: slow enough for a kill in the middle, on any machine.
RATE = 40
# Long enough for a server that speaks, on a busy machine, and short enough to wait for one that does not.
PATIENCE_SECONDS = 20.0


@pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)
def test_one_of_each_misbehaviour_and_two_kills(campaign: Campaign) -> None:
    _go_through_it(campaign, chance("each"), count=300, times=1, kills=2, workers=1, connections=6)


@pytest.mark.faults
@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_every_misbehaviour_and_many_kills(
    campaign: Campaign, workers: int, request: pytest.FixtureRequest
) -> None:
    dice = chance("every", request.node.name)
    _go_through_it(campaign, dice, count=1200, times=6, kills=5, workers=workers, connections=8)


def _go_through_it(
    campaign: Campaign, dice: Random, *, count: int, times: int, kills: int, workers: int, connections: int
) -> None:
    campaign.environment["NEWSROOM_MAIL_RATE"] = str(RATE)
    ids = stage.dispatched(count)
    readers = [stage.email_of(position) for position in range(1, count + 1)]
    plan = unruly.provoke(campaign.smtp, readers, dice, times)
    running = [_start(campaign, dice, connections) for _ in range(workers)]
    for _ in range(kills):
        victim = running.pop(dice.randrange(len(running)))
        campaign.wait_until_sending(victim)
        unruly.change_mood(campaign.smtp, dice)
        campaign.wait_for_accepted(dice.randint(0, RATE))
        time.sleep(dice.random() * 0.05)
        campaign.kill(victim)
        running.append(_start(campaign, dice, connections))
    _be_refused_as_senders(campaign)
    # The last worker may have one connection, over which one silence is waited for after the other.
    silences = len([whim for whim in plan.values() if whim.seconds])
    wait_until(
        lambda: not _may_begin(),
        lambda: f"somebody was never tried:\n{campaign.output}",
        seconds=LONG_SECONDS + silences * PATIENCE_SECONDS,
    )
    for worker in running:
        campaign.kill(worker)
    campaign.drain()
    _judge(campaign, ids, plan)


def _start(campaign: Campaign, dice: Random, connections: int) -> object:
    return campaign.start_worker(connections=dice.randint(1, connections), patience=PATIENCE_SECONDS)


def _be_refused_as_senders(campaign: Campaign) -> None:
    """The server wants nothing from us any more: the dispatch stops, and goes on when somebody says so."""
    campaign.smtp.answer("MAIL", "550 5.7.1 We know no such sender", times=1)
    wait_until(
        lambda: not campaign.is_sending or not _may_begin(), lambda: f"it never stopped:\n{campaign.output}"
    )
    if stage.dispatch().state == "paused":
        stage.change(service.resume)


def _may_begin() -> set[str]:
    """The states of rows that nobody has tried yet, or is trying."""
    return set(stage.tally()) & {"pending", "claimed", "sending"}


def _judge(campaign: Campaign, ids: list[int], plan: dict[str, Whim]) -> None:
    campaign.doubts += sum(whim.obscures for whim in plan.values())
    refused = {email for email, whim in plan.items() if whim.refuses}
    campaign.judge(ids, refused=refused)
    states = stage.states()
    # A refusal is said once. A worker that is killed before it was read leaves a row that is tried again.
    refused -= set(campaign.smtp.recipients())
    became = {states[one] for place, one in enumerate(ids, start=1) if stage.email_of(place) in refused}
    assert became <= {"failed", "uncertain"}, "what was refused is called handed over"
