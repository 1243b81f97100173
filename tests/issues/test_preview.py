"""The doors of the preview: what is typed is shown in every mode, saved nowhere, and shown to nobody else."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from newsroom.delivery import service as deliveries
from newsroom.issues import kinds, letter, queries, rules, seen
from newsroom.issues.kinds import Kind
from newsroom.issues.models import FrozenIssue
from newsroom.issues.render import SAMPLE_LINKS
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from tests.cast import Editor
from tests.issues.acting import acting
from tests.issues.conftest import approve, the_issue
from tests.issues.test_composer import fields_of, section_id

COMPOSER = "/desk/issues/81"
PREVIEW = f"{COMPOSER}/preview"
LETTERS = (seen.DESKTOP, seen.PHONE, seen.DARK, seen.LIGHT, seen.NO_IMAGES)
BAD = '<script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover=alert(1) javascript:alert(1)'


@pytest.fixture
def desk(issue_81: int, editor: Editor) -> Editor:
    editor.visit(COMPOSER)
    return editor


def ask(person: Any, mode: str = seen.DESKTOP, *, about: str = "", expect: int = 200, **typed: str) -> Any:
    """Post a form as static/preview.js does; `about` is what is in hand, as the address says it."""
    page = person.visit(COMPOSER).source
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = person.client.post(
        f"{PREVIEW}?{about}",
        data={"csrf_token": token[1], "preview": mode, **typed},
        base_url=person.base_url,
        headers={"Origin": person.base_url, "Referer": f"{person.base_url}{COMPOSER}"},
    )
    assert answer.status_code == expect, answer.get_data(as_text=True)
    return answer


def ask_about(person: Any, kind: str, mode: str = seen.DESKTOP, **typed: str) -> Any:
    """The same for a section that stands in the issue, with the rest of its form as it is stored."""
    found = section_id(kind)
    person.visit(f"{COMPOSER}?section={found}")
    form = dict(person.page.form(f"/sections/{found}").values)
    answer = person.client.post(
        f"{PREVIEW}?section={found}",
        data={**form, "preview": mode, **typed},
        base_url=person.base_url,
        headers={"Origin": person.base_url, "Referer": f"{person.base_url}{COMPOSER}"},
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer


@contextmanager
def no_row_changes() -> Iterator[None]:
    statements: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert not statements


def test_words_are_shown_in_every_mode_and_saved_in_none(desk: Editor) -> None:
    desk.visit(f"{COMPOSER}?section={section_id('Announcement')}")
    with no_row_changes():
        for mode in (*LETTERS, seen.TEXT, seen.WEB):
            page = ask_about(desk, "Announcement", mode, body="A zebra in the doorway.").get_data(
                as_text=True
            )
            assert "A zebra in the doorway." in page, mode
            assert "We open the season in November." not in page, mode
    assert "zebra" not in desk.visit(f"{COMPOSER}/letter.html").source


@pytest.mark.parametrize("kind", kinds.by_name.values(), ids=kinds.names())
def test_a_section_that_is_not_added_yet_is_shown_last(desk: Editor, kind: Kind) -> None:
    desk.visit(f"{COMPOSER}?add={kind.slug}")
    form = dict(desk.page.form(f"/sections/new/{kind.slug}").values)
    typed = {
        **form,
        "title": "The newest part",
        "body": "Words of it.",
        **fields_of(kind),
        "preview": "desktop",
    }
    answer = desk.client.post(
        f"{PREVIEW}?add={kind.slug}", data=typed, base_url=desk.base_url, headers={"Origin": desk.base_url}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert page.index("Nobody looked up") < page.rindex("The newest part")
    db.session.rollback()
    assert len(the_issue().sections) == 3


def test_the_head_is_shown_as_typed_and_a_date_that_is_none_leaves_the_stored_one(desk: Editor) -> None:
    typed = {"subject": "Another subject", "preheader": "Another beginning", "issue_on": "2027-02-30"}
    page = ask(desk, **typed).get_data(as_text=True)
    assert "Another beginning" in page
    assert "<title>Another subject</title>" in page
    assert "1 December 2026" in page
    assert "2 March 2027" in ask(desk, **{**typed, "issue_on": "2027-03-02"}).get_data(as_text=True)
    rows = ask(desk, seen.INBOX, **typed).get_data(as_text=True)
    assert "Another subject" in rows
    assert "15 characters" in rows


def test_what_could_not_be_saved_is_shown_all_the_same(desk: Editor) -> None:
    page = ask(desk, about="add=speaking-engagement", title="", body="Come.", key_when="soon", key_link="x y")
    assert "Come." in page.get_data(as_text=True)
    assert "soon" in page.get_data(as_text=True)
    long = ask_about(desk, "Announcement", title="t" * 5_000, body="x" * 300_000)
    assert "tttt" in long.get_data(as_text=True)


def test_a_section_that_a_colleague_took_out_is_shown_as_a_new_one(desk: Editor) -> None:
    page = ask(desk, about="section=gone", of_kind="note", title="Still here", body="My words.")
    assert "My words." in page.get_data(as_text=True)
    assert (
        ask(desk, about="section=gone&add=nothing", of_kind="nothing", subject="A subject").status_code == 200
    )


def test_nothing_that_is_typed_acts_in_any_mode(desk: Editor) -> None:
    typed = {
        "title": BAD,
        "body": BAD,
        "key_button": BAD,
        "key_link": "javascript:alert(1)",
        "key_offer": BAD,
    }
    for mode in seen.MODES:
        html = ask_about(desk, "Announcement", mode, **typed).get_data(as_text=True)
        assert acting(html) == [], mode
        assert acting(ask(desk, mode, subject=BAD, preheader=BAD).get_data(as_text=True)) == [], mode


@pytest.mark.parametrize("mode", seen.MODES)
def test_the_frame_runs_no_script_and_belongs_to_the_desk(desk: Editor, mode: str) -> None:
    answer = desk.visit(f"{PREVIEW}?preview={mode}")
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["frame-ancestors"] == "'self'"
    assert policy["default-src"] == "'none'"
    assert "unsafe-inline" not in policy.get("script-src", "")
    if mode in LETTERS:
        assert "script-src" not in policy
        assert "allow-scripts" not in policy["sandbox"]
        assert "allow-same-origin" in policy["sandbox"]
    assert (policy["img-src"] == "'none'") == (mode == seen.NO_IMAGES)
    frame = re.search(r"<iframe [^>]*>", desk.visit(COMPOSER).source)
    assert frame is not None
    assert "allow-scripts" not in frame[0]
    assert "sandbox=" in frame[0]


def test_dark_and_light_are_the_very_letter_under_another_light(desk: Editor) -> None:
    letter_itself = desk.visit(f"{PREVIEW}?preview=desktop").source
    for mode in (seen.PHONE, seen.NO_IMAGES):
        assert desk.visit(f"{PREVIEW}?preview={mode}").source == letter_itself
    assert desk.visit(f"{PREVIEW}?preview=dark").source == seen.by_night(letter_itself)
    assert desk.visit(f"{PREVIEW}?preview=light").source == seen.by_day(letter_itself)


def test_the_meter_comes_with_the_preview(desk: Editor) -> None:
    before = json.loads(desk.visit(f"{PREVIEW}?preview=text").headers["Newsroom-Meter"])
    after = json.loads(
        ask_about(desk, "Announcement", body="One two three. " * 500).headers["Newsroom-Meter"]
    )
    assert int(after["words"].replace(",", "")) > int(before["words"].replace(",", "")) + 1_400
    assert after["thumbs"] == "0 / 1"
    large = ask_about(desk, "Announcement", body="One two three. " * 9_000)
    assert "too large" in json.loads(large.headers["Newsroom-Meter"])["warning"]
    for name in before:
        assert f'data-meter="{name}"' in desk.visit(COMPOSER).source, name


def test_the_mode_stays_from_section_to_section_and_after_saving(desk: Editor) -> None:
    def mode() -> str:
        found = re.search(r'data-mode="([^"]+)"', desk.page.source)
        assert found is not None
        return found[1]

    desk.visit(f"{COMPOSER}?preview=dark")
    assert mode() == "dark"
    desk.visit(f"{COMPOSER}?section={section_id('Announcement')}")
    assert mode() == "dark"
    desk.submit(f"/sections/{section_id('Announcement')}", body="Other words.")
    assert mode() == "dark"
    ask(desk, seen.PHONE, subject="A subject")
    desk.visit(COMPOSER)
    assert mode() == "phone"


def test_without_scripts_another_mode_keeps_all_that_was_typed(desk: Editor) -> None:
    found = section_id("Announcement")
    desk.visit(f"{COMPOSER}?section={found}")
    form = dict(desk.page.form(f"/sections/{found}").values)
    with no_row_changes():
        answer = desk.client.post(
            f"{PREVIEW}?section={found}&page=1",
            data={**form, "title": "", "body": "Typed and not saved.", "preview": "web"},
            base_url=desk.base_url,
            headers={"Origin": desk.base_url},
        )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Typed and not saved." in page
    assert 'data-mode="web"' in page
    gone = desk.client.post(
        f"{PREVIEW}?section=gone&page=1",
        data={**form, "body": "Typed and not saved.", "preview": "web"},
        base_url=desk.base_url,
        headers={"Origin": desk.base_url},
    ).get_data(as_text=True)
    assert "Typed and not saved." in gone
    assert "/sections/new/announcement" in gone


def test_without_scripts_the_preview_button_shows_the_form_in_the_frame(desk: Editor) -> None:
    (button,) = [one for one in desk.page.all("button") if "".join(one.itertext()).strip() == "Preview"]
    assert button.get("formtarget") == "letter"
    assert str(button.get("formaction")).startswith(PREVIEW)
    assert [frame.get("name") for frame in desk.page.all("iframe")] == ["letter"]


def test_who_may_not_compose_sees_nothing(issue_81: int, cast: Any, client: Any) -> None:
    admin = cast.admin()
    assert admin.client.get(PREVIEW, base_url=admin.base_url).status_code == 403
    assert client.get(PREVIEW).status_code == 303


def test_a_foreign_page_and_an_ended_session_get_no_preview(desk: Editor, app: Flask) -> None:
    wrong = desk.client.post(PREVIEW, data={"subject": "Forged"}, base_url=desk.base_url)
    assert wrong.status_code == 400
    assert "Newsroom-Meter" not in wrong.headers
    out = app.test_client().post(PREVIEW, data={"subject": "x"}, base_url=desk.base_url)
    assert out.status_code == 403
    # What static/preview.js knows a sign-in page by.
    assert 'action="/sign-in"' in out.get_data(as_text=True)


def test_a_body_beyond_any_form_is_refused_with_a_sentence(desk: Editor) -> None:
    answer = ask(desk, subject="A subject", preheader="x" * 4_200_000, expect=413)
    assert "Go back, shorten it" in answer.get_data(as_text=True)


@pytest.mark.parametrize("mode", ["", "hologram", "desktop\x00", "../../etc"])
def test_a_mode_that_is_none_is_the_first(desk: Editor, mode: str) -> None:
    assert ask(desk, mode, subject="A subject").status_code == 200


def _frozen(hired: Callable[..., int]) -> FrozenIssue:
    approve()
    with unit_of_work():
        deliveries.dispatch(81, actor_id=None)
    record = queries.frozen(81)
    assert record is not None
    return record


@pytest.mark.parametrize("state", [rules.GOING_OUT, rules.SENT])
def test_what_went_out_is_shown_as_it_was_frozen_byte_for_byte(
    desk: Editor, hired: Callable[..., int], state: str
) -> None:
    record = _frozen(hired)
    html, text, web = record.email_html, record.email_text, record.web_fragment
    with unit_of_work():
        the_issue().state, the_issue().sent_at = state, clock.now()
        # Whatever is rendered from now on says something else.
        db.session.execute(
            db.update(FrozenIssue).values(email_html=html.replace("Body, with", "Frozen, with"))
        )
    frozen = html.replace("Body, with", "Frozen, with")
    for name in ("unsubscribe", "preferences"):
        slot, link = getattr(letter.SLOT_LINKS, name), getattr(SAMPLE_LINKS, name)
        frozen, text = frozen.replace(slot, link), text.replace(slot, link)
    assert "Frozen, with" in frozen
    for path in ("preview?preview=desktop", "preview?preview=phone", "letter.html"):
        assert desk.visit(f"{COMPOSER}/{path}").source == frozen, path
    assert desk.visit(f"{COMPOSER}/letter.txt").source == text
    assert web in desk.visit(f"{COMPOSER}/web").source
    typed = ask(desk, about="add=note", title="Too late", body="Words.")
    assert typed.get_data(as_text=True) == frozen
