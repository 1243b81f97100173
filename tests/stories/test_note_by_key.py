"""The Editor’s note in a real browser, by keyboard: a card moved, words quoted, a card put back."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys import accessible
from tests.journeys.desk import sign_in
from tests.journeys.hands import go, go_by_key
from tests.journeys.test_typing_a_story import _in_editing
from tests.site import LiveSite

pytestmark = pytest.mark.browser


def test_a_note_is_put_together_by_keyboard(busy_sample: LiveSite, page: Any) -> None:
    sign_in(page, busy_sample)
    page.goto(f"{busy_sample.address}/desk/stories/{_in_editing(busy_sample, page)}")
    page.on("dialog", lambda dialog: dialog.accept())
    first, second = (page.get_by_role("group", name=f"Takeaway {number}") for number in (1, 2))
    first.get_by_label("Behaviour").fill("Ask about the journey")
    second.get_by_label("Behaviour").fill("Call back")
    second.get_by_label("Behaviour").press("Alt+ArrowUp")
    expect(first.get_by_label("Behaviour")).to_have_value("Call back")
    expect(first.get_by_label("Behaviour")).to_be_focused()
    expect(second.get_by_label("Behaviour")).to_have_value("Ask about the journey")

    first.get_by_label("Why it works").focus()
    text = page.get_by_label("Printable text")
    text.press("Control+Home")
    for _word in range(4):
        text.press("Shift+Control+ArrowRight")
    quote = page.get_by_label("Quote these words")
    expect(quote).not_to_have_value("")
    words = quote.input_value().rstrip(" .,")
    text.press("Alt+q")
    into = page.get_by_label("Put them into")
    expect(into).to_be_focused()
    expect(into).to_have_value("takeaway-1")
    page.keyboard.press("Tab")
    go_by_key(page, "Enter")
    reason = page.get_by_role("group", name="Takeaway 1").get_by_label("Why it works")
    expect(reason).to_have_value(re.compile(f"^“{re.escape(words)}"))
    go(page, page.get_by_role("button", name="Take out takeaway 2"))
    go(page, page.get_by_role("button", name="Put it back"))
    expect(second.get_by_label("Behaviour")).to_have_value("Ask about the journey")
    accessible.check(page)
