"""An author is removed while an issue names them: what becomes of the issue, state by state."""

import pytest
from flask import Flask

from newsroom.issues import queries as issues
from newsroom.issues import rules
from newsroom.issues import service as issues_service
from newsroom.library import service as library
from newsroom.platform.db import db, unit_of_work
from tests.delivery import stage

NAME, SLUG = "Ana Duarte", "ana-duarte"

# The state before, and what becomes of it: what nobody let go yet is left, what has gone is never changed.
TABLE = {
    rules.DRAFTING: rules.DRAFTING,
    rules.IN_REVIEW: rules.IN_REVIEW,
    rules.APPROVED: rules.DRAFTING,
    rules.SCHEDULED: rules.DRAFTING,
    rules.GOING_OUT: rules.SENT,
    rules.SENT: rules.SENT,
}


@pytest.mark.parametrize("state", TABLE)
def test_what_becomes_of_the_issue(house: Flask, state: str) -> None:
    stage.in_state(state)
    with unit_of_work():
        told = library.remove_author(SLUG)
    stage.work()
    db.session.rollback()
    row = issues.issue(stage.NUMBER)
    assert row is not None
    assert row.state == TABLE[state]
    assert bool(told) is (TABLE[state] != state and state != rules.GOING_OUT)
    whole = issues.document_as_known(row)
    assert NAME in {section.value("author") for section in whole.sections}
    client = house.test_client()
    assert client.get(f"/authors/{SLUG}").status_code in (404, 410)
    if row.state == rules.SENT:
        assert client.get(f"/issues/{stage.NUMBER}").status_code == 200
    else:
        assert issues.live_approval(row, "") is None
        findings = {finding.code for finding in issues_service.check(row)}
        assert "author-removed" in findings
