import json

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from newsroom.accounts import queries
from newsroom.accounts.rules import Role
from newsroom.platform.db import db
from newsroom.platform.mail.models import OutboxLetter
from tests.cast import PASSWORD

EMAIL = "ines@service-bell.example"


def staff(app: Flask, *arguments: str, stdin: str | None = None) -> Result:
    result = app.test_cli_runner().invoke(args=["staff", *arguments], input=stdin)
    db.session.rollback()
    return result


@pytest.fixture(autouse=True)
def _first(app: Flask) -> None:
    added = staff(
        app,
        "add",
        "first@service-bell.example",
        "--role",
        "editor",
        "--password-stdin",
        stdin=PASSWORD + "\n",
    )
    assert added.exit_code == 0
    assert "as admin, editor, publisher" in added.stdout


def test_a_password_comes_through_standard_input(app: Flask) -> None:
    added = staff(app, "add", EMAIL, "--role", "editor", "--name", "Ines", "--password-stdin", stdin=PASSWORD)
    assert (added.exit_code, added.stdout) == (0, "Ines <ines@service-bell.example> was added as editor.\n")
    assert queries.authenticated(EMAIL, PASSWORD) is not None


def test_without_a_password_there_is_a_link_and_a_letter(app: Flask) -> None:
    added = staff(app, "add", EMAIL, "--role", "editor")
    assert "http://newsroom.example/set-password/" in added.stdout
    letter = db.session.scalars(select(OutboxLetter)).one()
    assert letter.to == EMAIL
    assert "You have been added" in letter.text


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (["add", "nobody", "--role", "editor"], None, "is not an e-mail address"),
        (["add", "First@service-bell.example", "--role", "editor"], None, "on the staff already"),
        (["add", EMAIL, "--role", "editor", "--password-stdin"], "short\n", "at least 12 characters"),
        (["add", EMAIL, "--role", "editor", "--password-stdin"], "", "at least 12 characters"),
        (["role", EMAIL, "--add", "admin"], None, "Nobody on the staff has the address"),
        (["deactivate", EMAIL], None, "Nobody on the staff has the address"),
        (["deactivate", "first@service-bell.example"], None, "last administrator"),
        (["role", "first@service-bell.example", "--remove", "admin"], None, "last administrator"),
    ],
)
def test_a_refusal_is_one_sentence_and_changes_nothing(
    app: Flask, arguments: list[str], stdin: str | None, said: str
) -> None:
    refused = staff(app, *arguments, stdin=stdin)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    assert said in refused.stderr
    assert refused.stdout == ""
    assert [member.roles for member in queries.all_staff()] == [frozenset(Role)]


@pytest.mark.parametrize(
    "arguments",
    [["add", EMAIL], ["add", EMAIL, "--role", "king"], ["role", "first@service-bell.example"], ["fire"]],
)
def test_a_wrong_usage_is_exit_2(app: Flask, arguments: list[str]) -> None:
    assert staff(app, *arguments).exit_code == 2


def test_roles_are_given_and_taken(app: Flask) -> None:
    staff(app, "add", EMAIL, "--role", "editor")
    changed = staff(app, "role", EMAIL, "--add", "publisher", "--remove", "editor")
    assert changed.stdout == "Ines <ines@service-bell.example> is publisher.\n"


def test_the_list_is_for_people_and_for_scripts(app: Flask) -> None:
    staff(app, "add", EMAIL, "--role", "editor")
    staff(app, "deactivate", EMAIL)
    assert "ines@service-bell.example  Ines  editor  (deactivated)" in staff(app, "list").stdout
    listed = json.loads(staff(app, "list", "--json").stdout)
    assert [(member["email"], member["active"]) for member in listed] == [
        ("first@service-bell.example", True),
        (EMAIL, False),
    ]


@pytest.mark.parametrize("command", ["add", "role", "deactivate", "reactivate", "invite", "list"])
def test_every_command_has_an_example(app: Flask, command: str) -> None:
    assert f"Example: flask staff {command}" in staff(app, command, "--help").stdout
