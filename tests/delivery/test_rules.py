"""What a server's answer means, and which state follows which: pure."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.delivery import rules
from newsroom.platform.mail.reply import Reply, Stage


@given(
    st.builds(
        Reply,
        code=st.sampled_from([0, 220, 250, 354, 421, 450, 451, 452, 500, 530, 535, 550, 552, 553, 554]),
        text=st.text(max_size=700),
        stage=st.sampled_from(Stage),
        uncertain=st.booleans(),
    ),
    st.integers(1, 40),
    st.floats(0, 1),
)
def test_every_answer_has_a_state_of_the_ledger(reply: Reply, attempts: int, jitter: float) -> None:
    outcome = rules.outcome(reply, attempts, jitter)
    assert outcome.state in rules.DELIVERY_LABELS
    assert len(outcome.reply) <= 500
    assert (outcome.wait is not None) == (outcome.state == "deferred")
    assert not (outcome.is_hard_bounce and outcome.state != "failed")
    assert not (outcome.pauses and outcome.state == "failed")
    if reply.uncertain and not reply.accepted:
        assert outcome.state == "uncertain"


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
def test_an_address_that_cannot_exist_is_a_hard_bounce(status: str) -> None:
    assert rules.outcome(Reply(550, f"{status} No", Stage.RCPT), 1, 0).is_hard_bounce


@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.DATA, Stage.AUTH, Stage.CONNECT])
def test_only_rcpt_speaks_about_an_address(stage: Stage) -> None:
    assert not rules.outcome(Reply(550, "5.1.1 No", stage), 1, 0).is_hard_bounce


LAST = rules.MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("said", "stage", "status"),
    [
        ("4.2.2 The mailbox is full", Stage.RCPT, "4.2.2"),
        ("4.2.2 The mailbox is full", Stage.DATA, "4.2.2"),
        ("4.7.1 Greylisted", Stage.RCPT, "4.7.1"),
        ("Try again later", Stage.RCPT, "4.0.0"),
        ("4.3.0 Our own trouble", Stage.RCPT, ""),
        ("Try again later", Stage.DATA, ""),
        ("4.3.2 Too busy", Stage.MAIL, ""),
        ("4.7.0 Too busy", Stage.CONNECT, ""),
    ],
)
def test_a_letter_is_given_up_for_its_recipient_or_for_the_server(
    said: str, stage: Stage, status: str
) -> None:
    reply = Reply(451, said, stage)
    assert rules.outcome(reply, LAST, 0).state == "failed"
    assert rules.outcome(reply, LAST, 0).given_up_for == status
    assert rules.outcome(reply, LAST - 1, 0).given_up_for == ""


@pytest.mark.parametrize(
    ("code", "said", "stage", "status"),
    [
        (552, "5.2.2 The mailbox is full", Stage.RCPT, "5.2.2"),
        (552, "5.2.2 The mailbox is full", Stage.DATA, "5.2.2"),
        (550, "No such person", Stage.RCPT, "5.0.0"),
        (550, "5.1.1 No such person", Stage.RCPT, ""),
        (554, "Transaction failed", Stage.RCPT, ""),
        (550, "5.3.0 Our own trouble", Stage.RCPT, ""),
        (554, "No", Stage.DATA, ""),
        (550, "5.1.8 Not from you", Stage.RCPT, ""),
    ],
)
def test_a_refusal_is_for_its_recipient_s_sake_or_not(
    code: int, said: str, stage: Stage, status: str
) -> None:
    assert rules.outcome(Reply(code, said, stage), 1, 0).given_up_for == status


def test_many_are_counted_with_commas() -> None:
    assert rules.counted(1_234_567, "letter") == "1,234,567 letters"


@given(st.integers(1, 100), st.floats(0, 1))
def test_waits_grow_and_never_exceed_a_day(attempts: int, jitter: float) -> None:
    wait = rules.wait(attempts, jitter)
    assert rules.FIRST_WAIT <= wait <= timedelta(days=1)
    assert rules.wait(attempts + 1, jitter) >= wait


@pytest.mark.parametrize("verb", rules.TRANSITIONS)
@pytest.mark.parametrize("state", rules.DISPATCH_LABELS)
def test_a_verb_out_of_place_is_refused_in_a_sentence(verb: str, state: str) -> None:
    sources, target = rules.TRANSITIONS[verb]
    if state in sources:
        assert rules.after(verb, state) == target
        return
    with pytest.raises(rules.Refused, match=rules.DISPATCH_LABELS[state].lower()):
        rules.after(verb, state)


def test_trying_again_does_not_wake_what_was_paused() -> None:
    assert rules.after_retry(rules.PAUSED) == rules.PAUSED
    assert rules.after_retry(rules.FINISHED) == rules.SENDING
    with pytest.raises(rules.Refused):
        rules.after_retry(rules.CANCELLED)


@pytest.mark.parametrize(
    ("failed", "others", "too_often"),
    [(19, 0, False), (20, 0, True), (20, 46, True), (20, 47, False), (60, 140, False), (61, 139, True)],
)
def test_failing_too_often_is_a_share_of_enough(failed: int, others: int, too_often: bool) -> None:
    assert rules.fails_too_often(["failed"] * failed + ["handed_over"] * others) is too_often


def test_what_a_server_says_is_kept_without_addresses() -> None:
    said = rules.for_the_ledger('550 <"a b"@x.example>, rhona.vale+news@reader.example: unknown')
    assert "rhona" not in said
    assert "reader.example" not in said
    assert said.endswith(": unknown")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("550 5.1.1 rhona vale is unknown here", "550 5.1.1"),
        ("550-rhona vale is unknown here", "550"),
        ("250 2.0.0 Ok: queued as 4F2A", "250 2.0.0"),
        ("Bounced: 5.1.1 smtp; 550 5.1.1 rhona vale", "Bounced: 5.1.1"),
        ("Given up after 12 attempts: 452 4.2.2 rhona vale is full", "Given up after 12 attempts: 452 4.2.2"),
        (
            "No letter can be made for this subscriber: rhona vale",
            "No letter can be made for this subscriber",
        ),
        ("The dispatch was cancelled.", "The dispatch was cancelled."),
    ],
)
def test_of_somebody_erased_codes_and_our_own_sentences_stay(said: str, left: str) -> None:
    assert rules.without_words(said) == left
