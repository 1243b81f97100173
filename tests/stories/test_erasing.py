"""Who may do what at the desk's doors to stories, role by role; and the doors that destroy on request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries, service
from tests.cast import Cast
from tests.stories.conftest import stored
from tests.stories.test_every_verb import everything

# Which doors open to whom, written by hand; every door that is not named here is the editors'.
ELSE = {"editor", "publisher"}
OTHERS = {
    "unpublish": {"publisher"},
    "ask_erase": {"publisher", "admin"},
    "erase": {"publisher", "admin"},
    "ask_private": {"editor", "publisher", "admin"},
    "private": {"editor", "publisher", "admin"},
}


def doors(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and rule of every desk door to stories."""
    return [
        (rule.endpoint.removeprefix("stories_desk."), method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.endpoint.startswith("stories_desk.")
    ]


def token_of(person: Any) -> dict[str, str]:
    """What every form of the desk carries."""
    person.visit("/desk/account")
    return {"csrf_token": dict(person.page.forms[-1].values)["csrf_token"]}


def test_whoever_may_destroy_a_story_finds_the_door_on_its_page(
    app: Flask, cast: Cast, tell: Callable[..., str]
) -> None:
    told = tell()
    publisher = cast.publisher()
    publisher.visit(f"/desk/stories/{told}")
    publisher.follow("Destroy everything about it …")
    publisher.sees(f"Destroy everything about story {told}")
    editor = cast.editor()
    editor.visit(f"/desk/stories/{told}")
    editor.does_not_see("Destroy everything")


@pytest.mark.parametrize("role", ["editor", "publisher", "admin", "nobody"])
def test_a_desk_door_opens_for_whom_it_should_and_nobody_else_changes_anything(
    app: Flask, cast: Cast, tell: Callable[..., str], role: str
) -> None:
    told = tell()
    person = cast.reader() if role == "nobody" else getattr(cast, role)()
    data = {} if role == "nobody" else token_of(person)
    before = everything()
    closed = [door for door in doors(app) if role not in OTHERS.get(door[0], ELSE)]
    assert len(closed) == {"editor": 3, "publisher": 0}.get(role, len(closed))
    for endpoint, method, rule in closed:
        path = re.sub(r"<[^>]*told>", "1", rule.replace("<public_id>", told))
        answer = person.client.open(path, method=method, data=data, base_url=person.base_url)
        allowed = {403} if role != "nobody" else {302, 303, 400, 401, 403}
        assert answer.status_code in allowed, f"{endpoint} let {role} in: {answer.status}"
    after = everything()
    # That somebody was turned away may be written down, but nothing of stories changes.
    assert {name: rows for name, rows in after.items() if name.startswith("story")} == {
        name: rows for name, rows in before.items() if name.startswith("story")
    }


@pytest.mark.parametrize("role", ["editor", "publisher", "admin"])
def test_whom_a_door_is_for_is_let_in(app: Flask, cast: Cast, tell: Callable[..., str], role: str) -> None:
    told = tell()
    person = getattr(cast, role)()
    data = token_of(person)
    for endpoint, method, rule in doors(app):
        if role not in OTHERS.get(endpoint, ELSE) or endpoint == "erase":
            continue
        path = re.sub(r"<[^>]*told>", "1", rule.replace("<public_id>", told))
        answer = person.client.open(path, method=method, data=data, base_url=person.base_url)
        assert answer.status_code not in (401, 403), f"{endpoint} turned {role} away"
        assert answer.status_code < 500


# Erasing


@pytest.mark.parametrize("role", ["publisher", "admin"])
def test_a_story_is_erased_by_typing_its_number(
    app: Flask, cast: Cast, tell: Callable[..., str], role: str
) -> None:
    told = tell(name="Rhona Vale", email="rhona@reader.example")
    person = getattr(cast, role)()
    person.visit(f"/desk/stories/{told}/erase")
    person.sees("Destroyed are its original", "Nothing brings it back")
    person.submit("Destroy everything", typed=told)
    person.sees(f"Story {told} is withdrawn, and everything about it is destroyed.")
    story = stored(told)
    assert (story.state, story.original.body, story.contributor.email) == ("withdrawn", "", "")  # type: ignore[union-attr]
    assert story.consents[-1].recorded_by == "the desk, as its author wished"


def test_a_number_that_is_typed_wrong_destroys_nothing_and_stays_in_the_field(
    app: Flask, cast: Cast, tell: Callable[..., str]
) -> None:
    told = tell()
    publisher = cast.publisher()
    publisher.visit(f"/desk/stories/{told}/erase")
    page = publisher.submit("Destroy everything", typed="another", expect=422)
    publisher.sees(f"Type {told} here to destroy everything about this story.")
    assert "another" in str(page.form("erase").values)
    assert stored(told).purged_at is None


def test_erasing_what_is_not_there_is_not_found(cast: Cast) -> None:
    cast.publisher().visit("/desk/stories/zzzzzzzzzzzz/erase", expect=404)


def test_at_the_terminal_it_is_asked_for_unless_one_says_yes(app: Flask, tell: Callable[..., str]) -> None:
    told = tell()
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["stories", "erase", told], input="n\n")
    assert refused.exit_code == 1
    assert stored(told).purged_at is None
    done = runner.invoke(args=["stories", "erase", told, "--yes"])
    assert (done.exit_code, done.output) == (
        0,
        f"Story {told} is withdrawn, and everything about it is destroyed.\n",
    )
    db.session.rollback()
    assert stored(told).original.body == ""


@pytest.mark.parametrize("number", ["zzzzzzzzzzzz", "../..", "a\x00b", ""])
def test_at_the_terminal_a_number_of_nothing_is_one_sentence_and_exit_1(app: Flask, number: str) -> None:
    result = app.test_cli_runner().invoke(args=["stories", "erase", number, "--yes"])
    assert result.exit_code == 1
    assert result.stderr.strip() == f"Error: There is no story {number}."


def test_erasing_a_subscriber_and_a_story_stay_apart(app: Flask, tell: Callable[..., str]) -> None:
    from newsroom.subscribers.queries import by_email

    Cast(app).subscriber()
    told = tell(email="subscriber@reader.example")
    held = by_email("subscriber@reader.example")
    with unit_of_work():
        service.erase(told)
    db.session.rollback()
    assert (by_email("subscriber@reader.example") is None) is (held is None)
    assert queries.story(told) is not None
