"""Two dispatches side by side, and one that two people begin at the same instant."""

import pytest

from tests.delivery import stage
from tests.faults.campaign import Campaign, chance
from tests.waiting import LONG_SECONDS

pytestmark = [pytest.mark.smtp, pytest.mark.processes, pytest.mark.faults]


def test_two_issues_at_once_each_reach_everybody_once(campaign: Campaign) -> None:
    numbers = (81, 82)
    for number in numbers:
        stage.approved(number)
    ids = stage.confirmed(500)
    for number in numbers:
        stage.begun(number)
    dice = chance("two at once")
    campaign.environment["NEWSROOM_MAIL_RATE"] = "60"
    running = [campaign.start_worker(connections=4) for _ in range(2)]
    for _ in range(4):
        victim = running.pop(0)
        campaign.wait_until_sending(victim)
        campaign.wait_for_accepted(dice.randint(5, 60))
        campaign.kill(victim)
        running.append(campaign.start_worker(connections=4))
    for worker in running:
        campaign.kill(worker)
    campaign.drain(numbers)
    campaign.judge(ids, numbers=numbers)


def test_the_same_issue_sent_from_two_terminals_at_once_is_sent_once(campaign: Campaign) -> None:
    stage.approved()
    ids = stage.confirmed(50)
    terminals = [campaign.run("flask", "delivery", "send", "81", "--yes") for _ in range(4)]
    codes = [terminal.wait(timeout=LONG_SECONDS) for terminal in terminals]
    assert sorted(codes) == [0, 1, 1, 1], campaign.output
    said = campaign.log.read_text()
    assert "Traceback" not in said
    assert said.count("is on its way") == 1
    campaign.drain()
    assert campaign.judge(ids) == {"handed_over": 50}
