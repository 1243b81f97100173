"""What happens to people: a button pressed twice, going back, a quicker colleague, a session that ended.

Nobody's words are lost, and nothing happens twice.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from newsroom.accounts import queries as accounts
from newsroom.platform.db import unit_of_work
from newsroom.platform.settings import current
from newsroom.stories import receipts, service
from newsroom.stories.submission import Submission
from tests.journeys.behind import behind
from tests.journeys.desk import EDITOR, PASSWORD, sign_in
from tests.journeys.hands import Mouse, go, go_by_key
from tests.journeys.story import on, said_to, state_is
from tests.site import LiveSite

pytestmark = pytest.mark.browser

FIRST, LAST = "The chemist had closed the shutter to the knee.", "She would take nothing for the taxi."
WORDS = (
    f"{FIRST} I knocked all the same, because the prescription was for my father and the next day was a "
    "holiday. She bent down, asked his name through the gap, and came out with the box and her coat on. We "
    f"drove there together, since she wanted to see that he swallowed it. {LAST}"
)
TITLE = "A shutter to the knee"
NOTE = "She asked for the name first.\n\n- **Ask for the name.** It opens doors. [acknowledge presence]"
COLLEAGUE = "nuala@service-bell.example"


@pytest.fixture
def told(busy_sample: LiveSite) -> Callable[..., tuple[str, str]]:
    """Tell a story and lead it on to a state; gives its public id and its four words."""

    def tell(until: str = "", number: int = 0) -> tuple[str, str]:
        with behind(busy_sample), unit_of_work():
            submission = Submission(
                verdict="up", story=f"Errand {number}. {WORDS}", level=2, wants_preview=True
            )
            received = service.submit(submission)
            _lead_on(received.public_id, until, submission.story)
            return received.public_id, receipts.words(received.receipt_seed, current().secret_key)

    return tell


def _lead_on(public_id: str, until: str, words: str) -> None:
    editor = accounts.by_email(EDITOR)
    assert editor is not None
    if until == "needs_info":
        service.ask(public_id, "Was it raining?", actor_id=editor.id)
    if until in ("editing", "awaiting_approval"):
        service.start_editing(public_id, actor_id=editor.id)
        version = service.save_revision(
            public_id, version=0, title=TITLE, text=words, attribution="", note=NOTE, actor_id=editor.id
        )
        if until == "awaiting_approval":
            service.ask_approval(public_id, version=version, actor_id=editor.id)


def open_status(hands: Mouse, site: LiveSite, code: str, heading: str) -> None:
    hands.page.goto(f"{site.address}/status")
    hands.write("Your four words", code)
    hands.press("Show me")
    on(hands, heading)


def open_story(page: Any, site: LiveSite, public_id: str) -> Mouse:
    page.goto(f"{site.address}/desk/stories/{public_id}?view=write")
    return Mouse(page)


def test_yes_pressed_twice_agrees_once(
    busy_sample: LiveSite, told: Callable[..., tuple[str, str]], newcomer: Callable[..., Any]
) -> None:
    public_id, code = told("awaiting_approval", 1)
    author = Mouse(newcomer())
    open_status(author, busy_sample, code, "Your approval needed")
    author.page.get_by_role("button", name="Yes, print it like this").dblclick()
    on(author, "Waiting for an issue")
    said_to(author, "You agreed to exactly this version")

    desk = newcomer()
    sign_in(desk, busy_sample)
    editor = open_story(desk, busy_sample, public_id)
    state_is(editor, "Approved")
    editor.unfold("What was done")
    done = desk.get_by_role("listitem").filter(has_text=": approved")
    expect(done).to_have_count(1)


def test_an_answer_is_there_once_however_often_somebody_goes_back_and_sends_it(
    busy_sample: LiveSite, told: Callable[..., tuple[str, str]], newcomer: Callable[..., Any]
) -> None:
    _public_id, code = told("needs_info", 2)
    author = Mouse(newcomer())
    second = Mouse(author.page.context.new_page())
    for tab in (author, second):
        open_status(tab, busy_sample, code, "Question for you")
        tab.write("Your answer", f"It rained, and hard ({'first' if tab is author else 'second'} window).")
    author.press("Send my answer")
    on(author, "Reading")

    author.page.go_back()
    on(author, "Reading")
    thread = author.page.get_by_role("region", name="Between you and us")
    expect(thread.get_by_text("first window")).to_have_count(1)
    expect(author.page.get_by_label("Your answer")).to_have_count(0)

    # The page that was open in another window still has its form.
    second.press("Send my answer")
    on(second, "Reading")
    expect(second.page.get_by_role("alert")).to_contain_text("nothing was done")
    expect(second.page.get_by_role("region", name="What you had typed")).to_contain_text("second window")
    expect(second.page.get_by_role("region", name="Between you and us")).not_to_contain_text("second window")


def test_of_two_editors_who_save_at_once_neither_loses_a_word(
    busy_sample: LiveSite, told: Callable[..., tuple[str, str]], newcomer: Callable[..., Any]
) -> None:
    public_id, _code = told("editing", 3)
    pages = [newcomer(), newcomer()]
    sign_in(pages[0], busy_sample)
    _sign_in_as(COLLEAGUE, pages[1], busy_sample)
    quick, slow = (open_story(page, busy_sample, public_id) for page in pages)
    text = slow.page.get_by_label("Printable text").input_value()
    quick.write("Title", "The shutter and the box")
    quick.write("Printable text", text.replace(FIRST, "The shutter was down to the knee."))
    slow.write("Title", "The coat and the box")
    slow.write("Printable text", text.replace(LAST, "She took nothing for the taxi."))
    quick.press("Save")
    said_to(quick, "Saved.")

    slow.press("Save")
    on(slow, "Two versions of “The shutter and the box”")
    columns = slow.page.get_by_role("region", name="Title").locator(".compare .manuscript")
    assert [_without_deleted(column) for column in columns.all()] == [
        "The shutter and the box",
        "The coat and the box",
    ]
    put_together = slow.page.get_by_label("Printable text").input_value()
    assert "The shutter was down to the knee." in put_together
    assert "She took nothing for the taxi." in put_together
    # Both changed the title, so somebody has to decide.
    slow.page.get_by_role("group", name="The title").get_by_label("Mine").check()
    slow.press("Save it so")
    said_to(slow, "Saved.")
    expect(slow.page.get_by_label("Title")).to_have_value("The coat and the box")
    expect(slow.page.get_by_label("Printable text")).to_have_value(put_together)

    quick.page.goto(f"{busy_sample.address}/desk/stories/{public_id}?from=1&to=2")
    theirs = quick.page.get_by_role("region", name="What was changed").locator(".manuscript")
    assert _without_deleted(theirs.first) == "The shutter and the box"


def _without_deleted(column: Any) -> str:
    words = column.evaluate(
        "element => { const copy = element.cloneNode(true);"
        " for (const gone of copy.querySelectorAll('del')) gone.remove(); return copy.textContent; }"
    )
    return " ".join(words.split())


def _sign_in_as(email: str, page: Any, site: LiveSite) -> None:
    page.goto(f"{site.address}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    go(page, page.get_by_role("button", name="Sign in"))
    page.wait_for_url(f"{site.address}/desk")


@pytest.mark.parametrize("scripted", [True, False])
def test_what_was_typed_outlives_the_session(
    busy_sample: LiveSite, told: Callable[..., tuple[str, str]], newcomer: Callable[..., Any], scripted: bool
) -> None:
    public_id, _code = told("editing", 4 + scripted)
    page = newcomer(java_script_enabled=scripted)
    sign_in(page, busy_sample)
    editor = open_story(page, busy_sample, public_id)
    editor.write("Title", "Through the gap")
    page.context.clear_cookies()
    editor.press("Save")

    page.get_by_label("Password").wait_for()
    editor.write("E-mail address", EDITOR)
    editor.write("Password", PASSWORD)
    editor.press("Sign in")
    page.get_by_role("heading", name="You are signed in again: check and send").wait_for()
    expect(page.get_by_label("Title")).to_have_value("Through the gap")
    editor.press("Send again")
    said_to(editor, "Saved.")
    expect(page.get_by_label("Title")).to_have_value("Through the gap")
    expect(page.get_by_label("Printable text")).to_have_value(re.compile(re.escape(FIRST)))


def test_the_queue_is_worked_through_by_single_keys(
    busy_sample: LiveSite, told: Callable[..., tuple[str, str]], newcomer: Callable[..., Any]
) -> None:
    for number in (6, 7):
        told(number=number)
    page = newcomer()
    sign_in(page, busy_sample)
    page.goto(f"{busy_sample.address}/desk/stories?state=received")
    chosen = page.locator(".queue [aria-current=true]")
    first = chosen.inner_text()
    go_by_key(page, "j")
    expect(chosen).not_to_have_text(first)
    go_by_key(page, "k")
    expect(chosen).to_have_text(first)
    go_by_key(page, "c")
    expect(page.locator(".notice").first).to_contain_text("It is yours.")
    go_by_key(page, "u")
    expect(page.locator(".notice").first).to_contain_text("It is as it was before.")
    page.goto(f"{busy_sample.address}/desk/stories?state=received")
    expect(page.locator(".queue")).to_contain_text(first)
