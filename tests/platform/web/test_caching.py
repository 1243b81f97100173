from datetime import UTC, datetime

import pytest
from flask import Flask, Response, render_template_string

from newsroom.platform.web import OpenForm, cacheable

MODIFIED = datetime(2026, 11, 17, 6, 0, tzinfo=UTC)
FORM = "<form>{{ form.guard }}</form>"


@pytest.fixture(autouse=True)
def _pages(app: Flask) -> None:
    def page() -> Response:
        return cacheable("<p>Issue 80</p>", modified_at=MODIFIED)

    def form() -> Response:
        return cacheable(render_template_string(FORM, form=OpenForm()))

    app.add_url_rule("/page", view_func=page)
    app.add_url_rule("/form", view_func=form)


def test_a_public_page_can_be_kept_by_any_cache(app: Flask) -> None:
    headers = app.test_client().get("/page").headers
    assert headers["Cache-Control"] == "public, max-age=60"
    assert headers["Last-Modified"] == "Tue, 17 Nov 2026 06:00:00 GMT"
    assert "ETag" in headers
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")


def test_a_signed_in_reader_gets_the_same_page_without_a_cookie(app: Flask) -> None:
    client = app.test_client()
    client.get("/sign-in")
    headers = client.get("/page").headers
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")


@pytest.mark.parametrize(
    "asked",
    [{"If-Modified-Since": "Tue, 17 Nov 2026 06:00:00 GMT"}, {"If-None-Match": "*"}],
)
def test_who_has_it_already_gets_no_body(app: Flask, asked: dict[str, str]) -> None:
    answer = app.test_client().get("/page", headers=asked)
    assert (answer.status_code, answer.data) == (304, b"")


def test_the_guard_of_a_form_does_not_make_it_another_page(app: Flask) -> None:
    first, second = app.test_client().get("/form"), app.test_client().get("/form")
    assert first.data != second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    again = app.test_client().get("/form", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
