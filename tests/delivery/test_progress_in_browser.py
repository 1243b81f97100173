"""The page of a dispatch while letters go out, as somebody at the desk sees it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.cast import PASSWORD
from tests.delivery import stage
from tests.journeys.hands import go
from tests.mailserver import MailServer
from tests.site import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.smtp]
COUNT = 24


@dataclass
class Gate:
    """How many letters are accepted in all; the next one waits for its answer, and all others behind it."""

    open_for: int = 2


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def under_way(
    house: Flask, publisher: Any, live_site: LiveSite, smtp: MailServer, gate: Gate
) -> Iterator[str]:
    """The address of the page of a dispatch on which a worker is at work, with two letters gone."""
    smtp.answer("DATA", None, when=lambda: len(smtp.accepted) < gate.open_for)
    stage.dispatched(COUNT)
    smtp.wait_for(2)
    yield f"{live_site.address}/desk/deliveries/{stage.NUMBER}"
    # A worker that is stopped waits half a minute for an answer.
    smtp.behave()


def come_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("E-mail address").fill("piet@service-bell.example")
    page.get_by_label("Password").fill(PASSWORD)
    go(page, page.get_by_role("button", name="Sign in"))
    page.wait_for_url(address)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText || document.activeElement.localName"))


def handed_over(page: Page) -> Locator:
    """What says so of a letter in the list."""
    return page.locator("#letters tbody .chip", has_text=re.compile(r"^\s*Handed over"))


def test_everything_on_the_page_follows_until_the_end_and_the_keyboard_stays(
    page: Page, under_way: str, smtp: MailServer, gate: Gate
) -> None:
    come_in(page, under_way)
    cancel = page.get_by_role("link", name="Cancel what is left…")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(cancel).to_be_visible()
    page.evaluate("window.isTheSamePage = true")
    tab = page.get_by_role("link", name="All", exact=False).filter(has_text=str(COUNT))
    tab.focus()
    news = page.locator("#dispatch-news")
    first = news.element_handle()
    gate.open_for = 5
    expect(handed_over(page)).to_have_count(5)
    assert focused(page).startswith("All")
    cancel.focus()
    gate.open_for = 8
    expect(handed_over(page)).to_have_count(8)
    assert focused(page) == "Cancel what is left…"

    smtp.behave()
    expect(page.locator("#dispatch .chip")).to_have_text("Finished")
    expect(cancel).to_have_count(0)
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    expect(page.locator("#letters .tabs")).to_have_text(f"All {COUNT} Handed over {COUNT}")
    expect(handed_over(page)).to_have_count(COUNT)
    # The button under the keyboard is gone; the keyboard is at the beginning of the work.
    expect(page.locator("#main")).to_be_focused()
    # What is read aloud is one short element that was there all the time.
    expect(news).to_have_text(f"Finished. {COUNT} of {COUNT} handed over.")
    assert page.evaluate("first => document.getElementById('dispatch-news') === first", first)
    expect(page.locator("[aria-live]")).to_have_count(0)
    assert page.evaluate("window.isTheSamePage")
    # And it is no wider than a telephone.
    page.set_viewport_size({"width": 375, "height": 720})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_double_click_is_one_click(page: Page, under_way: str) -> None:
    come_in(page, under_way)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Pause").dblclick()
    expect(page.locator("#dispatch .chip")).to_have_text("Paused")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert asked == [f"{under_way}/pause"]


def test_without_scripts_the_page_says_how_to_look_again(
    browser: Any, under_way: str, smtp: MailServer
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    come_in(page, under_way)
    go(page, page.get_by_role("link", name="Look again"))
    go(page, page.get_by_role("link", name="Cancel what is left…"))
    go(page, page.get_by_role("button", name="Cancel what is left"))
    expect(page.locator("#dispatch .chip")).to_have_text("Cancelled")
    expect(page.get_by_role("link", name="Look again")).to_have_count(0)
    context.close()
