"""The cast: a person sends what a browser would send, and staff hold their own role only."""

import pytest
from flask import Flask, redirect, request

from newsroom.accounts.guards import Permission, needs
from newsroom.platform.web.csrf import csrf
from tests.cast import Cast, Reader

FORM = """<!doctype html><title>Form</title><h1>Form</h1><a href="/made-up?seen=yes">Look again</a>
<form method="post" action="/made-up"><input type="hidden" name="token" value="t1"><input name="name">
<button name="do" value="save">Save</button><button name="do" value="send">Send</button></form>"""


@pytest.fixture
def seen(app: Flask) -> list[dict[str, str]]:
    """A page with a form, and what it was sent."""
    sent: list[dict[str, str]] = []

    @app.route("/made-up", methods=["GET", "POST"])
    @csrf.exempt
    def made_up():
        if request.method == "POST":
            headers = {
                name: request.headers.get(name, "") for name in ("Origin", "Referer", "Sec-Fetch-Site")
            }
            sent.append(request.form.to_dict() | headers)
            return redirect("/made-up?sent=yes")
        return FORM + ("<p>Thank you</p>" if "sent" in request.args else "")

    @app.get("/only-for-administrators")
    @needs(Permission.ADMINISTER)
    def administer():
        return "<h1>Yours</h1>"

    return sent


def test_a_form_is_sent_with_its_hidden_fields_the_button_and_a_browsers_headers(
    reader: Reader, seen: list[dict[str, str]]
) -> None:
    reader.visit("/made-up")
    reader.submit(button="Send", name="Ana")
    reader.sees("Thank you")
    assert seen == [
        {
            "token": "t1",
            "name": "Ana",
            "do": "send",
            "Origin": "http://newsroom.example",
            "Referer": "http://newsroom.example/made-up",
            "Sec-Fetch-Site": "same-origin",
        }
    ]


def test_links_are_followed_by_their_words(reader: Reader, seen: list[dict[str, str]]) -> None:
    reader.visit("/made-up")
    assert reader.follow("Look again").address == "http://newsroom.example/made-up?seen=yes"
    with pytest.raises(AssertionError, match="no link"):
        reader.follow("Nowhere")


def test_what_is_not_on_the_page_is_not_seen(reader: Reader, seen: list[dict[str, str]]) -> None:
    reader.visit("/made-up")
    reader.does_not_see("Thank you")
    with pytest.raises(AssertionError, match="is not on"):
        reader.sees("Thank you")
    with pytest.raises(AssertionError, match="404"):
        reader.visit("/nowhere-at-all")


def test_staff_come_signed_in_with_their_own_role_only(cast: Cast, seen: list[dict[str, str]]) -> None:
    cast.admin().visit("/only-for-administrators")
    cast.editor().visit("/only-for-administrators", expect=403)
    cast.publisher().visit("/only-for-administrators", expect=403)
    assert (
        cast.reader().visit("/only-for-administrators").address.startswith("http://newsroom.example/sign-in")
    )
