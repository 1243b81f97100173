"""The redaction desk's small comforts, in a real browser and on a page without a server."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.architecture.source import ROOT

pytestmark = pytest.mark.browser

DESK = "http://desk.example"
BODY = """
<form id="revision" method="post"></form>
<input id="picked"><input id="pick-at"><input id="pick-until"><input id="which" value="2">
<div id="marked"><p><span data-at="0">Oh 😀, the </span>
<del><span data-at="9">clerk</span></del><ins>[X]</ins>
<mark id="at-14"><a href="#s-14" data-at="14">Karen</a></mark></p>
<p><span data-at="21">left 123.</span></p></div>
<section id="suggestions"><div data-steps hidden>
<button type="button" data-key="j" data-step="1">Next</button>
<button type="button" data-key="k" data-step="-1">Previous</button></div>
<ol><li id="s-14" data-find="14" tabindex="-1">
<button name="act" form="revision" value="accept 14-19">Accept</button></li>
<li id="s-26" data-find="26" tabindex="-1">
<button name="act" form="revision" value="harmless 26-29">Harmless</button>
</li></ol></section><button data-keys-switch></button>
<script src="/desk.js"></script><script src="/redaction.js"></script>
"""


@pytest.fixture
def desk(page: Page) -> Page:
    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(DESK)
        if path.endswith(".js"):
            route.fulfill(path=ROOT / "static" / path.strip("/"), content_type="text/javascript")
        elif route.request.method == "POST":
            route.fulfill(body=f"<title>{route.request.post_data}</title>", content_type="text/html")
        else:
            route.fulfill(body=BODY, content_type="text/html; charset=utf-8")

    page.route("**/*", answer)
    page.goto(DESK + "/desk")
    return page


def test_selected_words_are_counted_as_people_count_characters(desk: Page) -> None:
    # From the smile in the first run to the second letter of the next paragraph, over what was put in.
    desk.evaluate(
        "() => { const run = at => document.querySelector(`[data-at='${at}']`).firstChild;"
        " const [from, to] = [run(0), run(21)];"
        " getSelection().setBaseAndExtent(from, 3, to, 2); }"
    )
    expect(desk.locator("#picked")).to_have_value("😀, the clerkKaren le")
    expect(desk.locator("#pick-at")).to_have_value("3")
    expect(desk.locator("#pick-until")).to_have_value("23")
    expect(desk.locator("#which")).to_have_value("")
    desk.locator("#picked").fill("Karen")
    expect(desk.locator("#pick-at")).to_have_value("")


def test_keys_move_from_suggestion_to_suggestion_and_press_its_buttons(desk: Page) -> None:
    first, second = desk.locator("#s-14"), desk.locator("#s-26")
    expect(first).to_have_class("is-current")
    desk.keyboard.press("j")
    expect(second).to_be_focused()
    expect(second).to_have_class("is-current")
    expect(first.locator("button")).not_to_have_attribute("data-key", "a")
    desk.keyboard.press("k")
    expect(desk.locator("#at-14")).to_have_class("is-current")
    # The switch of the desk turns these off as well.
    desk.locator("[data-keys-switch]").click()
    desk.keyboard.press("j")
    expect(first).to_have_class("is-current")
    desk.locator("[data-keys-switch]").click()
    with desk.expect_navigation():
        desk.keyboard.press("a")
    assert desk.title() == "act=accept+14-19"
