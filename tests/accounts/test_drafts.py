"""What somebody types in a form of the desk is kept, offered again, destroyed in time, and theirs alone."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from newsroom.accounts import carried, queries, rules, service, sessions, tasks
from newsroom.accounts.models import AuditEntry, Staff, TypedDraft
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.web.kept import Kept
from tests.accounts.conftest import Hire
from tests.cast import PASSWORD, Cast, StaffMember

HEAD = "issue:82:head"


def keep(staff_id: int, subject: str = HEAD, key: str = "one", **fields: str) -> None:
    with unit_of_work():
        service.keep_draft(staff_id, subject, "7", {name: [said] for name, said in fields.items()}, key=key)


def found(staff_id: int, subject: str = HEAD) -> TypedDraft | None:
    db.session.rollback()
    return queries.draft(staff_id, subject)


def all_drafts() -> list[TypedDraft]:
    db.session.rollback()
    return list(db.session.scalars(db.select(TypedDraft)))


# The verbs


@pytest.mark.parametrize(
    ("subject", "is_kept"),
    [
        ("issue:82:head", True),
        ("issue:82:section:bcd123fgh456", True),
        ("issue:82:new:thumbs-down", True),
        ("piece:new:article", True),
        ("block:quick_links", True),
        ("author:ana-duarte", True),
        ("story:bcd123fgh456", False),
        ("issue", False),
        ("issue:82:head:more:and-more", False),
        ("issue:82:HEAD", False),
        ("issue:82:head\n", False),
        ("", False),
        ("piece:" + "x" * 200, False),
    ],
)
def test_only_known_things_are_drafted_and_no_story(subject: str, is_kept: bool) -> None:
    assert rules.may_be_drafted(subject) is is_kept


@pytest.fixture
def one_app(db_app: Flask) -> Flask:
    return db_app


def test_one_row_a_person_and_subject_changed_in_place(one_app: Flask) -> None:
    with unit_of_work():
        ines = service.add("ines@service-bell.example", "Ines", [], PASSWORD).id
        audits = len(list(db.session.scalars(db.select(AuditEntry))))
    keep(ines, subject="issue:82:head", said="Half\x00 a")
    keep(ines, said="Half a line")
    kept = found(ines)
    assert kept is not None
    assert (kept.version, kept.key, kept.typed) == ("7", "one", {"said": ["Half a line"]})
    assert len(all_drafts()) == 1
    with pytest.raises(service.AnotherDraft):
        keep(ines, key="another page", said="Not this")
    assert [draft.typed for draft in all_drafts()] == [{"said": ["Half a line"]}]
    with unit_of_work():
        service.forget_draft(ines, HEAD, key="another page")
    assert len(all_drafts()) == 1
    with unit_of_work():
        service.forget_draft(ines, HEAD, key="one")
    assert all_drafts() == []
    # Nobody has done anything yet, so nothing is on record.
    assert len(list(db.session.scalars(db.select(AuditEntry)))) == audits


def test_drafts_of_one_issue_are_found_by_its_beginning_and_no_other(founder: Staff) -> None:
    for subject in ("issue:8:head", "issue:82:head", "issue:82:new:note", "issue:821:head"):
        keep(founder.id, subject, said="x")
    assert {draft.subject for draft in queries.drafts(founder.id, "issue:82:")} == {
        "issue:82:head",
        "issue:82:new:note",
    }


@pytest.mark.parametrize(
    "fields", [{"said": "x" * (rules.LONGEST_DRAFT + 1)}, {f"f{n}": "" for n in range(201)}]
)
def test_too_much_is_refused_with_a_sentence_and_what_was_kept_stays(
    founder: Staff, fields: dict[str, str]
) -> None:
    keep(founder.id, said="before")
    with pytest.raises(service.Refused, match="characters are kept unsaved"):
        keep(founder.id, **fields)
    kept = found(founder.id)
    assert kept is not None
    assert kept.typed == {"said": ["before"]}


def test_a_months_drafts_and_those_of_somebody_who_left_are_destroyed(founder: Staff, hire: Hire) -> None:
    ines, bryn = hire("ines", rules.Role.EDITOR), hire("bryn", rules.Role.EDITOR)
    with clock.set_to(clock.now() - rules.DRAFT_LIFE - timedelta(minutes=1)):
        keep(ines.id, "issue:1:head", said="old")
    keep(ines.id, "issue:2:head", said="new")
    keep(bryn.id, "issue:2:head", said="whose writer leaves")
    with unit_of_work():
        service.deactivate(db.session.get_one(Staff, bryn.id))
    tasks.forget_drafts()
    assert [(draft.staff_id, draft.subject) for draft in all_drafts()] == [(ines.id, "issue:2:head")]


# The door


@pytest.fixture
def ines(cast: Cast) -> StaffMember:
    person = cast.editor()
    person.visit("/desk/account")
    return person


def hidden(person: StaffMember, name: str) -> str:
    return next(item.get("value", "") for item in person.page.all("input", name=name))


def typing(person: StaffMember, **fields: str) -> Any:
    """What the script sends while somebody types."""
    data = {
        "csrf_token": hidden(person, "csrf_token"),
        "typed-by": hidden(person, "typed-by"),
        "draft-of": HEAD,
        "draft": "k",
        "version": "3",
        **fields,
    }
    return person.client.post("/desk/drafts", base_url=person.base_url, data=data)


def test_the_door_keeps_what_was_typed_and_nothing_for_safety(ines: StaffMember) -> None:
    answer = typing(ines, body="Line.\r\nÜber", key_link="http://", password="x", **{"old-password": "y"})
    assert (answer.status_code, answer.data) == (204, b"")
    (draft,) = all_drafts()
    assert draft.typed == {"body": ["Line.\r\nÜber"], "key_link": ["http://"], "version": ["3"]}
    assert (draft.version, draft.key) == ("3", "k")


def test_the_door_says_in_words_why_it_keeps_nothing(ines: StaffMember) -> None:
    assert typing(ines, body="one").status_code == 204
    for fields, status, words in (
        ({"draft": "other"}, 409, "typed something else here before"),
        ({"draft-of": "story:abc"}, 422, "Nothing is kept of this form"),
        ({"body": "ü" * 1_000_001}, 422, "1,000,000 characters"),
        ({"typed-by": "1-forged"}, 403, "Somebody else is signed in"),
    ):
        answer = typing(ines, **fields)
        assert (answer.status_code, answer.mimetype) == (status, "text/plain")
        assert words in answer.text
    assert [draft.typed["body"] for draft in all_drafts()] == [["one"]]


def test_nothing_is_kept_for_a_stranger(ines: StaffMember) -> None:
    ines.client.delete_cookie("newsroom", domain="newsroom.example")
    assert typing(ines, body="x").status_code == 403
    assert all_drafts() == []


def test_throwing_away_leads_back_and_nowhere_else(ines: StaffMember) -> None:
    typing(ines, body="x")
    token = hidden(ines, "csrf_token")
    for back, leads in (("/desk/issues", "/desk/issues"), ("https://evil.example/", "/desk")):
        answer = ines.client.post(
            "/desk/drafts/forget",
            base_url=ines.base_url,
            data={"csrf_token": token, "draft-of": HEAD, "back": back},
        )
        assert (answer.status_code, answer.headers["Location"]) == (303, leads)
    assert all_drafts() == []


# One person's words in another's browser


@pytest.fixture
def two(ines: StaffMember, cast: Cast) -> tuple[StaffMember, Staff, Staff]:
    cast.editor("Bryn Tate", "bryn@service-bell.example")
    accounts = [queries.by_email(email) for email in (ines.email, "bryn@service-bell.example")]
    assert accounts[0] is not None
    assert accounts[1] is not None
    return ines, accounts[0], accounts[1]


def test_a_mark_says_whose_page_it_is_and_nobody_else_makes_it(two: tuple[StaffMember, Staff, Staff]) -> None:
    person, ines, bryn = two
    mark = hidden(person, "typed-by")
    assert mark == sessions.mark_of(ines)
    assert sessions.bearer_of(mark) is ines
    tampered = f"{bryn.id}-{mark.partition('-')[2]}"
    for forged in ("", "-", "x", tampered, f"{'9' * 30}-{mark}", f"²-{mark}", f"{ines.id}-é"):
        assert sessions.bearer_of(forged) is None
    assert carried.is_somebody_elses([Kept("typed-by", mark)], bryn)
    assert not carried.is_somebody_elses([Kept("typed-by", mark)], ines)
    assert not carried.is_somebody_elses([], bryn)


def test_who_signs_in_in_anothers_place_gets_none_of_their_words(
    two: tuple[StaffMember, Staff, Staff],
) -> None:
    person, ines, bryn = two
    mark = hidden(person, "typed-by")
    person.client = person.app.test_client()
    page = person.visit("/sign-in")
    carried_along = {
        "kept-for": "/desk/issues/82/head",
        "kept.subject": "A secret plan",
        "kept.typed-by": mark,
        "kept.draft-of": HEAD,
        "kept.draft": "page",
        "kept.version": "4",
    }
    answer = person.client.post(
        "/sign-in",
        base_url=person.base_url,
        data={
            "csrf_token": page.all("input", name="csrf_token")[0].get("value"),
            "email": bryn.email,
            "password": PASSWORD,
            **carried_along,
        },
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    person.visit("/desk")
    person.sees("is Ines Carvell’s", "it is kept for them")
    assert "A secret plan" not in person.page.source
    kept = found(ines.id)
    assert kept is not None
    assert (kept.typed["subject"], kept.version, kept.key) == (["A secret plan"], "4", "page")
    assert found(bryn.id) is None


def test_words_that_cannot_be_set_aside_wait_for_who_typed_them(
    two: tuple[StaffMember, Staff, Staff],
) -> None:
    person, ines, bryn = two
    mark = hidden(person, "typed-by")
    person.client = person.app.test_client()
    person.visit("/sign-in")
    token = person.page.all("input", name="csrf_token")[0].get("value")
    data = {"csrf_token": token, "password": PASSWORD, "kept-for": "/desk/settings", "kept.typed-by": mark}
    answer = person.client.post(
        "/sign-in", base_url=person.base_url, data={**data, "kept.name": "A name", "email": bryn.email}
    )
    assert answer.status_code == 422
    assert "Somebody else typed what waits on this page" in answer.text
    answer = person.client.post(
        "/sign-in", base_url=person.base_url, data={**data, "kept.name": "A name", "email": ines.email}
    )
    assert answer.status_code == 200
    assert "A name" in answer.text
    assert "You are signed in again" in answer.text


def test_a_page_of_one_person_sent_in_the_session_of_another(two: tuple[StaffMember, Staff, Staff]) -> None:
    person, ines, bryn = two
    data = {
        "csrf_token": hidden(person, "csrf_token"),
        "typed-by": hidden(person, "typed-by"),
        "draft-of": HEAD,
        "draft": "page",
        "subject": "A secret plan",
    }
    # Signing in begins a session of its own.
    person.client = person.app.test_client()
    person.be_signed_in(bryn)
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = person.client.post("/desk/issues/82/head", base_url=person.base_url, data=data, headers=headers)
    assert answer.status_code == 409
    assert "Ines Carvell typed this, and Bryn Tate is signed in here now" in answer.text
    assert "A secret plan" not in answer.text
    kept = found(ines.id)
    assert kept is not None
    assert kept.typed["subject"] == ["A secret plan"]
    # Without a form that is kept nothing is stored, and nothing shown either.
    del data["draft-of"]
    answer = person.client.post("/desk/settings", base_url=person.base_url, data=data, headers=headers)
    assert answer.status_code == 409
    assert "Go back: the words still stand in the form" in answer.text
    assert "A secret plan" not in answer.text
