"""An editor types in the composer, in a real browser: nothing is lost, and nobody else gets it."""

import re
from datetime import date
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from newsroom.accounts import service as accounts
from newsroom.accounts.queries import by_email
from newsroom.accounts.rules import Role
from newsroom.issues import service as issues
from newsroom.issues.document import Section
from newsroom.platform.db import unit_of_work
from tests.journeys.behind import behind
from tests.journeys.desk import sign_in
from tests.journeys.hands import go
from tests.site import LiveSite

pytestmark = pytest.mark.browser

OTHER, PASSWORD = "wilma@service-bell.example", "correct horse battery staple"
NUMBERS = count(951)

COPIED = (
    "<html><body><!--StartFragment--><h1>Opening hours</h1><p class=MsoNormal>We <b>ring</b> back.</p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>\u00b7</span>"
    "On time</p><img src='file:///x.png'><!--EndFragment--></body></html>"
)
PASTE = """([html, plain]) => {
    const data = new DataTransfer();
    if (html) data.setData("text/html", html);
    data.setData("text/plain", plain);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    return document.activeElement.dispatchEvent(event);
}"""


@pytest.fixture
def section(busy_sample: LiveSite, page: Any) -> str:
    """Before the composer, at a section of an issue of our own; gives its address."""
    number = next(NUMBERS)
    with behind(busy_sample), unit_of_work():
        row = issues.create_issue(number, date(2030, 1, 8), by_id=None)
        added = issues.add_section(row, Section("Message", "Hours", "Words as stored."), by_id=None)
        address = f"{busy_sample.address}/desk/issues/{number}?section={added.public_id}"
        if by_email(OTHER) is None:
            accounts.add(OTHER, "Wilma Orde", [Role.EDITOR], PASSWORD)
    sign_in(page, busy_sample)
    page.goto(address)
    return address


def test_what_is_typed_in_the_composer_survives_a_lost_session_and_goes_to_nobody_else(
    busy_sample: LiveSite, section: str, page: Any, context: Any
) -> None:
    text, kept = page.get_by_label("Text", exact=True), page.locator(".form__kept")
    text.press("Control+End")
    text.press_sequentially(" Typed and kept.")
    expect(kept).to_contain_text("Kept at")

    # The session ends; somebody else signs in in another tab, and the page gives them nothing.
    context.clear_cookies()
    text.press_sequentially(" After the end.")
    expect(kept).to_contain_text("sign in again in another tab")
    other = context.new_page()
    other.goto(f"{busy_sample.address}/sign-in")
    _sign_in_as(other, OTHER, PASSWORD)
    text.press_sequentially(" More.")
    expect(kept).to_contain_text("somebody else is signed in now")
    go(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_text("and Wilma Orde is signed in here now")).to_be_visible()
    expect(page.get_by_text("After the end.")).to_have_count(0)
    other.goto(f"{section}&draft=1")
    expect(other.get_by_label("Text", exact=True)).to_have_value("Words as stored.")

    # Who typed it finds all of it, in the form, and the preview shows it.
    context.clear_cookies()
    sign_in(page, busy_sample)
    page.goto(section)
    go(page, page.get_by_role("link", name="Take it up"))
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value("Words as stored. Typed and kept. After the end. More.")

    # Once more, and the same person signs in where the words wait.
    context.clear_cookies()
    text.press("Control+End")
    text.press_sequentially(" The end.")
    go(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("heading", name="Your session had expired")).to_be_visible()
    _sign_in_as(page, "ines@service-bell.example", "ring the bell twice")
    go(page, page.get_by_role("button", name="Send again"))
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("More\\. The end\\.$"))
    expect(page.get_by_text("You typed something here")).to_have_count(0)


def test_what_is_pasted_from_a_word_processor_is_tidied_where_the_caret_is(section: str, page: Any) -> None:
    text = page.get_by_label("Text", exact=True)
    text.fill("Before. After.")
    text.evaluate("field => { field.focus(); field.setSelectionRange(8, 8); }")
    assert page.evaluate(PASTE, [COPIED, "plain"]) is False
    tidied = "Before. \n\n## Opening hours\n\nWe **ring** back.\n\n- On time\n\nAfter."
    expect(text).to_have_value(tidied)
    expect(page.locator(".field__pasted")).to_contain_text("One picture was left out: upload it")
    page.keyboard.press("Control+z")
    expect(text).to_have_value("Before. After.")

    # Many lines at once are no typing; a button takes them out.
    page.evaluate(PASTE, ["<p>A line.</p>" * 300, "plain"])
    expect(text).to_have_value(re.compile("(A line\\.\n\n){299}A line\\."))
    page.get_by_role("button", name="Take out what was pasted").click()
    expect(text).to_have_value("Before. After.")

    # What has no mark-up is left to the browser; where the server is away, the plain text is there at once.
    assert page.evaluate(PASTE, ["", "plain"]) is True
    page.route("**/desk/paste", lambda route: route.abort())
    text.evaluate("field => field.setSelectionRange(0, 8)")
    page.evaluate(PASTE, [COPIED, "Opening hours. "])
    expect(text).to_have_value("Opening hours. After.")
    expect(page.locator(".field__pasted")).to_contain_text("the server could not be reached")


def _sign_in_as(page: Any, email: str, password: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    go(page, page.get_by_role("button", name="Sign in"))
