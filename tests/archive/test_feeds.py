"""The feeds against their specifications: RFC 4287 for Atom, jsonfeed.org/version/1.1, sitemaps.org."""

import json
import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from newsroom.archive import addresses, syndication
from newsroom.archive.syndication import Entry, Feed
from tests.archive import press
from tests.webpage import WebPage

A = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
BASE = "http://newsroom.example"


@pytest.fixture
def atom(printed: Flask) -> ElementTree.Element:
    answer = printed.test_client().get("/feed.xml")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.data)


def test_the_atom_feed_has_what_the_rfc_demands(atom: ElementTree.Element) -> None:
    assert atom.tag == f"{A}feed"
    for one in ("id", "title", "updated"):
        assert len(atom.findall(f"{A}{one}")) == 1
    assert RFC_3339.fullmatch(atom.findtext(f"{A}updated", ""))
    assert atom.findtext(f"{A}author/{A}name")
    own = [link.get("href") for link in atom.findall(f"{A}link") if link.get("rel") == "self"]
    assert own == [f"{BASE}/feed.xml"]
    assert atom.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-GB"


def test_each_entry_has_what_the_rfc_demands(atom: ElementTree.Element) -> None:
    entries = atom.findall(f"{A}entry")
    assert len(entries) == 2
    for entry in entries:
        for one in ("id", "title", "updated", "published", "content", "summary"):
            assert len(entry.findall(f"{A}{one}")) == 1, one
        assert RFC_3339.fullmatch(entry.findtext(f"{A}updated", ""))
        kinds = [(link.get("rel"), link.get("type")) for link in entry.findall(f"{A}link")]
        assert len(kinds) == len(set(kinds)), "one alternate a type"
    ids = [entry.findtext(f"{A}id") for entry in entries]
    assert ids == ["tag:newsroom.example,2026:issue/80", "tag:newsroom.example,2026:issue/79"]


def test_entries_carry_the_whole_issue_with_full_addresses(atom: ElementTree.Element) -> None:
    content = atom.find(f"{A}entry/{A}content")
    assert content is not None
    assert content.get("type") == "html"
    page = WebPage(BASE, 200, content.text or "")
    assert "Owen’s one question was about the batch code." in page.words
    assert "Stay until it works." in page.words
    for element in page.tree.iter():
        for name in ("href", "src"):
            if element.get(name) is not None:
                assert re.match(r"(https?|mailto):", element.get(name, "")), element.get(name)
    assert any(item.get("href", "").startswith(f"{BASE}/issues/80#") for item in page.all("a"))


def test_ids_and_the_feed_s_id_never_change(printed: Flask, clock: object) -> None:
    client = printed.test_client()
    before = ElementTree.fromstring(client.get("/feed.xml").data)
    clock.shift(400 * 24 * 3600)  # type: ignore[attr-defined]
    press.send(press.small_issue(90, date(2028, 1, 4)))
    after = ElementTree.fromstring(client.get("/feed.xml").data)
    assert before.findtext(f"{A}id") == after.findtext(f"{A}id")
    old = [entry.findtext(f"{A}id") for entry in before.findall(f"{A}entry")]
    new = [entry.findtext(f"{A}id") for entry in after.findall(f"{A}entry")]
    assert new == ["tag:newsroom.example,2027:issue/90", *old]


def test_the_json_feed_has_what_its_specification_demands(printed: Flask) -> None:
    answer = printed.test_client().get("/feed.json")
    feed = json.loads(answer.data)
    assert answer.content_type == "application/feed+json; charset=utf-8"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "The Service Bell"
    assert feed["feed_url"] == f"{BASE}/feed.json"
    assert feed["language"] == "en-GB"
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert item["url"].startswith(BASE)
        assert RFC_3339.fullmatch(item["date_published"])


def test_an_empty_feed_is_a_valid_one(app: Flask) -> None:
    feed = ElementTree.fromstring(app.test_client().get("/feed.xml").data)
    assert feed.findtext(f"{A}id")
    assert feed.findtext(f"{A}author/{A}name")
    assert RFC_3339.fullmatch(feed.findtext(f"{A}updated", ""))


def test_every_address_of_the_sitemap_answers(printed: Flask) -> None:
    client = printed.test_client()
    tree = ElementTree.fromstring(client.get("/sitemap.xml").data)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = [item.findtext(f"{space}loc", "") for item in tree]
    assert len(found) == len(set(found)) > 20
    for address in found:
        assert client.get(address.removeprefix(BASE)).status_code == 200, address


def test_robots_are_shown_the_sitemap_and_kept_from_the_desk(app: Flask) -> None:
    lines = app.test_client().get("/robots.txt").get_data(as_text=True).splitlines()
    assert "Disallow: /desk" in lines
    assert f"Sitemap: {BASE}/sitemap.xml" in lines


@given(st.text(), st.text(), st.text())
def test_whatever_was_typed_the_feed_stays_well_formed(title: str, summary: str, content: str) -> None:
    at = datetime(2026, 11, 3, tzinfo=UTC)
    entry = Entry(
        "tag:x,2026:1", "https://x.example/1", "https://x.example/1.txt", title, summary, content, "E", at, at
    )
    feed = Feed("tag:x,2026:feed", title, summary, "en", "E", "https://x.example/", "https://x.example/feed.xml",
                "https://x.example/feed.json", at, (entry,))  # fmt: skip
    read = ElementTree.fromstring(syndication.atom(feed))
    kept = syndication._NOT_IN_XML.sub("", content).replace("\r\n", "\n").replace("\r", "\n")
    assert (read.findtext(f"{A}entry/{A}content") or "").replace("\r", "\n") == kept.replace("\r", "\n")
    assert json.loads(syndication.json_feed(feed))["items"][0]["content_html"] == content


def test_only_addresses_inside_tags_become_full_ones() -> None:
    html = '<p>Write href="/x" there: <a href="/a">a</a> <a href="#b">b</a> <a href="https://c.example/">c</a></p>'
    assert addresses.absolute_links(html, "https://x.example", "/issues/3") == (
        '<p>Write href="/x" there: <a href="https://x.example/a">a</a> '
        '<a href="https://x.example/issues/3#b">b</a> <a href="https://c.example/">c</a></p>'
    )
