"""Who is in a frozen audience, when the issue opens on the web, and that a kill in between loses nothing."""

from datetime import timedelta

import pytest
from flask import Flask

from newsroom.delivery import ledger, rules, service, worker
from newsroom.issues import queries as issues
from newsroom.platform import clock
from newsroom.platform.db import unit_of_work
from newsroom.stories import service as stories
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers import service as subscribers_service
from newsroom.subscribers.links import Holder
from newsroom.subscribers.rules import Reason
from newsroom.subscribers.service import SignUp
from tests.databases import each_on_sqlite
from tests.delivery import stage
from tests.mailserver import MailServer

pytestmark = pytest.mark.smtp


def _sign_up(email: str) -> Holder:
    with unit_of_work():
        subscribers_service.sign_up(SignUp(email, "Late Reader", "test", "Yes."))
    found = subscribers.by_email(email)
    assert found is not None
    return Holder(found.id, found.token_epoch)


def test_the_audience_is_everybody_who_was_confirmed(db_house: Flask) -> None:
    _sign_up("undecided@reader.example")
    ids = stage.dispatched(5)
    stage.freeze()
    assert stage.states() == dict.fromkeys(ids, "pending")
    assert stage.dispatch().audience_count == 5
    stage.must_balance()


def test_who_confirms_later_is_not_in_it_whatever_their_number(db_house: Flask) -> None:
    """Somebody with a low number may confirm while the chunks are still being frozen."""
    early = _sign_up("early-number@reader.example")
    ids = stage.dispatched(3)
    with unit_of_work():
        subscribers_service.confirm(early)
    stage.confirmed(2, first=100)
    stage.freeze()
    assert sorted(stage.states()) == ids


def test_who_was_paused_then_is_not_in_it(db_house: Flask) -> None:
    stage.approved()
    sleeper, other = stage.confirmed(2)
    _pause(sleeper, clock.now() + timedelta(days=3))
    stage.begun()
    stage.freeze()
    assert sorted(stage.states()) == [other]


def test_freezing_goes_on_where_a_kill_left_it(db_house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FREEZE_CHUNK", 3)
    ids = stage.dispatched(10)
    dispatch_id = stage.dispatch().id
    worker._freeze(dispatch_id)
    # Dies in the middle of the second chunk: nothing of it is kept.
    with pytest.raises(KeyboardInterrupt), unit_of_work():
        ledger.freeze_chunk(service.locked(dispatch_id), 3)
        raise KeyboardInterrupt
    assert sorted(stage.states()) == ids[:3]
    stage.freeze()
    assert sorted(stage.states()) == ids
    stage.must_balance()


def test_somebody_who_leaves_between_two_chunks_breaks_nothing(
    db_house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FREEZE_CHUNK", 2)
    ids = stage.dispatched(6)
    worker._freeze(stage.dispatch().id)
    with unit_of_work():
        subscribers_service.unsubscribe_on_request(ids[2], "asked by telephone")
    stage.freeze()
    assert sorted(stage.states()) == [number for number in ids if number != ids[2]]
    stage.must_balance()


def test_the_web_edition_opens_when_freezing_ends_and_before_any_letter(
    house: Flask, smtp: MailServer
) -> None:
    stage.dispatched(2)
    client = house.test_client()
    assert issues.published_issue(stage.NUMBER) is None
    stage.freeze()
    assert issues.published_issue(stage.NUMBER) is not None
    assert client.get(f"/issues/{stage.NUMBER}").status_code == 200
    assert smtp.accepted == []


def test_a_kill_before_the_last_commit_of_freezing_publishes_nothing(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.dispatched(2)
    begin = service.begin_sending

    def dies(row: object) -> None:
        begin(row)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(service, "begin_sending", dies)
    with pytest.raises(KeyboardInterrupt):
        stage.freeze()
    assert stage.dispatch().state == rules.FREEZING
    assert issues.published_issue(stage.NUMBER) is None
    monkeypatch.undo()
    stage.freeze()
    assert issues.published_issue(stage.NUMBER) is not None


def test_an_issue_without_subscribers_is_published_and_finished(house: Flask) -> None:
    stage.dispatched(0)
    stage.work()
    assert stage.dispatch().state == "finished"
    assert issues.published_issue(stage.NUMBER) is not None


# Those who stop being readers before their turn


def _pause(number: int, until: object) -> None:
    subscriber = subscribers.subscriber(number)
    assert subscriber is not None
    with unit_of_work():
        again = subscribers.subscriber(number)
        assert again is not None
        again.paused_until = until  # type: ignore[assignment]


@each_on_sqlite("way", ["unsubscribe", "pause", "suppress", "erase"], on_postgres=["erase"])
def test_who_stops_before_their_turn_gets_nothing_and_leaves_a_row(
    db_house: Flask, smtp: MailServer, way: str
) -> None:
    ids = stage.dispatched(3)
    stage.freeze()
    leaver = ids[1]
    if way == "pause":
        _pause(leaver, clock.now() + timedelta(days=2))
    else:
        with unit_of_work():
            if way == "unsubscribe":
                subscribers_service.unsubscribe_on_request(leaver, "asked")
            elif way == "suppress":
                subscribers_service.suppress_subscriber(leaver, Reason.COMPLAINT)
            else:
                subscribers_service.erase(leaver)
    stage.work()
    assert stage.states() == {ids[0]: "handed_over", leaver: "skipped", ids[2]: "handed_over"}
    assert stage.email_of(2) not in smtp.recipients()
    stage.must_balance()


def test_an_erased_reader_leaves_a_row_that_names_nobody(house: Flask, smtp: MailServer) -> None:
    smtp.answer("RCPT", f"550 5.7.1 <{stage.email_of(1)}>: not today", to=stage.email_of(1))
    (number,) = stage.dispatched(1)
    stage.work()
    with unit_of_work():
        subscribers_service.erase(number)
    row = stage.rows()[number]
    assert row.state == "failed"
    # The codes say what became of the letter; a server's words may say whose it was.
    assert row.last_reply == "550 5.7.1"
    stage.must_balance()


def test_a_story_withdrawn_while_the_audience_is_counted_stops_the_issue(db_house: Flask) -> None:
    stage.approved_with_a_story()
    stage.confirmed(3)
    stage.begun()
    with unit_of_work():
        stories.withdraw(stage.story_of().id)
    stage.work()
    row = stage.dispatch()
    assert (row.state, row.started_at, stage.states()) == ("cancelled", None, {})
    assert "Nobody looked up" in row.pause_reason
    issue = issues.issue(stage.NUMBER)
    assert issue is not None
    assert issue.state == "approved"
    assert issues.published_issue(stage.NUMBER) is None


def test_a_story_withdrawn_while_letters_go_out_is_in_no_further_letter(db_house: Flask) -> None:
    stage.approved_with_a_story()
    stage.confirmed(3)
    stage.begun()
    stage.freeze()
    story_id = stage.story_of().id
    with unit_of_work():
        stories.withdraw(story_id)
    stage.work()
    row = stage.dispatch()
    assert (row.state, set(stage.states().values())) == ("paused", {"pending"})
    assert "Nobody looked up" in row.pause_reason
    for verb in (service.resume, service.retry, lambda row: service.send_again(row, 1)):
        with pytest.raises(rules.Refused, match="taken back"):
            stage.change(verb)
    stage.change(service.cancel)
    assert set(stage.states().values()) == {"skipped"}
