"""The door that turns what is pasted into Markdown; what it makes of it is the converter's own test."""

from typing import Any

import pytest
from flask import Flask

from tests.cast import Cast, StaffMember


@pytest.fixture
def ines(app: Flask, cast: Cast) -> StaffMember:
    person = cast.editor()
    person.visit("/desk/account")
    return person


def paste(person: StaffMember, html: str) -> Any:
    token = person.page.all("input", name="csrf_token")[0].get("value")
    # As the script sends it: not percent-encoded. The client's own way leaves a file open behind a long body.
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"csrf_token": token, "html": html}.items()
    )
    return person.client.post(
        "/desk/paste",
        base_url=person.base_url,
        data=f"{parts}--b--\r\n".encode(),
        content_type="multipart/form-data; boundary=b",
    )


def test_it_answers_with_markdown_and_says_what_was_left_out(ines: StaffMember) -> None:
    answer = paste(ines, "<h1>A</h1><p><b>b</b><img src=x><img src=y>")
    assert answer.json == {
        "markdown": "## A\n\n**b**",
        "said": "2 pictures were left out: upload them at Desk, Pictures, "
        "and copy the line that shows them in here.",
    }
    assert paste(ines, "<p>a").json == {"markdown": "a", "said": ""}


def test_two_megabytes_come_through_and_more_than_eight_do_not(ines: StaffMember) -> None:
    html = "<p class=MsoNormal>Ünd so weiter.<o:p></o:p></p>\n" * 40_000
    assert len(html.encode()) >= 2_000_000
    answer = paste(ines, html)
    assert answer.json["markdown"].count("Ünd so weiter.") == 40_000
    assert paste(ines, "x" * 8_500_000).status_code == 413


def test_nobody_else_uses_it(ines: StaffMember, app: Flask) -> None:
    ines.client.delete_cookie("newsroom", domain="newsroom.example")
    assert paste(ines, "<p>a").status_code in (400, 403)
    assert app.test_client().get("/desk/paste").status_code == 405
