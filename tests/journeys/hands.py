"""Two ways to use a page, with the same words: what a person does with a mouse, and what with keys alone.

A journey is told once and made by both. Each thing is named as a person reads it, or has it read aloud; a
name may stop early with “…”.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Protocol

from tests.journeys import accessible
from tests.journeys.keyboard import FOCUS, tab_to, tab_until


def go(page: Any, element: Any) -> None:
    """Click what leads to another page, or to this one anew, and wait until that page is whole.

    Many pages look like the one before.  Whoever reads at once reads what is about to go.
    """
    with page.expect_navigation():
        element.click()


def go_by_key(page: Any, key: str) -> None:
    """The same by a key."""
    with page.expect_navigation():
        page.keyboard.press(key)


TYPED_BY_KEY = 30


@dataclass
class Effort:
    """What a page asks of somebody, as the keystroke-level model counts it.

    Card, Moran and Newell, The Psychology of Human-Computer Interaction (1983), chapter 8: a key of an
    average typist 0.2 s, pointing 1.1 s, a click 0.2 s, a hand that changes to the other device 0.4 s, and
    1.35 s to think before each act.
    """

    acts: int = 0
    strokes: int = 0
    clicks: int = 0
    changes: int = 0

    @property
    def seconds(self) -> float:
        """How long it takes somebody who knows the page and what they want to write."""
        return 1.35 * self.acts + 0.2 * self.strokes + 1.3 * self.clicks + 0.4 * self.changes


class Hands(Protocol):
    """What can be done on a page."""

    page: Any
    effort: Effort

    def follow(self, link: str) -> None:
        """Go where a link leads; ends when the page there is whole."""

    def press(self, button: str) -> None:
        """Press a button that sends a form; ends when the page that answers is whole."""

    def unfold(self, summary: str) -> None:
        """Open what is tucked away."""

    def write(self, label: str, text: str) -> None:
        """Put this into a field, in place of what stands there."""

    def write_above(self, label: str, text: str) -> None:
        """Go back to a field that stands before the one just written."""

    def choose(self, label: str) -> None:
        """Take one of several choices, by the beginning of its words."""

    def pick(self, label: str, option: str) -> None:
        """Take a line of a list that opens."""

    def set_time(self, label: str, moment: date | time) -> None:
        """Choose a day or an hour in the browser's own field for it."""

    def look(self) -> None:
        """Fail if the page shuts somebody out as it stands. A page of the same outline is looked at once."""


class Mouse:
    """Clicks, and types where it has clicked."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.effort = Effort()
        self._outlines: set[str] = set()

    def follow(self, link: str) -> None:
        self._point()
        go(self.page, self.page.get_by_role("link", name=_named(link)).first)

    def press(self, button: str) -> None:
        self._point()
        go(self.page, self.page.get_by_role("button", name=_named(button)).first)

    def unfold(self, summary: str) -> None:
        self._point()
        self.page.locator("summary").filter(has_text=_named(summary)).first.click()

    def write(self, label: str, text: str) -> None:
        self._point()
        self.effort.changes += 2
        self.effort.strokes += len(text)
        # What is tucked away may have a field of the same name.
        self.page.get_by_label(_named(label)).filter(visible=True).first.fill(text)

    def write_above(self, label: str, text: str) -> None:
        self.write(label, text)

    def choose(self, label: str) -> None:
        self._point()
        self.page.get_by_role("radio", name=_named(f"{label}…")).check()

    def pick(self, label: str, option: str) -> None:
        self._point()
        self._point()
        self.page.get_by_label(_named(label)).filter(visible=True).first.select_option(label=option)

    def set_time(self, label: str, moment: date | time) -> None:
        self.write(label, f"{moment:%H:%M}" if isinstance(moment, time) else moment.isoformat())

    def _point(self) -> None:
        self.effort.acts += 1
        self.effort.clicks += 1

    def look(self) -> None:
        if not _is_new(self._outlines, self.page):
            return
        accessible.check(self.page)
        usual = self.page.viewport_size
        assert accessible.sideways(self.page) <= 0, f"{self.page.url} scrolls sideways"
        self.page.set_viewport_size(usual)


class Keys:
    """Tab, Shift and Tab, Enter, Space, arrows and letters; wherever it stops, that has to be visible.

    Where no script runs on the page, none can look at it either: what it shows is looked at as a `copy`. With
    scripts the same pages are looked at by a mouse, so it is done here only where a page says something else.
    """

    def __init__(self, page: Any, copy: Any) -> None:
        # A page that glides to the next field is not there yet when it is looked at.
        page.emulate_media(reduced_motion="reduce")
        self.page = page
        self.effort = Effort()
        self._copy = copy
        self._outlines: set[str] = set()

    def follow(self, link: str) -> None:
        self._to(link)
        go_by_key(self.page, "Enter")

    def press(self, button: str) -> None:
        self._to(button)
        go_by_key(self.page, "Space")

    def unfold(self, summary: str) -> None:
        self._to(summary)
        self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        self._to(label)
        self._type(text)

    def write_above(self, label: str, text: str) -> None:
        self._to(label, backwards=True)
        self._type(text)

    def choose(self, label: str) -> None:
        """The keyboard stops at one choice of a set, and arrows lead on from there."""
        self.effort.acts += 1
        self.effort.strokes += tab_until(
            self.page, lambda stop: any(choice.startswith(label) for choice in stop["choices"]), label
        )
        while not (here := self.page.evaluate(FOCUS))["name"].startswith(label):
            assert here["seen"], f"nobody sees that {here} has the focus on {self.page.url}"
            self.page.keyboard.press("ArrowDown")
            self.effort.strokes += 1
        self.page.keyboard.press("Space")

    def pick(self, label: str, option: str) -> None:
        """A list takes what is typed as the beginning of a line."""
        self._to(label)
        self.page.keyboard.type(option)
        self.effort.strokes += len(option)
        chosen = self.page.evaluate("() => document.activeElement.selectedOptions[0].textContent.trim()")
        assert chosen == option, f"typing “{option}” chose “{chosen}”"

    def set_time(self, label: str, moment: date | time) -> None:
        """Such a field takes figures, part by part, in the order of the browser's language: American here."""
        self._to(label)
        figures = f"{moment:%I%M%p}" if isinstance(moment, time) else f"{moment:%m%d%Y}"
        self.effort.strokes += len(figures)
        self.page.keyboard.type(figures)

    def look(self) -> None:
        if self.page.locator("noscript").count() == 0 or not _is_new(self._outlines, self.page):
            return
        address, shown = self.page.url.split("#")[0], self.page.content()
        self._copy.unroute_all()
        self._copy.route("**/*.js", lambda route: route.abort())
        self._copy.route(address, lambda route: route.fulfill(body=shown, content_type="text/html"))
        self._copy.set_viewport_size(self.page.viewport_size)
        self._copy.goto(address)
        accessible.check(self._copy)
        assert accessible.sideways(self._copy) <= 0, f"{address} scrolls sideways"

    def _to(self, wanted: str, *, backwards: bool = False) -> None:
        self.effort.acts += 1
        # One key more does what it leads to.
        self.effort.strokes += 1 + tab_to(
            self.page, lambda name: _named(wanted).search(name) is not None, backwards=backwards
        )

    def _type(self, text: str) -> None:
        self.effort.strokes += len(text)
        self.page.keyboard.press("ControlOrMeta+A")
        # Each key has the page drawn anew: after the first words it is known that they arrive.
        self.page.keyboard.type(text[:TYPED_BY_KEY])
        if text[TYPED_BY_KEY:]:
            self.page.keyboard.insert_text(text[TYPED_BY_KEY:])


def _is_new(outlines: set[str], page: Any) -> bool:
    """Whether no page has been seen that has the same headings, fields and things to press."""
    outline = page.evaluate(
        "() => [...document.querySelectorAll('h1, h2, h3, label, legend, summary, button')]"
        ".map(element => element.textContent.trim()).join('|')"
    )
    known = outline in outlines
    outlines.add(outline)
    return not known


def _named(words: str) -> re.Pattern[str]:
    """What is called exactly so; “So it begins…” is called something that begins so."""
    beginning = words.rstrip("… ")
    end = "" if words.endswith("…") else r"( \(optional\))?\s*$"
    return re.compile(rf"^\s*{re.escape(beginning)}{end}")
