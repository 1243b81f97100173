import pytest
from flask import Flask

from newsroom.accounts import passwords, queries, service
from newsroom.accounts.models import Staff
from newsroom.accounts.rules import Role
from newsroom.platform.db import unit_of_work
from tests.accounts.conftest import Hire
from tests.cast import PASSWORD, Cast, StaffMember

WRONG = "That address and password do not belong together."


@pytest.fixture
def ines(app: Flask, hire: Hire) -> StaffMember:
    """An editor at the closed door."""
    hire("ines", Role.EDITOR)
    return StaffMember(app, "Ines", "ines@service-bell.example")


def knock(person: StaffMember, expect: int = 422, **fields: str) -> StaffMember:
    person.visit("/sign-in")
    person.submit("/sign-in", expect=expect, **{"email": person.email, "password": PASSWORD, **fields})
    return person


def landing(person: StaffMember, address: str) -> str:
    """Where signing in leads, without following it there."""
    page = person.visit(address)
    filled = page.form("/sign-in")
    filled.fill("email", person.email)
    filled.fill("password", PASSWORD)
    answer = person.client.post("/sign-in", data=dict(filled.values), base_url=person.base_url)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_signing_in_leads_to_the_desk(ines: StaffMember) -> None:
    assert landing(ines, "/sign-in") == "/desk"
    ines.visit("/desk/account")
    ines.sees("You are Ines")


def test_signing_in_leads_on_to_where_one_was_going(ines: StaffMember) -> None:
    page = ines.visit("/desk/account")
    assert page.address.endswith("/sign-in?next=/desk/account")
    assert landing(ines, "/desk/account") == "/desk/account"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/%5Cevil.example"])
def test_signing_in_never_leads_out_of_the_site(ines: StaffMember, target: str) -> None:
    assert landing(ines, f"/sign-in?next={target}") == "/desk"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(ines: StaffMember) -> None:
    wrong = knock(ines, password="not the password").page.words
    unknown = knock(ines, email="nobody@service-bell.example").page.words
    assert WRONG in wrong
    assert wrong == unknown


class CountingHasher:
    """Counts what takes the time."""

    def __init__(self) -> None:
        self.real = passwords._hasher
        self.verify_count = 0

    def verify(self, password_hash: str, password: str) -> bool:
        self.verify_count += 1
        return self.real.verify(password_hash, password)

    def hash(self, password: str) -> str:
        return self.real.hash(password)


@pytest.mark.parametrize(
    "email", ["ines@service-bell.example", "nobody@service-bell.example", "no address at all"]
)
@pytest.mark.usefixtures("ines")
def test_an_unknown_address_takes_as_long_as_a_known_one(email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = CountingHasher()
    monkeypatch.setattr(passwords, "_hasher", hasher)
    assert queries.authenticated(email, "not the password") is None
    assert hasher.verify_count == 1


def test_the_address_is_kept_and_the_password_is_not(ines: StaffMember) -> None:
    page = knock(ines, password="not the password").page
    assert ("email", ines.email) in page.form("/sign-in").values
    assert "not the password" not in page.source


def test_empty_fields_are_named(ines: StaffMember) -> None:
    knock(ines, email="", password="").sees("Write your e-mail address.", "Write your password.")


@pytest.mark.parametrize(
    "password", ["x" * 100_000, "\x00", "ünïcödé", "\udcff".encode("utf-8", "replace").decode()]
)
def test_any_password_is_only_wrong(ines: StaffMember, password: str) -> None:
    knock(ines, password=password).sees(WRONG)


def test_somebody_deactivated_gets_the_answer_of_a_stranger(ines: StaffMember) -> None:
    with unit_of_work():
        service.deactivate(member(ines))
    knock(ines).sees(WRONG)


def test_somebody_invited_has_no_password_yet(app: Flask, founder: Staff) -> None:
    with unit_of_work():
        service.add("piet@service-bell.example", "Piet", [Role.PUBLISHER])
    knock(StaffMember(app, "Piet", "piet@service-bell.example"), password=PASSWORD).sees(WRONG)


def test_guessing_one_address_is_slowed_down(ines: StaffMember) -> None:
    for _ in range(10):
        knock(ines, password="a guess")
    knock(ines, expect=429).sees("a little too often")
    knock(ines, email="someone.else@service-bell.example")


def test_guesses_from_elsewhere_do_not_lock_the_owner_out(ines: StaffMember, app: Flask) -> None:
    for _ in range(11):
        knock(ines, expect=None, password="a guess")
    at_home = StaffMember(app, ines.name, ines.email)
    at_home.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert landing(at_home, "/sign-in") == "/desk"


def test_guessing_one_address_from_everywhere_is_slowed_down(ines: StaffMember) -> None:
    for number in range(200):
        ines.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        knock(ines, password="")
    ines.client.environ_base["REMOTE_ADDR"] = "198.51.100.1"
    knock(ines, expect=429)


def test_guessing_many_addresses_is_slowed_down(ines: StaffMember) -> None:
    for number in range(30):
        knock(ines, email=f"number{number}@service-bell.example")
    knock(ines, expect=429, email="another@service-bell.example")


def test_signing_in_rightly_is_not_counted(ines: StaffMember) -> None:
    for _ in range(12):
        landing(ines, "/sign-in")
        ines.client.delete_cookie("newsroom", domain="newsroom.example")


def test_signing_out_ends_the_session(cast: Cast) -> None:
    ines = cast.editor()
    ines.visit("/desk/account")
    ines.submit("/sign-out")
    assert ines.visit("/desk/account").address.endswith("next=/desk/account")


def test_a_visit_to_the_address_does_not_sign_out(cast: Cast) -> None:
    ines = cast.editor()
    ines.visit("/sign-out", expect=405)
    ines.visit("/desk/account").words.index("You are Ines")


def test_signing_out_everywhere_ends_every_session(cast: Cast, app: Flask) -> None:
    here = cast.editor()
    there = StaffMember(app, here.name, here.email)
    landing(there, "/sign-in")
    there.visit("/desk/account")
    there.sees("Your account")
    here.visit("/desk/account")
    here.submit("/desk/account/sign-out-everywhere")
    here.sees("You are signed out everywhere.")
    there.visit("/desk/account")
    there.sees("Sign in").does_not_see("Your account")


def test_deactivation_takes_effect_at_once(cast: Cast) -> None:
    ines = cast.editor()
    with unit_of_work():
        service.deactivate(member(ines))
    assert "/sign-in" in ines.visit("/desk/account").address


def test_a_session_holds_nothing_from_before_signing_in(ines: StaffMember) -> None:
    ines.visit("/sign-in")
    with ines.client.session_transaction(base_url=ines.base_url) as session:
        session["planted"] = "by somebody else"
    landing(ines, "/sign-in")
    with ines.client.session_transaction(base_url=ines.base_url) as session:
        assert "planted" not in session


def test_the_desk_is_kept_by_no_cache(cast: Cast) -> None:
    assert "no-store" in cast.editor().visit("/desk/account").headers["Cache-Control"]


def test_signing_in_is_on_record(cast: Cast) -> None:
    ines = cast.editor()
    staff = member(ines)
    assert staff.signed_in_at is not None
    assert queries.history(service.subject_of(staff))[0].verb == "signed in"


def member(person: StaffMember) -> Staff:
    found = queries.by_email(person.email)
    assert found is not None
    return found
