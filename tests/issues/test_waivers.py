"""A publisher lets a warning pass with a reason: this finding in these words, and no other."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from newsroom.accounts.models import AuditEntry
from newsroom.issues import queries, render, service
from newsroom.issues.models import FrozenIssue, Waiver
from newsroom.issues.preflight import Finding
from newsroom.issues.rules import Refused
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries as stories
from newsroom.stories.redaction.cast import Withheld
from tests.cast import Cast
from tests.issues.conftest import WHOLE as WHOLE_81
from tests.issues.conftest import approve, take_in, the_issue

CHECK = "/desk/issues/81/check"


@pytest.fixture
def leaking(issue_81: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Issue 81 with the name Quagwort in its article, which the column keeps out."""
    take_in(WHOLE_81.replace("Body, with", "At Quagwort. Body, with"))
    kept_out = (Withheld("Quagwort", "company"),)
    monkeypatch.setattr(stories, "withheld", lambda _public_id, _version: kept_out)
    return issue_81


def the_leak() -> Finding:
    (leak,) = (finding for finding in service.check(the_issue()) if finding.code == "leak")
    return leak


def waive(finding: Finding, reason: str = "Another firm of that name.", by_id: int | None = None) -> None:
    with unit_of_work():
        service.waive(the_issue(), finding.mark, reason, by_id=by_id, by_label="piet@service-bell.example")


def save(subject: str) -> None:
    with unit_of_work():
        stored = queries.head(the_issue())
        said = replace(stored, subject=subject)
        service.save_head(the_issue(), said, base_version=stored.version, by_id=None)


def test_a_leak_stops_approval_until_somebody_answers_for_it(leaking: int) -> None:
    with pytest.raises(service.Blocked):
        approve(by_id=leaking)
    waive(the_leak(), by_id=leaking)
    approve(by_id=leaking)
    with unit_of_work():
        record = service.freeze(the_issue(), render.SAMPLE_LINKS)
    kept = next(finding for finding in record.preflight if finding["code"] == "leak")
    assert kept["waived_by"] == "piet@service-bell.example"
    assert kept["waived_because"] == "Another firm of that name."
    assert "Quagwort" not in str(record.preflight)
    assert "Quagwort" not in db.session.scalars(select(Waiver.sentence)).one()


def test_the_terminal_says_the_place_and_who_let_it_pass(app: Flask, leaking: int) -> None:
    run = app.test_cli_runner().invoke
    refused = run(args=["issues", "check", "81"])
    assert refused.exit_code == 1
    assert "warning leak Article “Listening twice”: A company’s name" in refused.output
    assert "There: “At Quagwort. Body, with" in refused.output
    waive(the_leak(), by_id=leaking)
    passed = run(args=["issues", "check", "81"])
    assert passed.exit_code == 0
    assert "Let pass by piet@service-bell.example: Another firm of that name." in passed.output


def test_a_publisher_waives_at_the_terminal(app: Flask, issue_81: int) -> None:
    save("Short")
    (warning,) = service.check(the_issue())
    run = app.test_cli_runner().invoke
    mark = warning.mark[:8]
    assert f"[{mark}]" in run(args=["issues", "check", "81"]).output
    why, by = ("--reason", "It is a joke."), ("--by", "piet@service-bell.example")
    for wrong in (["81", "00000000", *why, *by], ["81", mark[:3], *why, *by], ["7", mark, *why, *by]):
        assert run(args=["issues", "waive", *wrong]).exit_code == 1
    assert (
        run(args=["issues", "waive", "81", mark, *why, "--by", "nobody@service-bell.example"]).exit_code == 1
    )
    assert run(args=["issues", "waive", "81", mark, "--reason", " ", *by]).exit_code == 1
    assert run(args=["issues", "waive", "81", mark, *why, *by]).exit_code == 0
    assert list(queries.waivers(the_issue())) == [warning.mark]
    assert f"[{mark}]" not in run(args=["issues", "check", "81"]).output


def test_a_name_that_comes_up_after_approval_stops_sending(leaking: int) -> None:
    waive(the_leak(), by_id=leaking)
    approve(by_id=leaking)
    with unit_of_work():
        service.stop_waiving(the_issue(), the_leak().mark)
    with pytest.raises(service.Blocked), unit_of_work():
        service.freeze(the_issue(), render.SAMPLE_LINKS)
    assert db.session.get(FrozenIssue, the_issue().id) is None


def test_a_waiver_holds_for_these_words_and_is_on_record(issue_81: int) -> None:
    save("Short")
    (warning,) = service.check(the_issue())
    waive(warning)
    assert list(queries.waivers(the_issue())) == [warning.mark]
    save("Shorter")
    (other,) = service.check(the_issue())
    assert other.mark not in queries.waivers(the_issue())
    rows = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.verb == "warning waived"))
    assert [detail.partition(",")[0] for detail in rows] == ["short-subject"]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_no_warning_passes_without_a_reason(issue_81: int, reason: str) -> None:
    save("Short")
    (warning,) = service.check(the_issue())
    with pytest.raises(Refused):
        waive(warning, reason)


def test_a_blocker_and_a_finding_that_is_gone_cannot_be_waived(issue_81: int) -> None:
    save("")
    (blocker,) = service.check(the_issue())
    for finding in (blocker, replace(blocker, code="gone")):
        with pytest.raises(Refused):
            waive(finding)


def test_at_the_check_page_a_publisher_waives_and_an_editor_does_not(
    app: Flask, leaking: int, cast: Cast
) -> None:
    publisher, editor = cast.publisher(email="petra@service-bell.example"), cast.editor()
    page = editor.visit(CHECK)
    assert "At Quagwort." in page.source
    assert "/waive" not in page.source
    editor.sees("These are for you to judge", "Article “Listening twice”")
    publisher.visit(CHECK)
    publisher.submit("/waive", reason=" ", expect=422)
    publisher.sees("Write why it may stand")
    publisher.submit("/waive", reason="Another firm of that name.")
    publisher.sees("Another firm of that name.", "let it pass on", "Type the issue’s number")
    publisher.submit("/stop-waiving")
    publisher.does_not_see("Another firm of that name.", "Type the issue’s number")
