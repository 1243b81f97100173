"""Who leaves in mid-send gets nothing that had not begun, and nor does anybody when a story is taken back."""

from collections.abc import Callable

import pytest

from newsroom.delivery import service
from newsroom.platform.db import unit_of_work
from newsroom.stories import service as stories
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers import service as subscribers_service
from newsroom.subscribers.links import Holder
from tests.delivery import stage
from tests.faults import reckoning
from tests.faults.campaign import Campaign, Gate, chance

pytestmark = [pytest.mark.smtp, pytest.mark.processes]

NOT_BEGUN = ("pending", "claimed")


def _erase(subscriber_id: int) -> None:
    with unit_of_work():
        assert subscribers_service.erase(subscriber_id)


def _unsubscribe(subscriber_id: int) -> None:
    found = subscribers.subscriber(subscriber_id)
    assert found is not None
    holder = Holder(found.id, found.token_epoch)
    with unit_of_work():
        subscribers_service.unsubscribe(holder)


@pytest.mark.parametrize("leave", [_erase, pytest.param(_unsubscribe, marks=pytest.mark.faults)])
def test_who_leaves_in_mid_send_gets_nothing_that_had_not_begun(
    campaign: Campaign, leave: Callable[[int], None]
) -> None:
    ids = stage.dispatched(200)
    gate = Gate(campaign.smtp)
    campaign.wait_until_sending(campaign.start_worker(connections=4))
    dice = chance("leaving", leave.__name__)
    spared = []
    for place in dice.sample(range(1, 201), 30):
        gate.let_through(2)
        leave(ids[place - 1])
        # The row was looked at after the reader had left: what had not begun then never does.
        if stage.states()[ids[place - 1]] in (*NOT_BEGUN, "skipped"):
            spared.append(stage.email_of(place))
    campaign.smtp.behave()
    campaign.wait_until_finished()
    campaign.judge(ids, gone=spared)
    assert spared
    assert not {letter.email for letter in reckoning.letters(campaign.smtp)} & set(spared)


@pytest.mark.faults
def test_a_story_taken_back_in_mid_send_is_in_no_letter_that_had_not_begun(campaign: Campaign) -> None:
    stage.approved_with_a_story()
    ids = stage.confirmed(200)
    stage.begun()
    gate = Gate(campaign.smtp)
    story_id = stage.story_of().id
    campaign.wait_until_sending(campaign.start_worker(connections=4))
    gate.let_through(50)
    campaign.wait_for_accepted(40)
    with unit_of_work():
        stories.withdraw(story_id)
    states = stage.states()
    spared = [stage.email_of(place) for place, one in enumerate(ids, start=1) if states[one] in NOT_BEGUN]
    campaign.smtp.behave()
    campaign.wait_until_nothing_is_in_hand()
    assert stage.dispatch().state == "paused"
    stage.change(service.cancel)
    campaign.judge(ids, gone=spared, state="cancelled")
    assert spared
    assert not {letter.email for letter in reckoning.letters(campaign.smtp)} & set(spared)
