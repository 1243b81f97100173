"""An editor types and sees the letter follow, in a real browser: in two modes, and signed out meanwhile."""

import re
from datetime import date
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from newsroom.issues import service as issues
from newsroom.issues.document import Section
from newsroom.platform.db import unit_of_work
from tests.journeys.behind import behind
from tests.journeys.desk import sign_in
from tests.site import LiveSite

pytestmark = pytest.mark.browser
NUMBERS = count(961)
WORDS = "Nobody came to the counter for a while. " * 12


@pytest.fixture
def composer(busy_sample: LiveSite, page: Any) -> str:
    """Before the composer, at the second section of an issue of our own; gives its address."""
    number = next(NUMBERS)
    with behind(busy_sample), unit_of_work():
        row = issues.create_issue(number, date(2030, 1, 15), subject="A long wait", by_id=None)
        for title in ("First", "Second", "Third"):
            added = issues.add_section(row, Section("Note", title, WORDS), by_id=None)
        second = row.sections[1].public_id
        assert added.public_id != second
    sign_in(page, busy_sample)
    page.goto(f"{busy_sample.address}/desk/issues/{number}?section={second}")
    return str(page.url)


def test_the_letter_follows_what_is_typed(
    busy_sample: LiveSite, composer: str, page: Any, context: Any
) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    letter = page.frame_locator("#letter")
    title = letter.get_by_role("heading", name="Second")
    # The section in hand is before one's eyes, and the page around the frame has not moved.
    expect(title).to_be_in_viewport()
    expect(letter.get_by_role("heading", name="A long wait")).not_to_be_in_viewport()
    assert page.evaluate("scrollY") == 0

    text = page.get_by_label("Text", exact=True)
    words = page.locator("[data-meter=words]")
    before = words.inner_text()
    place = page.evaluate("document.getElementById('letter').contentWindow.scrollY")
    text.press("End")
    with page.expect_response(re.compile("/preview")) as answered:
        text.press_sequentially(" A zebra stood there.")
    assert answered.value.request.method == "POST"
    expect(letter.get_by_text("A zebra stood there.")).to_be_visible()
    expect(words).not_to_have_text(before)
    assert page.evaluate("document.getElementById('letter').contentWindow.scrollY") == place
    expect(page.get_by_role("button", name="Preview", exact=True)).to_have_count(0)

    # Another mode shows what is typed as well, and nothing typed is lost on the way.
    page.get_by_role("button", name="Plain text").click()
    expect(letter.locator("pre")).to_contain_text("A zebra stood there.")
    dark = page.get_by_role("button", name="Dark")
    dark.focus()
    page.keyboard.press("Enter")
    expect(dark).to_have_attribute("aria-current", "true")
    expect(letter.get_by_text("A zebra stood there.")).to_be_visible()
    ground = letter.locator("table.ground")
    expect(ground).to_have_css("background-color", "rgb(23, 22, 20)")
    text.press_sequentially(" It waited.")
    expect(letter.get_by_text("It waited.")).to_be_visible()
    assert "preview=dark" in page.url

    # The session ends: the last preview stays, and so do the words.
    context.clear_cookies()
    text.press_sequentially(" Nobody saw it.")
    expect(page.locator("#preview-says")).to_contain_text("You are signed out: your words are still here")
    expect(letter.get_by_text("It waited.")).to_be_visible()
    expect(letter.get_by_text("Nobody saw it.")).to_have_count(0)
    expect(text).to_have_value(re.compile("Nobody saw it"))

    # Who signs in again in another tab and comes back sees it go on.
    other = context.new_page()
    sign_in(other, busy_sample)
    other.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(letter.get_by_text("Nobody saw it.")).to_be_visible()
    expect(page.locator("#preview-says")).to_have_text("")
    assert not complaints
