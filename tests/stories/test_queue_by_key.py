"""The queue in a real browser: read with axe, and worked through with single keys that can be turned off.

The tests only look, or take back what they did.
"""

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessible import violations
from tests.journeys.desk import EDITOR, PASSWORD
from tests.journeys.hands import go, go_by_key
from tests.site import LiveSite

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(busy_sample: LiveSite) -> LiveSite:
    return busy_sample


@pytest.fixture(scope="module")
def signed_in(site: LiveSite, browser: Any) -> Any:
    """What a browser keeps of somebody who has signed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.address}/sign-in")
    page.fill("[name=email]", EDITOR)
    page.fill("[name=password]", PASSWORD)
    go(page, page.locator("main button[type=submit]"))
    page.wait_for_url("**/desk")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def queue(site: LiveSite, browser: Any, signed_in: Any) -> Iterator[Page]:
    context = browser.new_context(storage_state=signed_in)
    page = cast("Page", context.new_page())
    page.goto(f"{site.address}/desk/stories")
    yield page
    context.close()


def chosen(page: Page) -> Any:
    return page.locator(".queue a[aria-current=true]")


def test_j_k_c_and_u_read_claim_and_undo_without_a_mouse(queue: Page, site: LiveSite) -> None:
    first = chosen(queue).inner_text()
    go_by_key(queue, "j")
    expect(chosen(queue)).to_be_focused()
    expect(chosen(queue)).not_to_have_text(first)
    go_by_key(queue, "k")
    expect(chosen(queue)).to_have_text(first)
    queue.goto(f"{site.address}/desk/stories?claimed=nobody&state=received")
    mine = chosen(queue).inner_text()
    go_by_key(queue, "c")
    expect(queue.get_by_role("status")).to_contain_text("It is yours")
    # What is claimed does not answer to this filter any more, so the next one is open.
    expect(queue.locator(".queue__title a", has_text=mine)).to_have_count(0)
    go_by_key(queue, "u")
    expect(queue.get_by_role("status")).to_contain_text("as it was before")
    expect(chosen(queue)).to_have_text(mine)


def test_a_key_writes_a_letter_where_somebody_types(queue: Page) -> None:
    address = queue.url
    queue.keyboard.press("/")
    expect(queue.get_by_label("Search")).to_be_focused()
    queue.keyboard.type("jukes?")
    expect(queue.get_by_label("Search")).to_have_value("jukes?")
    assert queue.url == address


def test_declining_by_key_opens_the_form_and_a_preset_can_be_reworded(queue: Page) -> None:
    queue.keyboard.press("d")
    preset = queue.locator(".inbox__decline select")
    expect(preset).to_be_focused()
    preset.select_option("like")
    words = queue.locator(".inbox__decline textarea")
    expect(words).to_have_value(re.compile("^We have lately printed a story"))


def test_single_keys_can_be_turned_off_and_stay_off_on_a_storys_page_too(queue: Page, site: LiveSite) -> None:
    story = queue.locator(".inbox__story .facts dd").last.inner_text()
    queue.keyboard.press("?")
    queue.get_by_role("button", name="Turn single keys off").click()
    asked: list[str] = []
    queue.on("request", lambda request: asked.append(request.url))
    for path in ("/desk/stories", f"/desk/stories/{story}"):
        queue.goto(f"{site.address}{path}")
        queue.locator(".keylist summary").click()
        expect(queue.get_by_role("button", name="Single keys are off")).to_be_visible()
        queue.locator("h1").click()
        asked.clear()
        for key in "jces":
            queue.keyboard.press(key)
        # A page that was on its way to another one would have asked for that one first.
        queue.evaluate("fetch('/healthz').then(() => null, () => null)")
        assert asked == [f"{site.address}/healthz"]
    queue.get_by_role("button", name="Single keys are off").click()
    expect(queue.get_by_role("button", name="Turn single keys off")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_axe_finds_nothing_in_the_queue_and_the_bank(
    queue: Page, site: LiveSite, width: int, scheme: Any
) -> None:
    queue.emulate_media(color_scheme=scheme)
    queue.set_viewport_size({"width": width, "height": 800})
    story = queue.locator(".queue__title a").nth(1).get_attribute("href")
    for path in (
        story,
        "/desk/stories/bank",
        "/desk/stories?state=spam",
        "/desk/stories?flag=private&words=the",
    ):
        queue.goto(f"{site.address}{path}")
        assert violations(queue) == [], queue.url
        assert queue.evaluate("document.documentElement.scrollWidth") <= width
