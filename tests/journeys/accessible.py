"""What a page has to be for everybody, asked of a real browser."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another light can change.
COLOURS = ["color-contrast", "link-in-text-block"]
NARROWEST = 320
# A colour that is on its way from one to another is neither: what moves comes to rest first. What sticks to
# an edge of the window covers whatever happens to be below it, which is free again a moment later. Style
# sheets are not fetched a second time: none of these rules reads them (`css-orientation-lock`, which does, is
# an experiment that only its own name asks for).
FIND = """async (rules) => {
  await Promise.allSettled(document.getAnimations().map((each) => each.finished));
  const sticks = (each) => getComputedStyle(each).position === 'sticky';
  const stuck = [...document.querySelectorAll('body *')].filter(sticks);
  for (const each of stuck) each.style.position = 'static';
  const result = await axe.run(document, {
    runOnly: rules, iframes: false, resultTypes: ['violations'], preload: { assets: ['media'] },
  });
  for (const each of stuck) each.style.removeProperty('position');
  return result.violations.map((rule) => [rule.id, rule.nodes.map((node) => node.html)]);
}"""


def violations(page: Any, rules: list[str] = RULES) -> list[str]:
    """What axe-core finds on the page as it is shown now, each rule with the elements that break it.

    Frames are left out: they hold letters and pages that are looked at by themselves.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(FIND, rules)
    return [f"{rule}: {html}" for rule, nodes in found for html in nodes[:3]]


def sideways(page: Any) -> int:
    """By how many pixels the page is wider than the narrowest screen; it is left at that width."""
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    return int(page.evaluate("document.documentElement.scrollWidth")) - NARROWEST


def check(page: Any) -> None:
    """Fail the test if the page shuts somebody out as it stands."""
    assert violations(page) == [], page.url
