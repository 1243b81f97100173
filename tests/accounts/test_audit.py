import pytest
from flask import Flask
from sqlalchemy import select

from newsroom.accounts import queries, service, sessions
from newsroom.accounts.models import AuditEntry, AuditLogIsAppendOnly, Staff
from newsroom.accounts.rules import Role
from newsroom.platform.db import db, unit_of_work
from tests.accounts.conftest import Hire


def last() -> AuditEntry:
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_an_entry_shares_the_fate_of_what_it_records(founder: Staff) -> None:
    before = queries.audit_log().total
    with pytest.raises(ZeroDivisionError), unit_of_work():
        service.audit("approved", "issue 80")
        raise ZeroDivisionError
    assert queries.audit_log().total == before


def test_it_names_who_is_signed_in(app: Flask, hire: Hire) -> None:
    ines = hire("ines", Role.EDITOR)
    with app.test_request_context():
        sessions.begin(ines)
        with unit_of_work():
            service.audit("approved", "issue 80", "after a second look")
    entry = last()
    assert (entry.actor_id, entry.actor_label) == (ines.id, "Ines <ines@service-bell.example>")
    assert (entry.verb, entry.subject, entry.detail) == ("approved", "issue 80", "after a second look")


def test_a_stranger_is_a_visitor(app: Flask) -> None:
    with app.test_request_context(), unit_of_work():
        service.audit("submitted", "story 12")
    assert last().actor_label == "a visitor"


def test_a_command_is_named(app: Flask, founder: Staff) -> None:
    ran = app.test_cli_runner().invoke(args=["staff", "role", founder.email, "--remove", "editor"])
    assert ran.exit_code == 0
    db.session.rollback()
    assert last().actor_label.endswith("staff role")


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_past_cannot_be_changed(founder: Staff, change: str) -> None:
    entry = last()
    with pytest.raises(AuditLogIsAppendOnly), unit_of_work():
        if change == "update":
            entry.detail = "it never happened"
        else:
            db.session.delete(entry)
    assert last().verb == "added"


def test_private_details_are_never_seen_unrecorded(app: Flask, hire: Hire) -> None:
    with app.test_request_context():
        sessions.begin(hire("ines", Role.EDITOR))
        with unit_of_work():
            service.record_private_view("story 12")
    assert (last().verb, last().subject) == ("saw private details", "story 12")


def test_an_administrator_writes_down_why(app: Flask, hire: Hire) -> None:
    with app.test_request_context():
        sessions.begin(hire("ada", Role.ADMIN))
        with pytest.raises(service.ReasonNeeded), unit_of_work():
            service.record_private_view("story 12", "  ")
        with unit_of_work():
            service.record_private_view("story 12", "The author asked to be erased.")
    assert last().detail == "The author asked to be erased."


def test_a_stranger_sees_nothing_private(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(service.Refused), unit_of_work():
        service.record_private_view("story 12", "because")
