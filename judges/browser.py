"""Chromium, driven by Playwright, with axe-core in it: lines 11, 12, 13 and 14.

A letter is opened as a page of an invented address; nothing reaches the network: pictures are answered with a
plain one or refused, everything else is refused and remembered. Its scripts would run, so that one that got
in would be noticed by what it fetches.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

from judges.contract import Judge, JudgeMissing, Verdict
from judges.letters import JudgedLetter

_ADDRESS = "https://letter-that-is-looked-at.example/"
_WIDTHS = (320, 360, 414, 480, 540, 600, 632, 640, 700, 800, 1000)
_HEIGHT = 800
_SHEET = 600
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
# One grey pixel; the letter's own attributes say how large it is shown.
_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763a8afaf07000304"
    "0181c8a5c5b00000000049454e44ae426082"
)
_WITHOUT_SHEET = "() => document.querySelectorAll('style').forEach((each) => each.remove())"
_TWICE = """() => {
  const sizes = [...document.body.querySelectorAll('*')].map((each) => {
    const now = getComputedStyle(each);
    return [each, parseFloat(now.fontSize), parseFloat(now.lineHeight)];
  });
  for (const [each, font, line] of sizes) {
    each.style.setProperty('font-size', `${2 * font}px`, 'important');
    if (line) each.style.setProperty('line-height', `${2 * line}px`, 'important');
  }
}"""
_OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_BREADTH = """() => {
  const range = document.createRange();
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let left = Infinity, right = -Infinity;
  while (words.nextNode()) {
    if (!words.currentNode.data.trim()) continue;
    range.selectNodeContents(words.currentNode);
    for (const box of range.getClientRects()) {
      left = Math.min(left, box.left);
      right = Math.max(right, box.right);
    }
  }
  return Math.round(right - left);
}"""
_WORDLESS = """() => [...document.querySelectorAll('a')].filter((each) => !each.innerText.trim()
  && ![...each.querySelectorAll('img')].some((img) => img.alt.trim())).map((each) => each.outerHTML)"""
_PAINTED = """() => [...document.querySelectorAll('*')].filter((each) =>
  getComputedStyle(each).backgroundImage.includes('url(')).map((each) => each.outerHTML.slice(0, 120))"""
_TINY = """() => [...document.images].filter((each) => each.width < 8 || each.height < 8
  || getComputedStyle(each).visibility === 'hidden').map((each) => each.src)"""
_AXE = """async (rules) => {
  const found = await axe.run(document, { runOnly: rules, iframes: false, resultTypes: ['violations'] });
  return found.violations.map((rule) => [rule.id, rule.help, rule.nodes.map((node) => node.html)]);
}"""


@dataclass
class _Seen:
    """What a page asked for."""

    pictures: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell"):
        path = shutil.which(name)
        if path:
            return path
    raise JudgeMissing("Chromium is not here: install it with scripts/install-test-servers.")


def _version() -> str:
    said = subprocess.run([_chromium(), "--version"], capture_output=True, text=True, check=True).stdout
    axe = re.search(r"axe v([\d.]+)", AXE_SCRIPT)
    return f"{' '.join(said.split()[:2])}, axe {axe[1] if axe else 'unknown'}"


def _judge_all(letters: Sequence[JudgedLetter]) -> Iterator[Verdict]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_ARGUMENTS)
        try:
            for letter in letters:
                yield from _judge(browser, letter)
        finally:
            browser.close()


def _judge(browser: Browser, letter: JudgedLetter) -> Iterator[Verdict]:
    with _opened(browser, letter) as (page, seen):
        shown = page.inner_text("body")
        lost = [*_wordless(page)]
        fetched = [*_fetched(page, seen)]
        barred = [*_accessible(page, "light")]
        page.emulate_media(color_scheme="dark")
        barred += _accessible(page, "dark")
        page.emulate_media(color_scheme="light")
        wide = [*_widths(page)]
        pictures = len(set(seen.pictures))
    with _opened(browser, letter, pictures=False) as (page, _):
        barred += _accessible(page, "pictures off")
        if shown.split() != page.inner_text("body").split():
            lost.append("Its words are others when pictures are blocked.")
        page.evaluate(_TWICE)
        wide += _sideways(page, "with its text at 200 %")
    yield Verdict(11, letter.name, tuple(wide))
    yield Verdict(12, letter.name, tuple(barred))
    yield Verdict(13, letter.name, tuple(lost))
    yield Verdict(14, letter.name, tuple(fetched), f"{pictures} pictures")


@contextmanager
def _opened(browser: Browser, letter: JudgedLetter, *, pictures: bool = True) -> Iterator[tuple[Page, _Seen]]:
    """The letter in a page of its own."""
    seen = _Seen()

    def answer(route: Route, request: Request) -> None:
        if request.url == _ADDRESS:
            route.fulfill(body=letter.html, content_type="text/html; charset=utf-8")
        elif request.resource_type == "image":
            seen.pictures.append(request.url)
            route.fulfill(body=_PICTURE, content_type="image/png") if pictures else route.abort()
        else:
            seen.others.append(f"{request.resource_type} {request.url}")
            route.abort()

    context = browser.new_context(viewport={"width": _WIDTHS[-1], "height": _HEIGHT}, color_scheme="light")
    try:
        context.route("**/*", answer)
        page = context.new_page()
        page.goto(_ADDRESS, wait_until="load")
        yield page, seen
    finally:
        context.close()


def _widths(page: Page) -> Iterator[str]:
    """Leaves the page without its head style."""
    yield from _sideways(page, "as it is")
    page.set_viewport_size({"width": _WIDTHS[-1], "height": _HEIGHT})
    breadth = page.evaluate(_BREADTH)
    if breadth > _SHEET:
        yield f"Its words are {breadth} pixels wide instead of {_SHEET} at most."
    page.evaluate(_WITHOUT_SHEET)
    yield from _sideways(page, "without its head style")


def _sideways(page: Page, how: str) -> Iterator[str]:
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        over = page.evaluate(_OVER)
        if over > 0:
            yield f"At {width} pixels, {how}, it is {over} pixels too wide."


def _accessible(page: Page, how: str) -> Iterator[str]:
    page.evaluate(AXE_SCRIPT)
    for rule, sentence, nodes in page.evaluate(_AXE, _RULES):
        more = f" and {len(nodes) - 1} more" if len(nodes) > 1 else ""
        yield f"{how}: {rule} ({sentence}): {nodes[0][:200]}{more}"


def _wordless(page: Page) -> Iterator[str]:
    """What pictures say and words do not."""
    for link in page.evaluate(_WORDLESS):
        yield f"A link has no words but a picture without a description: {link[:160]}"
    for element in page.evaluate(_PAINTED):
        yield f"A picture lies behind words: {element}"


def _fetched(page: Page, seen: _Seen) -> Iterator[str]:
    yield from (f"It fetches {each}." for each in seen.others)
    for each in seen.pictures:
        if not each.startswith("https://"):
            yield f"The picture {each} is not at an https address."
    for each in page.evaluate(_TINY):
        yield f"The picture {each} cannot be seen: it would only count who reads."


JUDGE = Judge("Chromium with axe", (11, 12, 13, 14), _version, _judge_all)
