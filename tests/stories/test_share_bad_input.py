"""Whatever is sent to /share: a sentence at the field, what was typed is still there, and never a 500."""

import unicodedata
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.platform.db import db
from newsroom.platform.text import clean_line, clean_text
from newsroom.stories.models import Story, StoryOriginal
from tests.chance import SHARED_FIXTURE, examples
from tests.stories.conftest import STORY
from tests.webpage import WebPage

GOOD = {"verdict": "up", "story": STORY, "consent": "2"}
LONG = STORY + "\n\n" + "word " * 960


def post(client, confirm=False, **different):
    data = {**GOOD, **different, **({"confirm": "yes"} if confirm else {})}
    response = client.post("/share", data={name: value for name, value in data.items() if value is not None})
    return WebPage(
        "http://newsroom.example/share",
        response.status_code,
        response.get_data(as_text=True),
        response.headers,
    )


def stories():
    db.session.rollback()
    return db.session.scalars(db.select(StoryOriginal.body).order_by(StoryOriginal.story_id)).all()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("verdict", None, "Choose a thumb first"),
        ("verdict", "sideways", "Choose a thumb first"),
        ("story", None, "Tell us what happened"),
        ("story", " \n\t ", "Tell us what happened"),
        ("story", "Too short.", "That is 2 words"),
        ("story", LONG, "Please keep it to 1,000"),
        ("story", "x" * 1_000_000, "1,000,000 characters"),
        ("story", STORY.replace("lamp", "l\ufffdmp"), "Some letters arrived broken"),
        ("company", "x" * 121, "Keep this to 120 characters"),
        ("when", "x" * 121, "Keep this to 120 characters"),
        ("channel", "pigeon", "Choose one from the list"),
        ("outcome", "riot", "Choose one from the list"),
        ("consent", "5", "Choose what we may do"),
        ("consent", "-1", "Choose what we may do"),
        ("consent", "2 OR 1=1", "Choose what we may do"),
        ("preview", "perhaps", "Choose yes or no"),
        ("name", "x" * 121, "Keep this to 120 characters"),
        ("town", "x" * 121, "Keep this to 120 characters"),
        ("email", "rhona", "needs an @"),
        ("email", "a@b.example, c@d.example", "one address only"),
        ("email", "a@b.example\r\nBcc: all@elsewhere.example", "one address only"),
        ("email", f"{'x' * 250}@b.example", "at most"),
        ("guard", "forged", "open for too long"),
    ],
)
@pytest.mark.parametrize("confirm", [False, True])
def test_what_cannot_be_taken_is_named_and_everything_typed_is_still_there(
    client, field, value, sentence, confirm
):
    page = post(client, confirm, **{"company": "Kettlewick & Sons", field: value})
    assert page.status == 422
    assert sentence in page.words
    assert stories() == []
    form = dict(page.form().values)
    for name in ("story", "company", "when", "name", "town", "email"):
        typed = value if name == field else {**GOOD, "company": "Kettlewick & Sons"}.get(name)
        clean = clean_text if name == "story" else clean_line
        assert form[name].strip() == clean(typed or "")
    assert len(page.all("h1")) == 1


def test_who_says_nothing_about_consent_gives_the_usual_one(client):
    assert "Edited and anonymous." in post(client, consent=None).words


def test_the_error_is_tied_to_its_field(client):
    page = post(client, story="Too short.")
    (area,) = page.all("textarea", name="story")
    assert area.get("aria-invalid") == "true"
    assert "story-error" in (area.get("aria-describedby") or "").split()
    assert page.all("a", href="#story")
    assert page.title.startswith("Please look again")


def test_a_name_is_asked_for_where_it_may_be_printed(client):
    assert "we need to know it" in post(client, consent="3").words
    assert "Leave an e-mail address" in post(client, consent="4", name="Rhona Vale").words
    assert post(client, consent="3", name="Rhona Vale").status == 200


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</textarea><script>alert(1)</script>",
        '" onmouseover="alert(1)',
        "{{ 7 * 7 }}{% raw %}",
        "[the clerk]: No. #59 1986. A great year.",
        "javascript:alert(1) [x](javascript:alert(1))",
        "'; DROP TABLE story; --",
        "\u202eflipped\u202c \u2066inside\u2069",
        "nul\x00 bell\x07 escape\x1b[31m",
        "zero\u200bwidth\u200djoiner\ufeff soft\u00adhyphen",
        "a" + "\u0301" * 1000,
        "👩‍👩‍👧‍👧 شكرا ありがとう",
        "line one\r\nline two\rline three",
        "\u2028\u2029\x85",
    ],
)
def test_what_is_stored_is_what_was_shown_and_confirmed(reader, hostile):
    typed = f"{STORY}\n\n{hostile}"
    reader.visit("/share")
    reader.submit("Check what", verdict="up", story=typed)
    shown = "".join("".join("".join(item.itertext()) for item in reader.page.all("blockquote")).split())
    confirmed = dict(reader.page.form().values)["story"]
    assert not [script for script in reader.page.all("script") if not script.get("src")]
    assert not any(name.startswith("on") for item in reader.page.tree.iter() for name in item.attrib)
    reader.submit("Send my story")
    (body,) = stories()
    assert body == confirmed == clean_text(typed)
    assert "".join(body.split()) == shown
    assert body == unicodedata.normalize("NFC", body)
    assert "\r" not in body


def test_what_was_taken_away_is_said_before_it_is_sent(reader):
    reader.visit("/share")
    reader.submit("Check what", verdict="up", story=f"{STORY} \u202eflipped")
    reader.sees("reverse the direction of writing")


def test_a_form_in_another_encoding_is_asked_for_again(client):
    typed = STORY.replace("lamp", "caf\u00e9").encode("cp1252")
    lines = [b"--x", b'Content-Disposition: form-data; name="story"', b"", typed, b"--x--", b""]
    answers = [
        client.post("/share", data=b"\r\n".join(lines), content_type="multipart/form-data; boundary=x"),
        client.post(
            "/share",
            data="verdict=up&confirm=yes&story=" + quote_plus(typed),
            content_type="application/x-www-form-urlencoded",
        ),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert "Some letters arrived broken" in answer.get_data(as_text=True)
    assert stories() == []


def test_bytes_that_are_no_text_at_all_are_answered(client):
    data = b"verdict=up&confirm=yes&story=" + STORY.encode("utf-16")
    answer = client.post("/share", data=data, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert stories() == []


def test_more_than_a_form_may_carry_is_answered(client):
    response = client.post("/share", data={**GOOD, "story": "x" * 3_000_000})
    assert response.status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_on_another_website_is_refused(client, headers):
    response = client.post("/share", data={**GOOD, "confirm": "yes"}, headers=headers)
    assert response.status_code == 403
    assert stories() == []


@pytest.mark.parametrize(
    "fields", [{}, {"confirm": "yes"}, {"edit": "yes"}, {"story": ""}, {"token": "x" * 5000}]
)
def test_a_form_without_its_fields_is_answered(client, fields):
    assert client.post("/share", data=fields).status_code in (200, 422)


def test_an_upload_in_place_of_words_is_answered(client):
    from io import BytesIO

    data = {**GOOD, "story": (BytesIO(b"\x00\xff"), "story.exe")}
    assert client.post("/share", data=data, content_type="multipart/form-data").status_code == 422


FIELDS = st.dictionaries(
    st.sampled_from(
        "verdict story company consent name email channel when outcome preview guard website edit".split()
    ),
    st.one_of(
        st.text(max_size=200), st.sampled_from(["up", "down", "0", "4", "yes", "no", STORY, "a@b.example"])
    ),
)


@settings(suppress_health_check=SHARED_FIXTURE, max_examples=examples(120, thorough=1000))
@given(fields=FIELDS, confirm=st.booleans())
def test_no_submission_breaks_anything(unlimited_client, fields, confirm):
    before = stories()
    response = unlimited_client.post("/share", data={**fields, **({"confirm": "yes"} if confirm else {})})
    assert response.status_code in (200, 303, 422)
    if response.status_code == 303 and len(stories()) > len(before):
        assert stories() == [*before, clean_text(fields["story"])]


@pytest.fixture
def unlimited_client(environment):
    from newsroom.factory import create_app
    from newsroom.platform.settings import load
    from tests.isolation import IsolatedClient

    app = create_app(load({**environment, "NEWSROOM_LIMITS": "false"}))
    app.test_client_class = IsolatedClient
    with app.app_context():
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


def test_a_flood_from_one_address_is_stopped_and_loses_nothing_that_was_told(client):
    answers = [
        client.post("/share", data={**GOOD, "story": f"{STORY} {number}", "confirm": "yes"}).status_code
        for number in range(62)
    ]
    assert answers[:60] == [303] * 60
    assert answers[60:] == [429] * 2
    db.session.rollback()
    assert db.session.query(Story).count() == 60
