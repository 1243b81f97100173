"""Moving through a page as somebody does who has no mouse, and seeing all the time where one is."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

MOST_STOPS = 200
# What has the focus now: its words or label as they are read aloud, and whether a person can see it has it.
FOCUS = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const read = (element) => {
    const copy = element.cloneNode(true);
    for (const silent of copy.querySelectorAll('[aria-hidden=true], textarea, select')) silent.remove();
    return copy.textContent;
  };
  const label = here.labels?.length ? read(here.labels[0]) : here.getAttribute('aria-label');
  const name = label || read(here);
  const ring = (element) => {
    const style = getComputedStyle(element);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return outlined || style.boxShadow !== 'none';
  };
  const box = here.getBoundingClientRect();
  const hidden = box.width < 2 || box.height < 2 || box.bottom < 0 || box.top > innerHeight;
  // A choice or a row may show the ring around the whole of itself.
  const around = [here, here.closest('label'), here.closest('.queue > li')].filter(Boolean);
  const tidy = (words) => words.replace(/\\s+/g, ' ').trim();
  const group = here.type === 'radio' ? [...document.querySelectorAll('[type=radio]')] : [];
  const choices = group.filter((one) => one.name === here.name && one.form === here.form);
  return { name: tidy(name), choices: choices.map((one) => tidy(read(one.labels[0]))), id: here.id,
           seen: !hidden && around.some(ring) };
}"""


def tab_to(page: Any, wanted: str | Callable[[str], bool], *, backwards: bool = False) -> int:
    """Go to what has that name; gives how many keys that took."""

    def is_it(stop: dict[str, Any]) -> bool:
        return wanted(stop["name"]) if callable(wanted) else stop["name"] == wanted

    return tab_until(page, is_it, str(wanted), backwards=backwards)


def tab_until(
    page: Any, is_it: Callable[[dict[str, Any]], bool], wanted: str, *, backwards: bool = False
) -> int:
    """Press Tab, or Shift and Tab, until that is reached; each stop on the way has to be visible.

    Gives how often it was pressed.
    """
    here = page.evaluate(FOCUS)
    stops: list[str] = [here["name"]] if here else []
    for count in range(1, MOST_STOPS + 1):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            continue
        # A date is one field with a stop for each of its parts, which show the focus themselves.
        is_new = stop["name"] not in stops[-1:]
        stops.append(stop["name"])
        assert stop["seen"] or not is_new, f"nobody sees that {stop} has the focus on {page.url}"
        if is_it(stop):
            return count
    raise AssertionError(f"Tab does not lead to “{wanted}” on {page.url}; it leads to {stops}")


def use_the_skip_link(page: Any) -> None:
    """It is the first stop, it shows itself, and it leads past everything that stands on each page."""
    page.keyboard.press("Tab")
    stop = page.evaluate(FOCUS)
    assert stop["name"].startswith("Skip to the"), stop
    assert stop["seen"]
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
