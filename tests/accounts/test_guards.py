import pytest
from flask import Flask

from newsroom.accounts.guards import Permission, may, needs
from tests.cast import Cast, StaffMember

# Who passes which door; the table itself is tested in test_rules.
DOORS = [
    (Permission.ENTER, {"editor", "publisher", "admin"}),
    (Permission.COMPOSE, {"editor", "publisher"}),
    (Permission.PUBLISH, {"publisher"}),
    (Permission.SEE_PRIVATE, {"editor", "publisher", "admin"}),
    (Permission.ERASE, {"publisher", "admin"}),
    (Permission.ADMINISTER, {"admin"}),
]


@pytest.fixture(params=DOORS, ids=lambda door: door[0].name)
def door(request: pytest.FixtureRequest, app: Flask) -> set[str]:
    permission, passing = request.param
    view = needs(permission)(lambda: "inside")
    app.add_url_rule("/desk/door", "door", view, methods=["GET", "POST"])
    return set(passing)


@pytest.mark.parametrize("role", ["editor", "publisher", "admin"])
def test_a_door_opens_for_the_roles_that_hold_its_permission(door: set[str], cast: Cast, role: str) -> None:
    person: StaffMember = getattr(cast, role)()
    person.visit("/desk/door", expect=200 if role in door else 403)
    if role not in door:
        person.sees("Your account may not do this.")


@pytest.mark.usefixtures("door")
def test_a_stranger_is_asked_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/desk/door?page=2")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/desk/door?page%3D2"


def test_a_guarded_view_says_what_it_needs() -> None:
    view = needs(Permission.PUBLISH)(lambda: "inside")
    assert getattr(view, "needed_permission", None) is Permission.PUBLISH


def test_what_a_page_offers_follows_the_same_table(app: Flask, cast: Cast) -> None:
    app.add_url_rule("/desk/offers", "offers", needs(Permission.ENTER)(lambda: str(may(Permission.PUBLISH))))
    assert cast.publisher().visit("/desk/offers").words == "True"
    assert cast.editor().visit("/desk/offers").words == "False"


def test_a_working_day_does_not_end_the_session(app: Flask, cast: Cast, clock: object) -> None:
    from datetime import timedelta

    ines = cast.editor()
    for _ in range(5):
        clock.shift(timedelta(hours=8))  # type: ignore[attr-defined]
        ines.visit("/desk/account")
        ines.sees("Your account")
    clock.shift(timedelta(hours=13))  # type: ignore[attr-defined]
    assert "/sign-in" in ines.visit("/desk/account").address
