"""A story full of script is words on every page that ever shows it: nothing runs in a browser.

The site's Content-Security-Policy would stop a script that got through; here it is taken away, so that this
test rests on the pages alone.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from newsroom.issues import letter, queries, render, service
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries as stories_queries
from newsroom.stories import service as stories
from newsroom.stories.models import Story
from newsroom.stories.submission import Submission
from tests.archive import press
from tests.stories.conftest import STORY, sign_redaction
from tests.stories.hostile import SCRIPTS

pytestmark = pytest.mark.browser

# Pre-flight stops “{{” and a note that misquotes, so these two never get into print.
PRINTED = SCRIPTS[:-2]
SITE = "http://newsroom.example"
NOTE = (
    "They said it all. {script}\n\n- **Look {script} up.** It costs nothing {script}. [acknowledge presence]"
)
PER_ISSUE = 6
RUNS_SOMETHING = "[onerror], [onload], [onfocus], [onmouseover], [onclick], a[href^='javascript:' i]"


@pytest.fixture
def told(app: Flask, clock: Any, furnish: Callable[..., None]) -> list[str]:
    """A published story for each script, which stands in every field that holds free words."""
    furnish(app, _tell_and_print)
    ids = list(db.session.scalars(db.select(Story.public_id).order_by(Story.id)))
    assert len(ids) == len(PRINTED)
    return ids


def _tell_and_print() -> None:
    press.set_up()
    ids = [_edited(script) for script in PRINTED]
    for place in range(0, len(ids), PER_ISSUE):
        _printed(90 + place // PER_ISSUE, ids[place : place + PER_ISSUE])


def _edited(script: str) -> str:
    said = f"{script}\n\n{STORY}\n\n{script}"
    # Pre-flight stops an issue whose note links to a script, so it never gets this far.
    note = NOTE.format(script=script.replace("](javascript", "] (javascript"))
    title = f"Look {script}"[:200]
    with unit_of_work():
        public_id = stories.submit(
            Submission("up", said, 2, False, script, "phone", script, "stay")
        ).public_id
        stories.start_editing(public_id, actor_id=_editor())
        version = stories.save_revision(
            public_id,
            version=0,
            title=title,
            text=said,
            attribution="A reader",
            note=note,
            actor_id=_editor(),
        )
        typed = stories.Typed(version, title, said, "A reader", note)
        _wave_through(public_id, typed)
        sign_redaction(public_id)
        newest = stories_queries.story(public_id).version
        stories.mark_ready(public_id, version=newest, actor_id=_editor())
    return public_id


def _wave_through(public_id: str, typed: stories.Typed) -> None:
    """As a careless editor does it: whatever is found, such as the address of a script, is harmless."""
    found = [(one.start, one.end) for one in stories_queries.cast(stories_queries.story(public_id)).open]
    if found:
        stories.say_harmless(public_id, found, typed=typed, actor_id=_editor())


def _printed(number: int, ids: list[str]) -> None:
    press.draft(press.small_issue(number, date(2026, 12, 1)))
    with unit_of_work():
        row = queries.issue(number)
        assert row is not None
        for public_id in ids:
            service.place_story(row, public_id, by_id=_editor())
    with unit_of_work():
        row = queries.issue(number)
        assert row is not None
        service.approve(row, by_id=_editor(), by_label=press.PRINTER, four_eyes=False)
        service.freeze(row, letter.SLOT_LINKS)
        service.publish(row, recipient_count=1)


def _editor() -> int:
    return press._printer()


def test_no_script_of_a_reader_runs_on_any_page_that_shows_it(
    app: Flask, cast: Any, told: list[str], page: Any
) -> None:
    editor = cast.editor()
    given = {path: editor.client.get(path, base_url=SITE) for path in _pages(told)}
    assert {answer.status_code for answer in given.values()} == {200}
    _answer_from(page, given)
    seen = ""
    for path in given:
        page.goto(f"{SITE}{path}")
        assert page.evaluate("window.ran") is None, path
        for frame in page.frames:
            assert frame.evaluate("window.ran") is None, path
        expect(page.locator(RUNS_SOMETHING), path).to_have_count(0)
        seen += page.inner_text("body") if page.locator("body").count() else page.content()
    # Every script was shown, as the words that it is.
    for script in PRINTED:
        assert " ".join(script.split())[:25] in " ".join(seen.split()), script


def _pages(ids: list[str]) -> list[str]:
    db.session.rollback()
    titles = {row.public_id: row for row in db.session.scalars(db.select(Story))}
    assert set(ids) <= set(titles)
    published = [piece.path for piece in queries.published() if piece.piece_id in ids]
    assert len(published) == len(ids)
    desk = [f"/desk/stories/{public_id}" for public_id in ids]
    numbers = range(90, 90 + -(-len(ids) // PER_ISSUE))
    issues = [path for number in numbers for path in (f"/issues/{number}", f"/desk/issues/{number}")]
    lists = ["/", "/thumbs", "/lessons", "/desk", "/desk/stories?state=published"]
    return [*lists, *published, *desk, *issues]


def _answer_from(page: Any, given: dict[str, Any]) -> None:
    """Let the browser find these answers under their paths, without the policy, and nothing else at all."""

    def answer(route: Any) -> None:
        found = given.get(route.request.url.removeprefix(SITE))
        if found is None:
            route.fulfill(status=404, body="")
            return
        headers = {
            name: value for name, value in found.headers.items() if "security-policy" not in name.lower()
        }
        route.fulfill(status=found.status_code, headers=headers, body=found.get_data())

    page.on("dialog", lambda dialog: pytest.fail(f"a script spoke: {dialog.message}"))
    page.route("**/*", answer)


def test_the_letter_holds_the_words_and_no_script(app: Flask, told: list[str], page: Any) -> None:
    row = queries.issue(90)
    assert row is not None
    document = queries.document(row)
    page.on("dialog", lambda dialog: pytest.fail(f"a script spoke: {dialog.message}"))
    page.set_content(render.letter_html(document, SITE, letter.SLOT_LINKS))
    assert page.evaluate("window.ran") is None
    assert SCRIPTS[0] in page.inner_text("body")


def test_these_scripts_do_run_where_a_page_lets_them(page: Any) -> None:
    page.on("dialog", lambda dialog: dialog.dismiss())
    for script in SCRIPTS[:4]:
        page.goto("about:blank")
        assert page.evaluate("window.ran") is None
        page.set_content(f"<textarea></textarea><p>{script}</p>")
        page.wait_for_function("window.ran === 1")
