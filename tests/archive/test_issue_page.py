from datetime import date
from itertools import pairwise

from flask import Flask

from newsroom.issues import queries
from tests.archive import press
from tests.cast import Cast


def test_the_web_edition_is_the_frozen_one(printed: Flask) -> None:
    record = queries.frozen(80)
    assert record is not None
    assert record.web_fragment in printed.test_client().get("/issues/80").get_data(as_text=True)


def test_the_text_edition_is_the_frozen_one(printed: Flask) -> None:
    record = queries.frozen(80)
    answer = printed.test_client().get("/issues/80.txt")
    assert record is not None
    assert answer.get_data(as_text=True) == record.text_edition
    assert answer.content_type == "text/plain; charset=utf-8"


def test_one_leads_from_issue_to_issue(printed: Flask, cast: Cast) -> None:
    reader = cast.reader()
    reader.visit("/issues")
    reader.follow("Say it once")
    reader.follow("Issue 80")
    reader.sees("The first twenty seconds", "Tuesday, 17 November 2026")
    reader.follow("Issue 79")
    reader.sees("Tuesday, 3 November 2026")
    page = reader.follow("plain text")
    assert page.source.startswith("Three facts") or "The Service Bell" in page.source


def test_the_neighbours_are_the_sent_ones(printed: Flask) -> None:
    press.send(press.small_issue(85, date(2027, 1, 12)))
    page = printed.test_client().get("/issues/80").get_data(as_text=True)
    assert '<link rel="next" href="/issues/85">' in page
    assert '<link rel="prev" href="/issues/79">' in page
    assert "/issues/81" not in page


def test_a_correction_is_announced_on_the_issue_that_was_wrong(printed: Flask, cast: Cast) -> None:
    reader = cast.reader()
    reader.visit("/issues/79")
    reader.sees("Corrected. How long they counted: see issue 80")
    reader.visit("/articles/four-times-from-the-beginning")
    reader.sees("Corrected. How long they counted")
    reader.visit("/issues/80")
    reader.does_not_see("Corrected.")


def test_issues_stand_in_their_years(printed: Flask, cast: Cast) -> None:
    press.send(press.small_issue(85, date(2027, 1, 12)))
    reader = cast.reader()
    page = reader.visit("/issues")
    headings = ["".join(item.itertext()) for item in page.all("h2")]
    assert headings == ["2027", "2026"]
    reader.sees("3 so far, the newest first.")


def test_a_page_names_its_own_address_with_the_site_s_name(printed: Flask, cast: Cast) -> None:
    page = cast.reader().visit("/issues/80?utm_source=x")
    (canonical,) = page.all("link", rel="canonical")
    assert canonical.get("href") == "http://newsroom.example/issues/80"
    (shared,) = page.all("meta", property="og:url")
    assert shared.get("content") == "http://newsroom.example/issues/80"


def test_every_heading_follows_the_one_above(printed: Flask, cast: Cast) -> None:
    reader = cast.reader()
    story = press.path_of("Warm water, not hot")
    for address in ("/", "/issues", "/issues/80", "/thumbs", "/lessons", "/reading", "/events", story):
        page = reader.visit(address)
        levels = [
            int(item.tag[1]) for item in page.tree.iter() if item.tag in ("h1", "h2", "h3", "h4", "h5", "h6")
        ]
        assert levels.count(1) == 1, address
        assert all(below - above <= 1 for above, below in pairwise(levels)), (
            address,
            levels,
        )
