import pytest
from flask import Flask, abort

from newsroom.platform.db import db
from tests.webpage import WebPage

CODES = [400, 403, 404, 405, 410, 413, 429]


def page(app: Flask, path: str, status: int) -> WebPage:
    answer = app.test_client().get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    return WebPage(f"http://newsroom.example{path}", status, answer.text, answer.headers)


@pytest.mark.parametrize("code", CODES)
def test_every_error_says_what_to_do(app: Flask, code: int) -> None:
    app.add_url_rule("/wrong", view_func=lambda: abort(code))
    words = page(app, "/wrong", code).words
    assert "To the front page" in words
    assert "Share your story" in words
    assert str(code) not in words


def test_a_view_can_say_more(app: Flask) -> None:
    app.add_url_rule("/wrong", view_func=lambda: abort(404, "There is no issue 812 yet."))
    assert "There is no issue 812 yet." in page(app, "/wrong", 404).words


def test_what_a_view_says_is_text_and_no_html(app: Flask) -> None:
    app.add_url_rule("/wrong", view_func=lambda: abort(404, "<script>alert(1)</script>"))
    assert "<script>alert" not in app.test_client().get("/wrong").text


def test_our_own_fault_needs_no_database_and_shows_no_secret(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False

    def broken() -> str:
        raise ValueError("the password is hunter2")

    def no_database(*_arguments: object) -> None:
        raise AssertionError("the page of a failure asked the database")

    app.add_url_rule("/broken", view_func=broken)
    monkeypatch.setattr(db.session, "execute", no_database)
    words = page(app, "/broken", 500).words
    assert "Something broke on our side" in words
    assert "hunter2" not in words
    assert "hunter2" in caplog.text


def test_a_page_that_cannot_be_set_still_comes_plainly(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_layout(*_arguments: object, **_values: object) -> None:
        raise LookupError("no layout today")

    monkeypatch.setattr("newsroom.platform.web.errors.render_template", no_layout)
    assert "There is nothing at this address" in page(app, "/nowhere", 404).words


def test_an_address_that_only_takes_forms_says_which_methods_it_takes(app: Flask) -> None:
    answer = app.test_client().get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_redirect_is_no_error(app: Flask) -> None:
    app.add_url_rule("/folder/", view_func=lambda: "here")
    answer = app.test_client().get("/folder")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/folder/")


def test_too_large_a_form_is_refused_with_a_sentence(app: Flask) -> None:
    answer = app.test_client().post("/forgotten-password", data={"email": "x" * (3 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "two megabytes" in answer.text
