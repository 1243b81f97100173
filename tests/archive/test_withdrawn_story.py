"""A withdrawn story leaves a dated tombstone and nothing else, everywhere at once."""

import pytest
from flask import Flask
from time_machine import Traveller

from tests.archive import press

TITLE = "Nobody at home"
WORDS = "There had been no van"
TOMB = "Its author withdrew it on Tuesday, 24 November 2026"


@pytest.fixture
def withdrawn(printed: Flask) -> str:
    """The old address of a story of issue 79 that its author took back."""
    path = press.path_of(TITLE)
    press.withdraw(press.story_of(79, TITLE))
    return path


def test_its_page_is_a_dated_tombstone(printed: Flask, withdrawn: str) -> None:
    answer = printed.test_client().get(withdrawn)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 410
    assert "Tuesday, 24 November 2026" in page
    assert TITLE not in page
    assert WORDS not in page


def test_a_wrong_address_of_it_does_not_lead_to_its_title(printed: Flask, withdrawn: str) -> None:
    public_id = withdrawn.removeprefix("/stories/").partition("-")[0]
    answer = printed.test_client().get(f"/stories/{public_id}-x")
    assert answer.status_code == 410
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "address",
    ["/", "/issues/79", "/issues/79.txt", "/issues/80", "/issues/80.txt", "/thumbs", "/thumbs?verdict=down",
     "/lessons", "/feed.xml", "/feed.json", "/sitemap.xml"],
)  # fmt: skip
def test_it_leaves_every_page_and_every_feed(printed: Flask, withdrawn: str, address: str) -> None:
    page = printed.test_client().get(address).get_data(as_text=True)
    assert WORDS not in page
    assert TITLE not in page
    assert "Treat the customer as a witness" not in page
    assert withdrawn not in page


@pytest.mark.parametrize("address", ["/issues/79", "/issues/79.txt", "/feed.json"])
def test_a_tombstone_takes_its_place_in_its_issue(printed: Flask, withdrawn: str, address: str) -> None:
    assert TOMB in printed.test_client().get(address).get_data(as_text=True)


def test_the_rest_of_its_issue_stays(printed: Flask, withdrawn: str) -> None:
    page = printed.test_client().get("/issues/79").get_data(as_text=True)
    assert "Four times, from the beginning" in page
    assert "What the night porter wrote down" in page


def test_a_cache_hears_of_it(app: Flask, clock: Traveller) -> None:
    press.set_up()
    press.send(press.sample_issue(79))
    before = app.test_client().get("/issues/79")
    clock.shift(3600)
    press.withdraw(press.story_of(79, TITLE))
    since = {"If-Modified-Since": before.headers["Last-Modified"]}
    assert app.test_client().get("/issues/79", headers=since).status_code == 200


def test_a_reader_of_the_feed_hears_of_it(app: Flask, clock: Traveller) -> None:
    press.set_up()
    press.send(press.sample_issue(79))
    before = app.test_client().get("/feed.json").get_json(force=True)["items"][0]
    clock.shift(3600)
    press.withdraw(press.story_of(79, TITLE))
    after = app.test_client().get("/feed.json").get_json(force=True)["items"][0]
    assert after["id"] == before["id"]
    assert after["date_published"] == before["date_published"]
    assert after["date_modified"] > before["date_modified"]
