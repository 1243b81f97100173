"""The letter as a browser lays it out: no width overflows it, nobody is shut out by day or in the dark."""

from typing import Any

import pytest

from newsroom.issues import render
from tests.issues.documents import BASE_URL, specimen

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DOUBLE = """
const sizes = [...document.querySelectorAll('body *')].map(each => [each, getComputedStyle(each)])
  .map(([each, style]) => [each, parseFloat(style.fontSize), parseFloat(style.lineHeight)]);
for (const [each, size, line] of sizes) {
  each.style.setProperty('font-size', 2 * size + 'px', 'important');
  if (line) each.style.setProperty('line-height', 2 * line + 'px', 'important');
}
"""
BARE = "document.querySelectorAll('style').forEach(each => each.remove())"


@pytest.fixture(scope="module")
def html() -> str:
    return render.letter_html(specimen(), BASE_URL, render.SAMPLE_LINKS)


@pytest.mark.parametrize(
    "treatment", ["", BARE, DOUBLE, f"{BARE};{DOUBLE}"], ids=["as sent", "no sheet", "200 %", "both"]
)
def test_nothing_scrolls_sideways(page: Any, html: str, treatment: str) -> None:
    for width in (320, 375, 480, 481, 600, 700, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        page.set_content(html)
        page.evaluate(f"(() => {{ {treatment} }})()")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 700])
def test_axe_finds_nothing(page: Any, html: str, scheme: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(html)
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_the_dark_letter_is_dark_throughout(page: Any, html: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_content(html)
    grounds = page.evaluate(
        "[...document.querySelectorAll('*')].map(each => getComputedStyle(each).backgroundColor)"
    )
    light_grounds = {
        "rgb(255, 255, 255)",
        "rgb(244, 240, 232)",
        "rgb(28, 77, 143)",
        "rgb(154, 47, 23)",
        "rgb(11, 85, 99)",
    }
    assert not light_grounds & set(grounds)


def test_the_ways_out_are_large_enough_for_a_thumb(page: Any, html: str) -> None:
    page.set_viewport_size({"width": 375, "height": 900})
    page.set_content(html)
    for words in ("Unsubscribe", "Change what you get", "Read on the web"):
        assert page.get_by_role("link", name=words).bounding_box()["height"] >= 44


def test_the_masthead_is_the_largest_thing_and_nothing_is_below_14_px(page: Any, html: str) -> None:
    for width in (375, 700):
        page.set_viewport_size({"width": width, "height": 900})
        page.set_content(html)
        sizes = page.evaluate(
            "[...document.querySelectorAll('body *')].filter(each => [...each.childNodes].some("
            "node => node.nodeType === 3 && node.data.replace(/\\u00a0/g, '').trim()))"
            ".map(each => [parseFloat(getComputedStyle(each).fontSize), each.tagName])"
        )
        assert min(sizes)[0] >= 14
        assert [tag for size, tag in sizes if size == max(sizes)[0]] == ["H1"]
