"""A forgotten password, an invitation, and changing one's own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from newsroom.accounts import pages, queries, service
from newsroom.accounts.models import Staff
from newsroom.accounts.passwords import Occasion, make_key
from newsroom.accounts.rules import Role
from newsroom.platform import jobs
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs.models import Job
from newsroom.platform.mail.models import OutboxLetter
from tests.accounts.conftest import Hire
from tests.cast import PASSWORD, Cast, Person, StaffMember

NEW = "a bell over the shop door"


@pytest.fixture
def ines(hire: Hire) -> Staff:
    return hire("ines", Role.EDITOR)


@pytest.fixture
def person(app: Flask) -> StaffMember:
    return StaffMember(app, "Ines", "ines@service-bell.example")


def letters() -> list[OutboxLetter]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)))


def link_in(letter: OutboxLetter) -> str:
    found = re.search(r"http://newsroom\.example(/set-password/\S+)", letter.text)
    assert found
    return found[1]


def forget(person: Person, email: str) -> str:
    person.visit("/sign-in")
    person.follow("I forgot my password")
    return person.submit("/forgotten-password", email=email).words


def choose(person: Person, link: str, password: str = NEW, expect: int = 200) -> None:
    person.visit(link)
    person.submit(password=password, expect=expect)


def test_a_forgotten_password_is_set_anew_by_letter(app: Flask, person: StaffMember, ines: Staff) -> None:
    forget(person, "Ines@Service-Bell.example")
    assert jobs.run_worker(app, drain=True)
    (letter,) = letters()
    assert (letter.to, letter.kind, letter.subject) == (ines.email, "password-reset", "Set a new password")
    choose(person, link_in(letter))
    person.sees("Your password is set. Sign in with it.")
    assert queries.authenticated(ines.email, NEW) is not None
    assert queries.authenticated(ines.email, PASSWORD) is None


def test_nobody_learns_whose_address_is_known(app: Flask, person: StaffMember, ines: Staff) -> None:
    known = forget(person, ines.email)
    assert known == forget(person, "nobody@service-bell.example")
    assert "If that address belongs to somebody who works here" in known
    jobs.run_worker(app, drain=True)
    assert len(letters()) == 1


def test_asking_about_nobody_takes_the_same_steps(person: StaffMember, ines: Staff) -> None:
    forget(person, "nobody@service-bell.example")
    forget(person, ines.email)
    assert sorted(db.session.scalars(select(Job.subject_id))) == [0, ines.id]


def test_nobody_can_be_flooded_with_letters(person: StaffMember, ines: Staff) -> None:
    for _ in range(3):
        forget(person, ines.email)
    person.visit("/forgotten-password")
    person.submit("/forgotten-password", email=ines.email.upper(), expect=429)


def test_somebody_deactivated_gets_no_letter(app: Flask, person: StaffMember, ines: Staff) -> None:
    with unit_of_work():
        service.deactivate(ines)
    forget(person, ines.email)
    jobs.run_worker(app, drain=True)
    assert letters() == []


def test_a_link_works_once(person: StaffMember, ines: Staff) -> None:
    link = f"/set-password/{make_key(ines, Occasion.RESET)}"
    choose(person, link)
    person.visit(link, expect=410)
    person.sees("This link has been used")


def test_of_two_who_use_a_link_at_once_one_is_told_that_it_is_used(
    person: StaffMember, ines: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = f"/set-password/{make_key(ines, Occasion.RESET)}"

    @contextmanager
    def just_too_late() -> Iterator[None]:
        with unit_of_work():
            again = queries.by_email("ines@service-bell.example")
            assert again is not None
            service.set_password(again, NEW)
        with unit_of_work():
            yield

    monkeypatch.setattr(pages, "unit_of_work", just_too_late)
    person.visit(link)
    person.submit(password="the other one came second", expect=410)
    person.sees("This link has been used")
    assert queries.authenticated(ines.email, NEW) is not None


def test_a_link_dies_when_the_password_changes_otherwise(person: StaffMember, ines: Staff) -> None:
    link = f"/set-password/{make_key(ines, Occasion.INVITATION)}"
    with unit_of_work():
        service.set_password(ines, NEW)
    person.visit(link, expect=410)


@pytest.mark.parametrize(
    ("occasion", "life"), [(Occasion.RESET, timedelta(hours=1)), (Occasion.INVITATION, timedelta(days=7))]
)
def test_a_link_expires(
    clock: time_machine.Traveller, person: StaffMember, ines: Staff, occasion: Occasion, life: timedelta
) -> None:
    link = f"/set-password/{make_key(ines, occasion)}"
    clock.shift(life - timedelta(minutes=1))
    person.visit(link)
    clock.shift(timedelta(minutes=2))
    person.visit(link, expect=410)
    person.sees("This link has expired", "Ask for a new one")


@pytest.mark.parametrize("token", ["forged", "a.b.c", "%C3%A9", "x" * 2000])
def test_a_forged_link_is_a_page_and_no_failure(person: StaffMember, ines: Staff, token: str) -> None:
    person.visit(f"/set-password/{token}", expect=410)
    person.sees("This link is not complete")


def test_a_token_for_another_purpose_sets_no_password(person: StaffMember, ines: Staff) -> None:
    from newsroom.platform import tokens

    person.visit(f"/set-password/{tokens.make('unsubscribe', str(ines.id))}", expect=410)


def test_opening_a_link_changes_nothing(person: StaffMember, ines: Staff) -> None:
    link = f"/set-password/{make_key(ines, Occasion.RESET)}"
    for _ in range(3):
        person.visit(link)
    assert queries.authenticated(ines.email, PASSWORD) is not None


def test_a_weak_password_is_refused_at_its_field(person: StaffMember, ines: Staff) -> None:
    choose(person, f"/set-password/{make_key(ines, Occasion.RESET)}", "short", expect=422)
    person.sees("Take at least 12 characters")
    assert queries.authenticated(ines.email, PASSWORD) is not None


def test_a_new_password_signs_every_browser_out(cast: Cast, person: StaffMember) -> None:
    editor = cast.editor()
    staff = queries.by_email(editor.email)
    assert staff is not None
    choose(person, f"/set-password/{make_key(staff, Occasion.RESET)}")
    assert "/sign-in" in editor.visit("/desk/account").address


def test_an_invitation_says_who_invites_to_what(cast: Cast, person: StaffMember) -> None:
    admin = cast.admin()
    admin.visit("/desk/staff")
    admin.submit("/desk/staff", name="Piet Halden", email="Piet@service-bell.example", roles=["publisher"])
    admin.sees("Piet Halden was added", "Invited")
    (letter,) = letters()
    assert letter.to == "piet@service-bell.example"
    assert "Ada Quay has added you" in letter.text.replace("\n", " ")
    choose(person, link_in(letter))
    assert queries.authenticated("piet@service-bell.example", NEW) is not None


def test_ones_own_password_needs_the_old_one(cast: Cast) -> None:
    editor = cast.editor()
    editor.visit("/desk/account")
    editor.submit("/desk/account/password", old_password="not it", password=NEW, expect=422)
    editor.sees("That is not your present password.")
    editor.submit("/desk/account/password", old_password=PASSWORD, password="short", expect=422)
    editor.sees("Take at least 12 characters")
    editor.submit("/desk/account/password", old_password=PASSWORD, password=NEW)
    editor.sees("Your password is changed.")
    assert queries.authenticated(editor.email, NEW) is not None


def test_a_password_is_stored_as_argon2_only(ines: Staff) -> None:
    assert ines.password_hash is not None
    assert ines.password_hash.startswith("$argon2id$")
    assert PASSWORD not in ines.password_hash
