"""Follows every link of the running site, as a search engine or a curious person would: by GET alone."""

import re
import sqlite3
from collections import Counter, deque
from contextlib import closing
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tests.databases import BASE_URL
from tests.site import LiveSite
from tests.waiting import LONG_SECONDS

HTML = "text/html"
ENOUGH = 20
_COMBINES = ("/desk/issues/", "/desk/stories?")
# These pages differ from one to the next in more than the data they show, so each one is looked at.
_EACH_ONE = re.compile(
    r"/(articles|stories|series|issues|authors)/[^/]+|/desk/stories/\w+|/desk/issues/\d+(/check)?"
)
# An issue that is not out yet leads to pages that are not there yet.
_TO_COME = re.compile(r"/desk/issues/\d+/(letter\.html|web|preview)\?|/desk/library/pieces/\w+/seen")
_LETTER = re.compile(r"/(letter\.html|preview|seen)(\?|$)|/pieces/preview/")
_NAMES = re.compile(
    r"[0-9]{8}T[^/]+\.eml|(?<=/)[A-Za-z0-9_-]{20,}[^/]*|(?<=/)[0-9a-z]{12}(?=/|$)|(?<=/blocks/)[^/]+|\d+"
)


@dataclass(frozen=True)
class Answer:
    """What came back for one address, and the page that led there."""

    path: str
    status: int
    media_type: str
    source: str
    led_from: str
    sets_cookie: bool


class Crawl:
    """A walk over all pages that can be reached from `start`, in the order in which they were found."""

    def __init__(self, site: LiveSite, requests: Any) -> None:
        self._site = site
        self._requests = requests
        self.answers: dict[str, Answer] = {}
        # The letters of the sample were written before the site had an address.
        self._own = (f"{site.address}/", f"{BASE_URL}/")
        self._combined_count: Counter[str] = Counter()

    def walk(self, start: str) -> "Crawl":
        waiting = deque([(start, "the address bar")])
        while waiting:
            path, led_from = waiting.popleft()
            if path in self.answers or self._is_well_known(path):
                continue
            answer = self._get(path, led_from)
            self.answers[path] = answer
            if answer.media_type == HTML and answer.status < 400 and not _TO_COME.match(path):
                here = f"{self._site.address}{path}"
                found = [urljoin(here, address) for address in Leads(answer.source).addresses if address]
                own = [address for address in found if address.startswith(self._own)]
                waiting.extend((_path_of(address), path) for address in own)
        return self

    def _is_well_known(self, path: str) -> bool:
        """The composer offers each section with each preview, and the queue each filter with each other: some
        of them stand for all.
        """
        if path.count("=") == 1 or not path.startswith(_COMBINES):
            return False
        self._combined_count[shape(path)] += 1
        return self._combined_count[shape(path)] > ENOUGH

    @property
    def broken(self) -> list[str]:
        return [
            f"{answer.path} answers {answer.status}; it is linked from {answer.led_from}"
            for answer in self.answers.values()
            if answer.status >= 400
        ]

    def shapes(self, beginning: str = "/") -> list[str]:
        """One address for each kind of page: the same page about something else is not looked at again.

        Letters are left out: they run in a sandbox without scripts, where no tool can look about.
        """
        found: dict[str, str] = {}
        for path, answer in self.answers.items():
            if answer.media_type == HTML and path.startswith(beginning) and not _LETTER.search(path):
                found.setdefault(shape(path), path)
        return list(found.values())

    def examples(self, paths: list[str]) -> set[str]:
        """Of these addresses, the first and the one with the longest page for each template."""
        alike: dict[str, list[str]] = {}
        for path in paths:
            alike.setdefault(_NAMES.sub("#", urlsplit(path).path), []).append(path)
        longest = {max(those, key=lambda path: len(self.answers[path].source)) for those in alike.values()}
        return {those[0] for those in alike.values()} | longest

    def _get(self, path: str, led_from: str) -> Answer:
        reply = self._requests.get(f"{self._site.address}{path}", timeout=LONG_SECONDS * 1000)
        media_type = reply.headers.get("content-type", "").split(";")[0]
        source = reply.text() if media_type == HTML else ""
        sets_cookie = "set-cookie" in reply.headers
        return Answer(path, reply.status, media_type, source, led_from, sets_cookie)


class Leads(HTMLParser):
    """What a page leads to: links, frames, style sheets, scripts, and forms that only ask."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self._asks: str | None = None
        self._name = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in ("a", "link") and said.get("rel") != "canonical":
            self.addresses.append(said.get("href", ""))
        elif tag in ("iframe", "img", "script"):
            self.addresses.append(said.get("src", ""))
        elif tag == "form":
            self._asks = said.get("action", "") if said.get("method", "get") == "get" else None
        elif tag == "select":
            self._name = said.get("name", "")
        elif tag == "option" and self._asks is not None:
            self.addresses.append(
                f"{self._asks.split('?')[0]}?{urlencode({self._name: said.get('value', '')})}"
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._asks = None


def shape(path: str) -> str:
    """The kind of page behind an address.

    >>> shape("/desk/issues/81?section=dw56hf3cjdh3&preview=text")
    '/desk/issues/#?section'
    """
    parts = urlsplit(path)
    asked = dict(parse_qsl(parts.query))
    # The tab of the preview is a page of its own; together with something else it is that something.
    if len(asked) == 1 and "preview" in asked:
        return f"{_NAMES.sub('#', parts.path)}?preview={asked['preview']}"
    keys = sorted(key for key in asked if key != "preview")
    # The queue with several filters, and one of its stories beside it: which ones makes no other page.
    if parts.path == "/desk/stories" and len(keys) > 1:
        keys = ["several", *(key for key in keys if key == "story")]
    if not keys and _EACH_ONE.fullmatch(parts.path):
        return path
    return _NAMES.sub("#", parts.path) + (f"?{'&'.join(keys)}" if keys else "")


def _path_of(address: str) -> str:
    parts = urlsplit(address)
    # The same question in another order is the same question.
    query = urlencode(sorted(parse_qsl(parts.query)))
    return parts.path + (f"?{query}" if query else "")


def rows(database: Path) -> dict[str, set[tuple[Any, ...]]]:
    """Everything in a SQLite database, by table."""
    with closing(sqlite3.connect(database)) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: set(connection.execute(f'SELECT * FROM "{name}"')) for name in names}
