"""Every ordinary letter as a browser lays it out: on the narrowest phone, by day and in the dark."""

from collections.abc import Iterator
from typing import Any

import pytest

from judges.occasions import Words, Written, rehearse
from judges.workshop import workshop

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# One with a quotation and a remark, one with two ways on, one with words of the publication's own.
TELLING = ("story_declined", "subscriber_links_pending", "subscriber_welcome")
BARE = "document.querySelectorAll('style').forEach(each => each.remove())"
TARGETS = (
    "[...document.querySelectorAll('.button-link, .footer-link, .way-link')]"
    ".map(each => each.getBoundingClientRect().height)"
)


@pytest.fixture(scope="module")
def letters() -> Iterator[dict[str, Written]]:
    with workshop():
        long = rehearse(["story_question", "story_declined"], words=Words(name="Ψ" * 300, reason="W" * 1000))
        yield rehearse() | {f"{name}, with a long word": letter for name, letter in long.items()}


def test_no_letter_scrolls_sideways_on_the_narrowest_phone(page: Any, letters: dict[str, Written]) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    for name, letter in letters.items():
        page.set_content(letter.html)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        assert min(page.evaluate(TARGETS)) >= 44, name
        page.evaluate(BARE)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{name}, without its sheet"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Any, letters: dict[str, Written], scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 375, "height": 900})
    for name in TELLING:
        page.set_content(letters[name].html)
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == [], name
