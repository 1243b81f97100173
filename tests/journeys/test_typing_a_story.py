"""An editor types on a story's page, in a real browser: nothing that is typed is lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import sign_in
from tests.journeys.hands import go, go_by_key
from tests.site import LiveSite

pytestmark = pytest.mark.browser

ALL_OF_IT = re.compile("Typed and not saved\\. And more\\.")


def test_what_is_typed_survives_a_lost_session_and_a_closed_page_and_is_saved_by_a_key(
    busy_sample: LiveSite, page: Any, context: Any
) -> None:
    sign_in(page, busy_sample)
    page.goto(f"{busy_sample.address}/desk/stories/{_in_editing(busy_sample, page)}?view=write")
    address, kept = page.url, page.locator("#kept")
    text = page.get_by_label("Printable text")
    text.press("End")
    text.press_sequentially(" Typed and not saved.")
    expect(kept).to_contain_text("Kept at")

    context.clear_cookies()
    text.press_sequentially(" And more.")
    expect(kept).to_contain_text("sign in again in another tab")
    expect(text).to_have_value(re.compile("And more\\."))
    sign_in(context.new_page(), busy_sample)
    expect(kept).to_contain_text("Kept at")

    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(address)
    # What is kept needs no alarm.
    assert asked == []
    go(page, page.get_by_role("link", name="Take it up"))
    text = page.get_by_label("Printable text")
    expect(text).to_have_value(ALL_OF_IT)
    text.focus()
    go_by_key(page, "Control+s")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_text("that was not saved")).to_have_count(0)
    expect(page.get_by_label("Printable text")).to_have_value(ALL_OF_IT)


def _in_editing(site: LiveSite, page: Any) -> str:
    """The public id of a story that may be edited; one is taken into editing where none is."""
    page.goto(f"{site.address}/desk/stories")
    links = page.locator("a[href*='story=']")
    found = links.evaluate_all("all => all.map(one => new URL(one.href).searchParams.get('story'))")
    for public_id in dict.fromkeys(found):
        page.goto(f"{site.address}/desk/stories/{public_id}")
        if page.get_by_role("button", name="Start editing").count():
            go(page, page.get_by_role("button", name="Start editing"))
        if page.locator("#revision").count():
            return str(page.url.rpartition("/")[2])
    raise AssertionError("the sample has no story that may be edited")
