"""The table of the design, door by door: who may open each door of issues, library, delivery and settings.

An editor builds and tests; a publisher approves, schedules, sends, pauses, cancels, corrects and takes back;
an administrator sets. A new door that does none of what only publishers do needs no line here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from newsroom.accounts import service as accounts
from newsroom.accounts.rules import PERMISSIONS, Permission, Role
from newsroom.platform.db import unit_of_work
from tests.architecture.test_doors import fill
from tests.cast import PASSWORD, StaffMember

ROOMS = ("issues_desk", "pieces_desk", "library_desk", "pictures_desk", "delivery_desk")
SETTINGS = "publication_desk"
FOR_PUBLISHERS = {
    "delivery_desk.ask_to_cancel": "cancels what is left",
    "delivery_desk.cancel": "cancels what is left",
    "delivery_desk.choose_time": "schedules",
    "delivery_desk.pause": "pauses",
    "delivery_desk.resume": "goes on",
    "delivery_desk.retry": "sends again",
    "delivery_desk.schedule": "schedules",
    "delivery_desk.send": "sends",
    "delivery_desk.send_again": "sends again",
    "delivery_desk.stop": "stops the presses",
    "issues_desk.approve": "approves",
    "issues_desk.cancel": "gives an issue up",
    "issues_desk.correct": "corrects",
    "issues_desk.preview_correction": "corrects",
    "issues_desk.put_back": "puts back what was taken off the web",
    "issues_desk.reopen": "takes up what was given up",
    "issues_desk.stop_waiving": "waives",
    "issues_desk.take_back": "takes something off the web",
    "issues_desk.waive": "waives",
    "library_desk.put_author_back": "puts back what was taken off the web",
    "library_desk.remove_author": "takes something off the web",
}


def doors(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in (*ROOMS, SETTINGS):
            yield rule


def due(endpoint: str) -> Permission:
    if endpoint.startswith(SETTINGS):
        return Permission.ADMINISTER
    return Permission.PUBLISH if endpoint in FOR_PUBLISHERS else Permission.COMPOSE


def test_every_door_asks_for_the_permission_of_the_table(app: Flask) -> None:
    asked = {
        rule.endpoint: app.view_functions[rule.endpoint].needed_permission  # type: ignore[attr-defined]
        for rule in doors(app)
    }
    assert set(FOR_PUBLISHERS) <= set(asked)
    assert asked == {endpoint: due(endpoint) for endpoint in asked}


@pytest.mark.parametrize("role", Role)
def test_every_door_opens_for_whom_the_table_names_and_for_nobody_else(app: Flask, role: Role) -> None:
    person = _signed_in(app, role)
    token = _token(person)
    assert token
    wrong = []
    for rule in doors(app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            is_refused = _status(person, token, method, rule) == 403
            if is_refused is (due(rule.endpoint) in PERMISSIONS[role]):
                wrong.append(f"{method} {rule.endpoint} {'refuses' if is_refused else 'lets in'} the {role}")
    assert not wrong, "\n".join(wrong)


def _signed_in(app: Flask, role: Role) -> StaffMember:
    person = StaffMember(app, "Nuala Byrne", "nuala@service-bell.example")
    with unit_of_work():
        # The first account ever gets every role.
        accounts.add("founder@service-bell.example", "Fay Founder", [Role.ADMIN], PASSWORD)
        account = accounts.add(person.email, person.name, [role], PASSWORD)
        accounts.record_sign_in(account, PASSWORD)
        person.be_signed_in(account)
    return person


def _token(person: StaffMember) -> str:
    page = person.client.get("/desk", base_url=person.base_url).text
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def _status(person: StaffMember, token: str, method: str, rule: Rule) -> int:
    """What a door answers to whom no other guard stops: the token is right, and nothing is behind it."""
    request: dict[str, Any] = {"base_url": person.base_url}
    if method == "POST":
        request["data"] = {"csrf_token": token}
        request["headers"] = {"Origin": person.base_url, "Referer": person.base_url}
    return person.client.open(fill(rule), method=method, **request).status_code
