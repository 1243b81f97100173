"""Staff at the desk, as an administrator clicks through it."""

import pytest

from newsroom.accounts import queries
from newsroom.accounts.models import Staff
from newsroom.accounts.rules import Role
from tests.cast import Cast, StaffMember


def member(person: StaffMember) -> Staff:
    found = queries.by_email(person.email)
    assert found is not None
    return found


def test_the_list_shows_everybody_and_their_roles(cast: Cast) -> None:
    cast.editor()
    cast.admin().visit("/desk/staff").words.index("Ines Carvell")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "email": "x@service-bell.example", "roles": ["editor"]}, "Write their name."),
        ({"name": "X", "email": "nobody", "roles": ["editor"]}, "Write the address as name@domain."),
        ({"name": "X", "email": "x@service-bell.example", "roles": []}, "Choose at least one role."),
        ({"name": "X", "email": "ada@service-bell.example", "roles": ["editor"]}, "on the staff already"),
        ({"name": "X" * 121, "email": "x@service-bell.example", "roles": ["editor"]}, "at most 120"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    admin: StaffMember, fields: dict[str, object], said: str
) -> None:
    before = queries.staff_count()
    admin.visit("/desk/staff")
    page = admin.submit("/desk/staff", expect=422, **fields)
    assert said in page.words
    assert ("email", fields["email"]) in page.form("/desk/staff").values
    assert queries.staff_count() == before


def test_roles_are_changed_by_ticking(cast: Cast) -> None:
    editor, admin = cast.editor(), cast.admin()
    admin.visit("/desk/staff")
    admin.follow("Ines Carvell")
    admin.submit("/roles", roles=["editor", "publisher"])
    admin.sees("The roles of Ines Carvell are as you chose.")
    assert member(editor).roles == {Role.EDITOR, Role.PUBLISHER}


def test_deactivating_and_reactivating_are_one_click_each(cast: Cast) -> None:
    editor, admin = cast.editor(), cast.admin()
    admin.visit(f"/desk/staff/{member(editor).id}")
    admin.submit("/deactivate")
    admin.sees("can no longer sign in")
    admin.submit("/reactivate")
    admin.sees("can sign in again")
    assert member(editor).active


def test_the_last_administrator_is_told_why_not(cast: Cast) -> None:
    admin = cast.admin()
    founder = queries.by_email("founder@service-bell.example")
    assert founder is not None
    admin.visit(f"/desk/staff/{founder.id}")
    admin.submit("/deactivate")
    admin.visit(f"/desk/staff/{member(admin).id}")
    admin.submit("/deactivate")
    admin.sees("Ada Quay is the last administrator")
    admin.submit("/roles", roles=["editor"], expect=422)
    admin.sees("Ada Quay is the last administrator")


def test_nobody_by_that_number(admin: StaffMember) -> None:
    admin.visit("/desk/staff/9999", expect=404)
    admin.sees("Nobody on the staff has this number.")


def test_the_audit_log_can_be_read_by_subject(cast: Cast) -> None:
    editor, admin = cast.editor(), cast.admin()
    admin.visit("/desk/staff/audit")
    admin.sees("signed in", "Ines Carvell <ines@service-bell.example>")
    admin.follow(f"staff {member(editor).id}")
    admin.sees("Ines Carvell").does_not_see("Fay Founder <founder@service-bell.example> as")


def test_an_empty_audit_log_says_so(admin: StaffMember) -> None:
    admin.visit("/desk/staff/audit?subject=issue+999&page=7")
    admin.sees("Nothing was recorded about this.")


@pytest.mark.parametrize("path", ["", "/1", "/audit"])
def test_an_editor_does_not_administer(editor: StaffMember, path: str) -> None:
    editor.visit(f"/desk/staff{path}", expect=403)
