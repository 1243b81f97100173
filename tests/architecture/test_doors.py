"""Who may come in, and what each door may do: seen from the map of addresses."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from newsroom.platform.db import db
from newsroom.platform.web.csrf import csrf
from tests.cast import Cast

ASKING = {"GET", "HEAD", "OPTIONS"}
CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")


def views(app: Flask) -> list[tuple[Rule, Callable[..., Any]]]:
    return [(rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()]


def is_desk(rule: Rule) -> bool:
    return rule.rule == "/desk" or rule.rule.startswith("/desk/")


def layers(view: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Give a view and, one after the other, what its decorators wrap."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)  # type: ignore[assignment]


def is_exempt(app: Flask, view: Callable[..., Any], rule: Rule) -> bool:
    name = f"{view.__module__}.{view.__name__}"
    blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
    exempt_blueprints = csrf._exempt_blueprints
    return name in csrf._exempt_views or (blueprint is not None and blueprint in exempt_blueprints)


def test_the_product_has_doors(app: Flask) -> None:
    addresses = {rule.rule for rule, _ in views(app)}
    assert {
        "/",
        "/share",
        "/subscribe",
        "/sign-in",
        "/desk",
        "/desk/stories",
        "/desk/issues",
        "/healthz",
    } <= addresses


def test_every_desk_door_names_the_permission_it_needs(app: Flask) -> None:
    from newsroom.accounts.guards import Permission

    unguarded = [
        f"{rule.rule} ({rule.endpoint})"
        for rule, view in views(app)
        if is_desk(rule) and not isinstance(getattr(view, "needed_permission", None), Permission)
    ]
    assert not unguarded, "no @needs(Permission.…) on: " + ", ".join(unguarded)


def test_a_stranger_is_sent_to_the_sign_in_page_by_every_desk_door(app: Flask) -> None:
    client = app.test_client()
    wrong = []
    for rule, _ in views(app):
        if is_desk(rule) and "GET" in rule.methods:
            answer = client.get(fill(rule))
            if answer.status_code not in (302, 303) or "/sign-in" not in answer.headers["Location"]:
                wrong.append(f"{rule.rule}: {answer.status}")
    assert not wrong, "\n".join(wrong)


def test_every_door_that_changes_something_is_protected_from_foreign_pages(app: Flask) -> None:
    """Either by the CSRF token, or by one of the two named ways to do without."""
    wrong = []
    for rule, view in views(app):
        if not rule.methods - ASKING:
            continue
        if is_exempt(app, view, rule) and is_desk(rule):
            wrong.append(f"{rule.rule} is a desk door without a token")
    assert not wrong, "\n".join(wrong)


def test_a_door_without_a_token_refuses_foreign_pages_or_needs_a_signature(app: Flask) -> None:
    """Open forms look at Origin; one-click unsubscription and webhooks carry their proof with them."""
    client = app.test_client()
    wrong = []
    for rule, view in views(app):
        if not rule.methods - ASKING or not is_exempt(app, view, rule):
            continue
        answer = client.post(fill(rule), headers={"Origin": "https://elsewhere.example"}, data={"story": "x"})
        if answer.status_code < 400:
            wrong.append(f"{rule.rule} answered {answer.status}")
    assert not wrong, "\n".join(wrong)


def test_a_post_without_its_token_changes_nothing(app: Flask) -> None:
    client = app.test_client()
    wrong = []
    with changes_counted() as changes:
        for rule, view in views(app):
            if "POST" in rule.methods and not is_exempt(app, view, rule):
                answer = client.post(fill(rule))
                if answer.status_code < 300:
                    wrong.append(f"{rule.rule} answered {answer.status}")
    assert not wrong, "\n".join(wrong)
    assert not changes, changes


def test_a_door_that_only_shows_opens_no_unit_of_work(app: Flask) -> None:
    """As far as its own lines say; `test_looking.py` opens every door and reads the tables."""
    wrong = []
    for rule, view in views(app):
        if rule.methods <= ASKING and rule.endpoint != "static":
            source = inspect.getsource(list(layers(view))[-1])
            if "unit_of_work(" in source:
                wrong.append(f"{rule.rule} ({rule.endpoint})")
    assert not wrong, "a GET never changes state: " + ", ".join(wrong)


@pytest.mark.parametrize("person", ["reader", "admin"])
def test_looking_at_every_page_changes_no_row(app: Flask, person: str) -> None:
    who = getattr(Cast(app), person)()
    broken = []
    with changes_counted() as changes:
        for rule, _ in views(app):
            if "GET" not in rule.methods or rule.endpoint == "static":
                continue
            answer = who.client.get(fill(rule), base_url=who.base_url)
            if answer.status_code >= 500:
                broken.append(f"{rule.rule}: {answer.status}")
            who.client.head(fill(rule), base_url=who.base_url)
    assert not broken, "\n".join(broken)
    assert not changes, changes


def fill(rule: Rule) -> str:
    """Give an address of this rule with something in each of its places."""
    values = {
        name: "1" if isinstance(converter, NumberConverter) else "nothing-here"
        for name, converter in rule._converters.items()
    }
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return str(built[1])


class changes_counted:  # noqa: N801 - it is used as a statement
    """Collect every statement that changes a row or a table."""

    def __enter__(self) -> list[str]:
        self.statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(CHANGES):
            self.statements.append(statement)
