"""The composer's list in a real browser: by its handle, by keys, by its buttons, without loading the page."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import sign_in
from tests.journeys.hands import go

pytestmark = pytest.mark.browser
NUMBER = 881


@pytest.fixture
def desk(page: Any, busy_sample: Any) -> Any:
    """A page of an editor at an issue of its own: topics, links and a message, carried over from issue 81."""
    sign_in(page, busy_sample)
    page.goto(f"{busy_sample.address}/desk/issues")
    page.get_by_label("Number", exact=True).fill(str(NUMBER))
    page.get_by_label("Carrying over from issue").check()
    for box in page.locator("[name=carried]").all():
        box.check()
    go(page, page.get_by_role("button", name="Open this issue"))
    expect(rows(page)).to_have_count(3)
    return page


def rows(page: Any) -> Any:
    return page.locator("#section-list li[data-section]")


def order_is(page: Any, *kinds: str) -> None:
    expect(rows(page).locator("small")).to_have_text(
        [f"{place} · {kind}" for place, kind in enumerate(kinds, start=1)]
    )


def test_sections_are_put_in_order_by_handle_by_keys_and_by_button(desk: Any) -> None:
    order_is(desk, "Topics", "Links", "Message")
    # What is being typed stays on the page, which is never loaded anew.
    desk.get_by_label("Subject").fill("Typed and not saved")
    said = desk.locator("#sections-said")

    handle = rows(desk).nth(0).locator(".sections__handle").bounding_box()
    below = rows(desk).nth(2).bounding_box()
    desk.mouse.move(handle["x"] + 8, handle["y"] + 12)
    desk.mouse.down()
    desk.mouse.move(handle["x"] + 8, handle["y"] + 60, steps=4)
    desk.mouse.move(handle["x"] + 8, below["y"] + below["height"] - 4, steps=8)
    desk.mouse.up()
    expect(said).to_have_text("Moved to place 3 of 3")
    order_is(desk, "Links", "Message", "Topics")

    row = rows(desk).nth(2).locator("a")
    row.focus()
    desk.keyboard.press("Alt+ArrowUp")
    desk.keyboard.press("Alt+ArrowUp")
    order_is(desk, "Topics", "Links", "Message")
    expect(said).to_have_text("Moved to place 1 of 3")
    expect(rows(desk).nth(0).locator("a")).to_be_focused()
    desk.keyboard.press("Alt+ArrowUp")
    expect(said).to_have_text("This is the first section.")

    down = rows(desk).nth(0).get_by_role("button", name="down")
    down.click()
    order_is(desk, "Links", "Topics", "Message")
    expect(rows(desk).nth(1).get_by_role("button", name="down")).to_be_focused()
    expect(desk.get_by_label("Subject")).to_have_value("Typed and not saved")

    handle = rows(desk).nth(0).locator(".sections__handle").bounding_box()
    desk.mouse.move(handle["x"] + 8, handle["y"] + 12)
    desk.mouse.down()
    desk.mouse.move(handle["x"] + 8, below["y"] + below["height"] - 4, steps=8)
    expect(rows(desk).nth(2)).to_contain_text("Links")
    desk.keyboard.press("Escape")
    desk.mouse.up()
    order_is(desk, "Links", "Topics", "Message")
