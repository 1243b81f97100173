"""An open form, as a feature would make one, and everything a robot or an impatient person does with it."""

import re
import threading
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask, redirect, render_template_string
from sqlalchemy import func, select
from werkzeug.test import TestResponse
from wtforms import StringField
from wtforms.validators import InputRequired

from newsroom.platform.clock import now
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs.models import Job
from newsroom.platform.web import OpenForm, open_form, tidy
from newsroom.platform.web.models import Submission
from newsroom.platform.web.open_form import new_guard

PAGE = "{{ form.errors }} {{ form.guard }} {{ form.website }} {{ form.words }}"
SECONDS = 2


class Words(OpenForm):
    words = StringField("Words", [InputRequired("Write something.")])


class Refused(Exception):
    pass


@pytest.fixture(autouse=True)
def _door(app: Flask) -> None:
    """Stores each submission as a job's row, for want of a feature."""
    changed = app.extensions["newsroom.settings"].model_copy(update={"form_seconds": SECONDS})
    app.extensions["newsroom.settings"] = changed

    @open_form
    def door() -> Any:
        form = Words()
        if form.validate_on_submit():
            try:
                with unit_of_work():
                    number = store()
                    if form.words.data == "forbidden":
                        raise Refused
            except Refused:
                form.words.errors = ["That is forbidden."]
            else:
                return redirect(f"/thanks/{number}", 303)
        return render_template_string(PAGE, form=form)

    app.add_url_rule("/door", view_func=door, methods=["GET", "POST"])


def store() -> int:
    number = stored() + 1
    db.session.add(Job(name="story", subject_id=number, asked_at=now(), run_at=now()))
    return number


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def fresh_guard(app: Flask) -> str:
    found = re.search(r'name="guard"[^>]*value="([^"]+)"', app.test_client().get("/door").text)
    assert found
    return found[1]


def send(app: Flask, guard: str, words: str = "Nobody looked up", **headers: str) -> TestResponse:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().post("/door", data={"guard": guard, "words": words}, headers=names)


@pytest.fixture
def guard(app: Flask, clock: time_machine.Traveller) -> str:
    """From a page that lay open long enough to type."""
    guard = fresh_guard(app)
    clock.shift(timedelta(seconds=SECONDS + 1))
    return guard


def test_a_person_needs_neither_cookie_nor_token(app: Flask, guard: str) -> None:
    answer = send(app, guard)
    assert answer.headers["Location"] == "/thanks/1"
    assert "Set-Cookie" not in answer.headers


def test_sent_twice_it_has_one_result(app: Flask, guard: str) -> None:
    first, second = send(app, guard), send(app, guard)
    assert second.headers["Location"] == first.headers["Location"]
    assert stored() == 1


def test_the_same_words_from_another_page_are_meant_twice(
    app: Flask, guard: str, clock: time_machine.Traveller
) -> None:
    send(app, guard)
    other = fresh_guard(app)
    clock.shift(timedelta(seconds=SECONDS + 1))
    assert send(app, other).headers["Location"] == "/thanks/2"


def test_two_readers_of_one_cached_page_never_meet(app: Flask, guard: str) -> None:
    assert send(app, guard, "my story").headers["Location"] == "/thanks/1"
    assert send(app, guard, "another story").headers["Location"] == "/thanks/2"


def test_a_double_click_has_one_result(db_app: Flask) -> None:
    guard = new_guard()
    answers: list[str] = []

    @open_form
    def slow() -> Any:
        number = store()
        db.session.flush()
        threading.Event().wait(0.2)
        return redirect(f"/thanks/{number}", 303)

    db_app.add_url_rule("/slow", view_func=slow, methods=["POST"])

    def click() -> None:
        with db_app.app_context():
            answer = db_app.test_client().post("/slow", data={"guard": guard, "words": "once"})
        answers.append(answer.headers["Location"])

    clicks = [threading.Thread(target=click) for _ in range(3)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert answers == ["/thanks/1"] * 3
    assert stored() == 1


def test_what_was_refused_is_shown_again_and_may_be_sent_again(app: Flask, guard: str) -> None:
    assert "Write something." in send(app, guard, "").text
    assert "Write something." in send(app, guard, "").text
    assert send(app, guard).status_code == 303


def test_a_rule_that_refuses_leaves_nothing_behind(app: Flask, guard: str) -> None:
    answer = send(app, guard, "forbidden")
    assert answer.status_code == 200
    assert "That is forbidden." in answer.text
    db.session.rollback()
    assert stored() == 0
    assert db.session.scalars(select(Submission)).all() == []


def test_quicker_than_anybody_types_is_shown_again(app: Flask, clock: time_machine.Traveller) -> None:
    guard = fresh_guard(app)
    answer = send(app, guard)
    assert "quicker than anybody types" in answer.text
    assert "Nobody looked up" in answer.text
    clock.shift(timedelta(seconds=SECONDS + 1))
    assert send(app, guard).status_code == 303


def test_a_robot_that_fills_in_everything_is_caught(app: Flask, guard: str) -> None:
    filled = {"guard": guard, "words": "cheap pills", "website": "https://pills.example"}
    answer = app.test_client().post("/door", data=filled)
    assert "catches robots" in answer.text
    assert stored() == 0


@pytest.mark.parametrize("guard", ["forged", "x.y.z", "é"])
def test_a_forged_guard_is_replaced_and_the_words_kept(app: Flask, guard: str) -> None:
    answer = send(app, guard)
    assert "open for too long" in answer.text
    assert "Nobody looked up" in answer.text
    assert f'value="{guard}"' not in answer.text


def test_a_page_open_for_weeks_gets_a_new_guard(
    app: Flask, guard: str, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=8))
    assert "open for too long" in send(app, guard).text


def test_a_script_with_the_documented_fields_only_is_served(app: Flask) -> None:
    client = app.test_client()
    first = client.post("/door", data={"words": "told by a script"})
    second = client.post("/door", data={"words": "told by a script"})
    assert first.headers["Location"] == second.headers["Location"] == "/thanks/1"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_on_a_foreign_page_is_refused(app: Flask, guard: str, headers: dict[str, str]) -> None:
    answer = send(app, guard, **headers)
    assert answer.status_code == 403
    assert "another website" in answer.text
    assert stored() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "same-origin", "Origin": "http://localhost"},
        {"Origin": "http://newsroom.example"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_our_own_page_is_accepted(app: Flask, guard: str, headers: dict[str, str]) -> None:
    assert send(app, guard, **headers).status_code == 303


def test_a_success_without_a_redirect_is_a_programming_error(app: Flask) -> None:
    @open_form
    def wrong() -> str:
        with unit_of_work():
            store()
        return "Thank you!"

    app.add_url_rule("/wrong", view_func=wrong, methods=["POST"])
    with pytest.raises(RuntimeError, match="redirect"):
        app.test_client().post("/wrong", data={"words": "x"})
    assert stored() == 0


def test_old_submissions_are_forgotten(app: Flask, guard: str, clock: time_machine.Traveller) -> None:
    send(app, guard)
    tidy()
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1
    clock.shift(timedelta(days=2))
    tidy()
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_where_a_form_led_is_forgotten_after_an_hour_and_that_it_was_sent_is_not(
    app: Flask, guard: str, clock: time_machine.Traveller
) -> None:
    send(app, guard)
    clock.shift(timedelta(minutes=59))
    tidy()
    assert send(app, guard).headers["Location"] == "/thanks/1"
    clock.shift(timedelta(minutes=2))
    tidy()
    assert db.session.scalars(select(Submission.location)).all() == [""]
    answer = send(app, guard)
    assert answer.status_code == 409
    assert "This has arrived already" in answer.text
    assert stored() == 1


@pytest.mark.parametrize("field", ["guard", "website", "words"])
def test_a_file_in_the_place_of_a_field_breaks_nothing(app: Flask, guard: str, field: str) -> None:
    fields: dict[str, Any] = {"guard": guard, "words": "Nobody looked up"}
    fields[field] = (BytesIO(b"not words"), "story.exe")
    answer = app.test_client().post("/door", data=fields, content_type="multipart/form-data")
    assert answer.status_code in (200, 303)
