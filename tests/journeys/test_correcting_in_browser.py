"""A publisher corrects a sent issue in a real browser: what is typed is seen at once, then stands there."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import sign_in
from tests.journeys.hands import go
from tests.site import LiveSite

pytestmark = pytest.mark.browser


def test_a_correction_is_seen_while_it_is_typed_and_stands_on_the_web_once_it_is_saved(
    busy_sample: LiveSite, page: Any
) -> None:
    sign_in(page, busy_sample)
    page.goto(f"{busy_sample.address}/desk/issues/79")
    go(page, page.get_by_role("link", name="Correct it or take something back"))
    page.get_by_label("Where it was wrong").select_option(label="Announcement: A winter day at the Ropewalk")
    page.get_by_label("What was wrong, and what is right").press_sequentially("It is on the *27th*.")
    shown = page.locator("#correction-preview")
    expect(shown.locator("em")).to_have_text("27th")
    go(page, page.get_by_role("button", name="Put the correction on the web"))
    expect(page.get_by_text("The correction stands on the web")).to_be_visible()
    page.goto(f"{busy_sample.address}/issues/79")
    go(page, page.get_by_role("link", name="A winter day at the Ropewalk").first)
    expect(page.get_by_role("complementary", name="Correction")).to_contain_text("It is on the 27th.")
