"""What pre-flight knows of the other issues: the last one's promise, and whose stories stood in them."""

from flask import Flask

from newsroom.issues import manuscript, service
from newsroom.platform.db import unit_of_work
from newsroom.stories import queries as stories
from tests.archive import press
from tests.issues.conftest import the_issue


def codes(number: int) -> list[str]:
    return [finding.code for finding in service.check(the_issue(number))]


def test_the_last_issues_promise_and_companies_are_known(db_app: Flask) -> None:
    press.print_issues()
    path = press.ROOT / "content" / "demo" / "82.md"
    press.draft(manuscript.parse(path.read_text(encoding="utf-8"), path.name))
    # Issue 80 announced the walk that 81 prints; if 82 went out next, it would be owed.
    assert not {"promise-not-kept", "company-again"} & set(codes(81))
    assert "promise-not-kept" in codes(82)
    told = [
        section.piece_id
        for number in (79, 80, 81)
        for section in the_issue(number).sections
        if section.kind.startswith("Thumbs")
    ]
    with unit_of_work():
        for public_id, name in zip(told, ("Sandering", "Quagwort", "SANDERING", "Sandering"), strict=True):
            row = stories.story(public_id or "")
            assert row is not None
            row.company = name
    assert codes(81).count("company-again") == 1
