"""An editor's session ends while they type, and nothing is lost."""

from typing import Any

import pytest
from flask import Flask, request

from newsroom.accounts.guards import Permission, needs
from tests.cast import PASSWORD, Cast


@pytest.fixture
def saved(app: Flask) -> list[dict[str, Any]]:
    """What a desk door got, in the end."""
    got: list[dict[str, Any]] = []

    @needs(Permission.ENTER)
    def door() -> str:
        if request.method == "POST":
            got.append(request.form.to_dict(flat=False))
            return "saved"
        return """<form method="post"><input name="title"><textarea name="body"></textarea>
        <input type="hidden" name="csrf_token" value="stale"><button>Save</button></form>"""

    app.add_url_rule("/desk/door", "door", door, methods=["GET", "POST"])
    return got


def test_all_that_was_typed_survives_signing_in_again(cast: Cast, saved: list[dict[str, Any]]) -> None:
    ines = cast.editor()
    ines.visit("/desk/door")
    ines.client.delete_cookie("newsroom", domain="newsroom.example")
    ines.submit("/desk/door", title="The second call", body="Line one.\nLine <two>.", expect=403)
    ines.sees("Your session had expired: sign in to go on")
    assert saved == []
    ines.submit("/sign-in", email=ines.email, password="wrong at first", expect=422)
    ines.submit("/sign-in", email=ines.email, password=PASSWORD)
    ines.sees("You are signed in again: check and send")
    ines.submit("Send again").words.index("saved")
    del saved[0]["csrf_token"]
    assert saved == [{"title": ["The second call"], "body": ["Line one.\r\nLine <two>."]}] or saved == [
        {"title": ["The second call"], "body": ["Line one.\nLine <two>."]}
    ]


def test_a_planted_address_never_gets_the_words(app: Flask, cast: Cast) -> None:
    ines = cast.editor()
    client = app.test_client()
    page = client.get("/sign-in").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        "/sign-in",
        data={
            "csrf_token": token,
            "email": ines.email,
            "password": PASSWORD,
            "kept-for": "https://evil.example/steal",
            "kept.title": "The second call",
        },
    )
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    assert 'action="/desk"' in answer.text


def test_what_another_site_sent_to_the_desk_is_not_carried_through_signing_in(
    app: Flask, saved: list[dict[str, Any]]
) -> None:
    answer = app.test_client().post(
        "/desk/door", data={"title": "Evil"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "Sign in" in answer.text
    assert "Evil" not in answer.text
    assert "kept-for" not in answer.text
    assert saved == []


def test_what_is_too_long_to_be_carried_says_where_it_is(app: Flask, saved: list[dict[str, Any]]) -> None:
    answer = app.test_client().post(
        "/desk/door", data={"body": "x" * 600_000}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 403
    assert "too long to be carried over this page. Go back" in answer.text
    assert saved == []


def test_too_much_is_not_carried_through_signing_in(app: Flask, cast: Cast) -> None:
    ines = cast.editor()
    client = app.test_client()
    token = client.get("/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    fields = {f"kept.{number}": "x" for number in range(201)}
    typed = {"csrf_token": token, "email": ines.email, "password": PASSWORD, "kept-for": "/desk/door"}
    assert client.post("/sign-in", data={**typed, **fields}).headers["Location"] == "/desk"
