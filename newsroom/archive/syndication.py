"""The publication as a feed: one value, written as Atom (RFC 4287) and as JSON Feed 1.1.

Pure: it is told every address and time. Every entry carries its whole text as HTML with full addresses, an
id that never changes (a `tag:` address, RFC 4151) and the time at which it last changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML = "http://www.w3.org/XML/1998/namespace"
# What XML 1.0 cannot hold, not even escaped (its production 2, Char).
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One issue in a feed. Times are aware."""

    id: str
    url: str
    text_url: str
    title: str
    summary: str
    content_html: str
    author: str
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Feed:
    """A feed. `updated_at` is the time of its latest change, aware."""

    id: str
    title: str
    subtitle: str
    language: str
    author: str
    home_url: str
    atom_url: str
    json_url: str
    updated_at: datetime
    entries: tuple[Entry, ...]


def tag_address(base_url: str, year: int, thing: str) -> str:
    """A `tag:` address: the site's host, the year in which the thing was made there, and its name."""
    return f"tag:{urlsplit(base_url).hostname},{year}:{thing}"


def atom(feed: Feed) -> bytes:
    """The feed as an Atom document in UTF-8."""
    root = _element(None, "feed")
    root.set(f"{{{_XML}}}lang", feed.language)
    _element(root, "id", feed.id)
    _element(root, "title", feed.title)
    if feed.subtitle:
        _element(root, "subtitle", feed.subtitle)
    _element(root, "updated", _time(feed.updated_at))
    _element(root, "link", rel="self", type="application/atom+xml", href=feed.atom_url)
    _element(root, "link", rel="alternate", type="text/html", href=feed.home_url)
    _element(_element(root, "author"), "name", feed.author)
    for entry in feed.entries:
        _add_entry(root, entry)
    return _document(root)


def _add_entry(root: ElementTree.Element, entry: Entry) -> None:
    item = _element(root, "entry")
    _element(item, "id", entry.id)
    _element(item, "title", entry.title)
    _element(item, "published", _time(entry.published_at))
    _element(item, "updated", _time(entry.updated_at))
    _element(_element(item, "author"), "name", entry.author)
    _element(item, "link", rel="alternate", type="text/html", href=entry.url)
    # Atom allows one alternate a type, so the text edition may stand beside the page.
    _element(item, "link", rel="alternate", type="text/plain", href=entry.text_url)
    if entry.summary:
        _element(item, "summary", entry.summary)
    _element(item, "content", entry.content_html, type="html")


def json_feed(feed: Feed) -> str:
    """The feed as a JSON Feed."""
    items: list[dict[str, object]] = [
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "summary": entry.summary or None,
            "content_html": entry.content_html,
            "date_published": _time(entry.published_at),
            "date_modified": _time(entry.updated_at),
            "authors": [{"name": entry.author}],
        }
        for entry in feed.entries
    ]
    whole: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle or None,
        "home_page_url": feed.home_url,
        "feed_url": feed.json_url,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        "items": [_without_nothing(item) for item in items],
    }
    return json.dumps(_without_nothing(whole), ensure_ascii=False, indent=1)


def sitemap(addresses: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Full addresses with the time of their last change, where that is known, as sitemaps.org wants them."""
    root = ElementTree.Element("urlset", xmlns=SITEMAP)
    for address, changed_at in addresses:
        item = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(item, "loc").text = address
        if changed_at is not None:
            ElementTree.SubElement(item, "lastmod").text = _time(changed_at)
    return _document(root)


def _element(
    parent: ElementTree.Element | None, name: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    if parent is None:
        made = ElementTree.Element(name, {"xmlns": ATOM, **attributes})
    else:
        made = ElementTree.SubElement(parent, name, attributes)
    if text:
        made.text = _NOT_IN_XML.sub("", text)
    return made


def _document(root: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _time(at: datetime) -> str:
    """RFC 3339, to the second, in UTC."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _without_nothing(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
