"""A story is withdrawn or destroyed while an issue holds it: what becomes of the issue, state by state."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from newsroom.issues import queries as issues
from newsroom.issues import rules
from newsroom.issues import service as issues_service
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import service as stories
from tests.delivery import stage

WORDS, TITLE = "did not look up once", "Nobody looked up"


def _in_state(state: str) -> str:
    """An issue with a story, brought into that state; gives the story's id."""
    stage.in_state(state, body=stage.BODY + stage.COLUMN)
    return stage.story_of().id


def _withdraw(story_id: str) -> None:
    with unit_of_work():
        stories.withdraw(story_id)


def _destroy(story_id: str) -> None:
    _withdraw(story_id)
    with unit_of_work():
        stories.erase(story_id)


@dataclass(frozen=True)
class Expected:
    """What is left: the issue's state, and whether an approval of it is alive."""

    state: str
    is_approved: bool


TABLE = {
    rules.DRAFTING: Expected(rules.DRAFTING, is_approved=False),
    rules.IN_REVIEW: Expected(rules.DRAFTING, is_approved=False),
    rules.APPROVED: Expected(rules.DRAFTING, is_approved=False),
    rules.SCHEDULED: Expected(rules.DRAFTING, is_approved=False),
    # The worker finds out before anything is published, and the dispatch is cancelled.
    rules.GOING_OUT: Expected(rules.APPROVED, is_approved=False),
    rules.SENT: Expected(rules.SENT, is_approved=True),
}


@pytest.mark.parametrize("act", [_withdraw, _destroy])
@pytest.mark.parametrize("state", TABLE)
def test_what_becomes_of_the_issue(house: Flask, state: str, act: Callable[[str], None]) -> None:
    story_id = _in_state(state)
    act(story_id)
    stage.work()
    db.session.rollback()
    row = issues.issue(stage.NUMBER)
    assert row is not None
    assert row.state == TABLE[state].state
    whole = issues.document_as_known(row)
    assert all(WORDS not in section.body and TITLE not in section.title for section in whole.sections)
    letters_left = stage.tally().get("handed_over", 0) if issues.frozen(stage.NUMBER) else 0
    assert letters_left == 0, "no letter that holds it leaves after its author took it back"
    if state == rules.SENT:
        page = house.test_client().get(f"/issues/{stage.NUMBER}").get_data(as_text=True)
        assert WORDS not in page
        assert "Its author withdrew it on" in page
        return
    assert house.test_client().get(f"/issues/{stage.NUMBER}").status_code == 404
    blockers = {finding.code for finding in issues_service.check(row) if finding.severity == "blocker"}
    assert "no-consent" in blockers
    with unit_of_work(), pytest.raises((issues_service.Blocked, rules.Refused)):
        issues_service.approve(row, by_id=stage.approver_id(), by_label="Fay", four_eyes=False)
    # Whoever takes the section out goes on with the rest.
    with unit_of_work():
        row = issues.issue(stage.NUMBER)
        assert row is not None
        held = next(section for section in row.sections if section.piece_id == story_id)
        issues_service.remove_section(row, held.public_id, by_id=stage.approver_id())
        issues_service.approve(row, by_id=stage.approver_id(), by_label="Fay", four_eyes=False)
        assert row.state == rules.APPROVED


@pytest.mark.parametrize("state", [rules.APPROVED, rules.SCHEDULED])
def test_the_approval_says_why_it_is_void(house: Flask, state: str) -> None:
    _withdraw(_in_state(state))
    row = issues.issue(stage.NUMBER)
    assert row is not None
    assert [approval.void_reason for approval in row.approvals] == ["a story of it was withdrawn"]


# A piece of the library that a publisher takes off the web meanwhile


@pytest.mark.parametrize("state", [rules.APPROVED, rules.SCHEDULED, rules.GOING_OUT])
def test_a_piece_that_is_taken_off_the_web_stops_the_next_issue_that_holds_it(
    house: Flask, state: str
) -> None:
    stage.approved(80)
    stage.begun(80)
    stage.work()
    article = next(piece for piece in issues.printed_in(80) if piece.kind == "Article")
    stage.confirmed(1)
    stage.drafted()
    with unit_of_work():
        row = issues.issue(stage.NUMBER)
        assert row is not None
        issues_service.place_piece(row, article.piece_id, by_id=None)
        issues_service.approve(row, by_id=stage.approver_id(), by_label="Fay", four_eyes=False)
        if state == rules.SCHEDULED:
            issues_service.schedule(row)
    if state == rules.GOING_OUT:
        stage.begun()
    with unit_of_work():
        sent = issues.issue(80)
        assert sent is not None
        issues_service.take_back(sent, article.position, "mistaken")
    stage.work()
    row = issues.issue(stage.NUMBER)
    assert row is not None
    assert row.state == (rules.APPROVED if state == rules.GOING_OUT else rules.DRAFTING)
    assert issues.published_issue(stage.NUMBER) is None
    assert "taken-back" in {finding.code for finding in issues_service.check(row)}


def test_a_piece_taken_off_the_web_while_letters_go_out_is_in_no_further_letter(house: Flask) -> None:
    stage.approved()
    stage.confirmed(2)
    stage.begun()
    stage.freeze()
    with unit_of_work():
        row = issues.issue(stage.NUMBER)
        assert row is not None
        issues_service.take_back(row, 0, "mistaken")
    stage.work()
    assert (stage.dispatch().state, set(stage.states().values())) == ("paused", {"pending"})
    with unit_of_work():
        row = issues.issue(stage.NUMBER)
        assert row is not None
        issues_service.put_back(row, 0)
    from newsroom.delivery import service

    stage.change(service.resume)
    stage.work()
    assert stage.tally() == {"handed_over": 2}
