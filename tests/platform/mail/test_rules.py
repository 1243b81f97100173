"""What an answer means for a letter."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.rules import LONGEST_WAIT, PATIENCE, LetterState, is_our_trouble, judge, wait

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
OLD = NOW - PATIENCE


def test_an_accepted_letter_is_sent() -> None:
    assert judge(Reply(250, "ok", Stage.DATA), 1, NOW, NOW).state is LetterState.SENT


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DATA])
def test_a_permanent_refusal_of_the_recipient_or_the_message_is_final(stage: Stage) -> None:
    assert judge(Reply(550, "no", stage), 1, NOW, NOW).state is LetterState.FAILED


@pytest.mark.parametrize(
    "reply",
    [
        Reply(0, "refused", Stage.CONNECT),
        Reply(554, "not you", Stage.CONNECT),
        Reply(535, "wrong password", Stage.AUTH),
        Reply(550, "sender unknown", Stage.MAIL),
    ],
)
def test_trouble_on_our_side_never_fails_a_letter(reply: Reply) -> None:
    assert is_our_trouble(reply)
    assert judge(reply, 40, OLD, NOW) == judge(reply, 40, NOW, NOW)
    assert judge(reply, 40, OLD, NOW).state is LetterState.QUEUED


@pytest.mark.parametrize(
    "reply", [Reply(451, "later", Stage.RCPT), Reply(0, "gone", Stage.DATA, uncertain=True)]
)
def test_a_passing_refusal_is_tried_again_for_five_days(reply: Reply) -> None:
    verdict = judge(reply, 3, NOW, NOW)
    assert (verdict.state, verdict.next_attempt_at) == (LetterState.QUEUED, NOW + timedelta(minutes=4))
    assert judge(reply, 3, OLD, NOW).state is LetterState.FAILED


def test_waits_double_up_to_four_hours() -> None:
    minutes = [wait(count).total_seconds() / 60 for count in range(1, 11)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]
    assert wait(10_000) == LONGEST_WAIT
