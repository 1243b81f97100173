"""Writing a piece ahead in a real browser: the preview follows the typing, and nothing typed is lost."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import sign_in
from tests.journeys.hands import go

pytestmark = pytest.mark.browser


def test_a_piece_is_written_before_its_preview_left_and_taken_up_again(page: Any, busy_sample: Any) -> None:
    sign_in(page, busy_sample)
    page.goto(f"{busy_sample.address}/desk/library")
    go(page, page.get_by_role("link", name="New article"))
    seen = page.frame_locator("#piece-seen")
    page.get_by_label("Title").fill("The tide table")
    page.get_by_label("Text").fill("It hangs *upside down*.")
    expect(seen.get_by_role("heading", name="The tide table")).to_be_visible()
    expect(seen.locator("em", has_text="upside down")).to_be_visible()
    page.get_by_role("button", name="In the letter").click()
    expect(seen.locator(".masthead, h1").first).to_be_visible()
    expect(seen.locator("em", has_text="upside down")).to_be_visible()

    expect(page.locator(".form__kept")).to_contain_text("Kept at")
    page.goto(f"{busy_sample.address}/desk/library/pieces/new/article")
    expect(page.get_by_text("You typed something here")).to_be_visible()
    go(page, page.get_by_role("link", name="Take it up"))
    expect(page.get_by_label("Text")).to_have_value("It hangs *upside down*.")
    expect(page.locator("#key_author-offers option").first).to_be_attached()
    page.get_by_label("Author").fill("Ines Carvell")
    go(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("heading", name="The tide table", exact=True).first).to_be_visible()
    expect(page.get_by_text("On the shelf: no issue has held it yet.")).to_be_visible()
