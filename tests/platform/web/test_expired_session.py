"""What was typed survives the end of a session."""

import pytest
from flask import Flask

from newsroom.platform.web import kept
from tests.webpage import WebPage

OURS = {"Sec-Fetch-Site": "same-origin"}


def test_a_form_whose_token_is_gone_comes_back_with_everything_typed(app: Flask) -> None:
    typed = {
        "title": "The second call",
        "body": "One line.\nAnd <b>another</b>.",
        "tag": ["a", "b"],
        "password": "hunter2",
        "csrf_token": "of a session long gone",
    }
    app.add_url_rule("/door", view_func=lambda: "saved", methods=["POST"])
    client = app.test_client()
    answer = client.post("/door?x=1", data=typed, headers=OURS)
    assert answer.status_code == 400
    assert "You were about to send this to /door." in answer.text.replace("<b>", "").replace("</b>", "")
    page = WebPage("http://localhost/door", 400, answer.text, answer.headers)
    assert "Your session had expired: check and send again" in page.words
    form = page.form("/door")
    assert form.action.endswith("/door?x=1")
    values = [(name, value) for name, value in form.values if name != "csrf_token"]
    assert values == [
        ("title", "The second call"),
        ("body", "One line.\nAnd <b>another</b>."),
        ("tag", "a"),
        ("tag", "b"),
    ]
    assert "hunter2" not in answer.text
    assert client.post("/door?x=1", data=dict(form.values)).text == "saved"


def test_a_file_that_could_not_be_kept_is_said_so(app: Flask) -> None:
    from io import BytesIO

    app.add_url_rule("/door", view_func=lambda: "saved", methods=["POST"])
    answer = app.test_client().post(
        "/door", data={"title": "x", "file": (BytesIO(b"x"), "roster.csv")}, headers=OURS
    )
    assert "choose it once more" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Referer": "http://localhost/door"},
        {"Referer": "https://evil.example/http://localhost/"},
        {"Referer": "http://[broken"},
    ],
)
def test_what_another_site_filled_in_is_never_offered(app: Flask, headers: dict[str, str]) -> None:
    app.add_url_rule("/door", view_func=lambda: "saved", methods=["POST"])
    answer = app.test_client().post("/door", data={"email": "evil@attacker.example"}, headers=headers)
    assert answer.status_code == 400
    assert "did not come from a page of ours" in answer.text
    assert "evil@attacker.example" not in answer.text
    assert "Send again" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        OURS,
        {"Origin": "http://localhost"},
        {"Origin": "http://newsroom.example"},
        {"Referer": "http://localhost/door?x=1"},
    ],
)
def test_what_a_page_of_ours_sent_is_kept(app: Flask, headers: dict[str, str]) -> None:
    app.add_url_rule("/door", view_func=lambda: "saved", methods=["POST"])
    answer = app.test_client().post("/door", data={"title": "The second call"}, headers=headers)
    assert "The second call" in answer.text


@pytest.mark.parametrize(
    ("typed", "is_kept"),
    [
        ({str(number): "x" for number in range(kept.MOST_FIELDS)}, True),
        ({str(number): "x" for number in range(kept.MOST_FIELDS + 1)}, False),
        ({"body": "x" * (kept.MOST_SIGNS - 4)}, True),
        ({"body": "x" * kept.MOST_SIGNS}, False),
    ],
)
def test_no_more_is_kept_than_a_person_types(app: Flask, typed: dict[str, str], is_kept: bool) -> None:
    app.add_url_rule("/door", view_func=lambda: "saved", methods=["POST"])
    answer = app.test_client().post("/door", data=typed, headers=OURS)
    assert answer.status_code == 400
    assert ("Send again" in answer.text) is is_kept
    assert is_kept or len(answer.data) < 20_000


def test_refused_tokens_are_counted(app: Flask) -> None:
    app.add_url_rule("/door", view_func=lambda: "saved", methods=["POST"])
    client = app.test_client()
    codes = [client.post("/door", data={"title": "x"}, headers=OURS).status_code for _ in range(61)]
    assert codes == [400] * 60 + [429]
