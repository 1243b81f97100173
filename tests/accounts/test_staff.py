"""The verbs of staff: adding, roles, deactivation."""

import pytest
from flask import Flask

from newsroom.accounts import queries, service
from newsroom.accounts.models import Staff
from newsroom.accounts.rules import Role
from newsroom.accounts.service import Refused
from newsroom.platform.db import db, unit_of_work
from tests.accounts.conftest import Hire
from tests.cast import PASSWORD


def test_the_first_account_holds_all_roles(founder: Staff) -> None:
    assert founder.roles == frozenset(Role)


def test_later_ones_hold_what_they_were_given(hire: Hire) -> None:
    assert hire("ines", Role.EDITOR).roles == {Role.EDITOR}


@pytest.mark.parametrize("typed", ["FOUNDER@service-bell.example", " founder@Service-Bell.example"])
@pytest.mark.usefixtures("founder")
def test_nobody_is_added_twice(typed: str) -> None:
    with pytest.raises(Refused, match="on the staff already"), unit_of_work():
        service.add(typed, "Somebody Else", [Role.EDITOR])


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("typed", ["", "nobody", "a@b\nBcc: c@d.example", "<script>@x.example"])
def test_no_address_no_account(typed: str) -> None:
    with pytest.raises(Refused, match="not an e-mail address"), unit_of_work():
        service.add(typed, "", [Role.EDITOR])
    assert queries.staff_count() == 0


def test_a_weak_password_adds_nobody(founder: Staff) -> None:
    with pytest.raises(Refused, match="at least 12"), unit_of_work():
        service.add("ines@service-bell.example", "Ines", [Role.EDITOR], "short")
    assert queries.by_email("ines@service-bell.example") is None


def test_a_name_is_one_clean_line(founder: Staff) -> None:
    with unit_of_work():
        staff = service.add("x@service-bell.example", "Ines\r\nBcc: all\u202e", [Role.EDITOR])
    assert staff.name == "Ines Bcc: all"


def test_without_a_name_the_address_gives_one(founder: Staff) -> None:
    with unit_of_work():
        staff = service.add("ines.carvell@service-bell.example", "", [Role.EDITOR])
    assert staff.name == "Ines Carvell"


def test_roles_are_exactly_those_chosen(hire: Hire) -> None:
    staff = hire("ines", Role.EDITOR)
    with unit_of_work():
        service.change_roles(staff, [Role.PUBLISHER, Role.ADMIN])
    assert staff.roles == {Role.PUBLISHER, Role.ADMIN}
    entry = queries.history(service.subject_of(staff))[0]
    assert "from editor to admin, publisher" in entry.detail


def test_the_last_administrator_stays(founder: Staff, hire: Hire) -> None:
    hire("ines", Role.EDITOR)
    with pytest.raises(Refused, match="last administrator"), unit_of_work():
        service.change_roles(founder, [Role.EDITOR])
    with pytest.raises(Refused, match="last administrator"), unit_of_work():
        service.deactivate(founder)
    assert founder.active
    assert Role.ADMIN in founder.roles


def test_a_deactivated_administrator_does_not_count(founder: Staff, hire: Hire) -> None:
    other = hire("ada", Role.ADMIN)
    with unit_of_work():
        service.deactivate(other)
    with pytest.raises(Refused, match="last administrator"), unit_of_work():
        service.deactivate(founder)


def test_with_a_second_administrator_the_first_may_go(founder: Staff, hire: Hire) -> None:
    hire("ada", Role.ADMIN)
    with unit_of_work():
        service.deactivate(founder)
    assert not founder.active


def test_somebody_without_roles_is_deactivated_instead(hire: Hire) -> None:
    with pytest.raises(Refused, match="at least one role"), unit_of_work():
        service.change_roles(hire("ines", Role.EDITOR), [])


def test_the_staff_on_both_databases(db_app: Flask) -> None:
    with unit_of_work():
        founder = service.add("founder@service-bell.example", "Fay", [Role.ADMIN], PASSWORD)
        ines = service.add("ines@service-bell.example", "Ines", [Role.EDITOR], PASSWORD)
    with unit_of_work():
        service.change_roles(ines, [Role.ADMIN])
        service.deactivate(founder)
    assert [(staff.email, staff.active) for staff in queries.all_staff()] == [
        ("ines@service-bell.example", True),
        ("founder@service-bell.example", False),
    ]
    assert queries.authenticated("Ines@service-bell.example", PASSWORD) is ines
    assert queries.authenticated("founder@service-bell.example", PASSWORD) is None
    page = queries.audit_log()
    assert [entry.verb for entry in page.items] == ["deactivated", "changed roles", "added", "added"]
    assert db.session.is_active
