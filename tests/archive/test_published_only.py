"""Nothing is readable that was not published, whatever the address."""

import pytest
from flask import Flask

from newsroom.issues import queries
from tests.archive import press

PAGES = (
    "/", "/issues", "/issues/79", "/issues/80", "/issues/80.txt", "/articles/the-first-twenty-seconds",
    "/series",    "/series/the-handover", "/thumbs", "/thumbs?verdict=up", "/lessons", "/authors",
    "/authors/ines-carvell",
    "/reading", "/events", "/topics", "/corrections", "/marketplace", "/testimonials", "/about", "/contact",
    "/policy", "/feed.xml", "/feed.json", "/sitemap.xml", "/robots.txt",
)  # fmt: skip
HOSTILE = (
    "/issues/0", "/issues/-1", "/issues/080", "/issues/99999999999", "/issues/" + "9" * 5000, "/issues/٨٠",
    "/issues/80.5", "/issues/1e3", "/issues/80.txt.txt", "/issues/..%2f..%2fapp.py", "/issues/%00",
    "/articles/%00", "/articles/" + "a" * 3000, "/articles/..%2f..%2fetc", "/articles/%E2%80%AE",
    "/articles/'--",    "/stories/%00", "/stories/-", "/stories/nosuchstory1-x", "/stories/%F0%9F%91%8D-x",
    "/stories/..%2f..%2fx",    "/authors/%00", "/authors/%E2%80%AE", "/series/%00", "/series/ünknown",
)  # fmt: skip
HOSTILE_QUESTIONS = (
    "/thumbs?page=0", "/thumbs?page=-3", "/thumbs?page=99999999999999999999", "/thumbs?page=%00",
    "/thumbs?page=x",    "/thumbs?verdict=%00", "/thumbs?verdict[]=up", "/reading?page=" + "9" * 400,
    "/lessons?behaviour=%00",
    "/lessons?behaviour=../x",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers_and_may_be_cached(printed: Flask, address: str) -> None:
    answer = printed.test_client().get(address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.cache_control.public
    assert answer.headers["ETag"]
    again = printed.test_client().get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


@pytest.mark.parametrize("address", [page for page in PAGES if page not in ("/robots.txt",)])
def test_a_page_says_when_it_last_changed(printed: Flask, address: str) -> None:
    answer = printed.test_client().get(address)
    assert answer.last_modified is not None
    since = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert printed.test_client().get(address, headers=since).status_code == 304


def test_an_address_of_nothing_is_a_written_404(printed: Flask) -> None:
    client = printed.test_client()
    for address in HOSTILE:
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert b"There is nothing at this address" in answer.data, address


def test_an_address_of_nothing_is_a_404_on_every_database(db_app: Flask) -> None:
    client = db_app.test_client()
    answers = {address: client.get(address).status_code for address in HOSTILE}
    assert answers == dict.fromkeys(HOSTILE, 404)


def test_a_question_that_makes_no_sense_shows_the_first_page(db_printed: Flask) -> None:
    client = db_printed.test_client()
    answers = {address: client.get(address).status_code for address in HOSTILE_QUESTIONS}
    assert answers == dict.fromkeys(HOSTILE_QUESTIONS, 200)


def test_a_page_after_the_last_is_a_404(printed: Flask) -> None:
    assert printed.test_client().get("/thumbs?page=2").status_code == 404


def test_an_issue_in_preparation_looks_like_one_that_never_was(printed: Flask) -> None:
    client = printed.test_client()
    assert client.get("/issues/81").data == client.get("/issues/999").data.replace(b"999", b"81")
    assert client.get("/issues/81.txt").status_code == 404


def test_no_word_of_an_issue_in_preparation_stands_anywhere(printed: Flask) -> None:
    draft = press.sample_issue(81)
    titles = {section.title for section in draft.sections} | {draft.subject}
    printed_titles = {piece.title for piece in queries.published()}
    client = printed.test_client()
    for address in PAGES:
        page = client.get(address).get_data(as_text=True)
        for title in titles - printed_titles:
            assert title not in page, f"“{title}” is on {address}"


def test_a_fresh_database_has_every_page(db_app: Flask) -> None:
    gone = ("/issues/79", "/issues/80", "/issues/80.txt", "/articles/", "/series/", "/authors/")
    for address in PAGES:
        if not address.startswith(gone):
            assert db_app.test_client().get(address).status_code == 200, address


def test_pages_are_made_with_a_fixed_number_of_questions(printed: Flask) -> None:
    from datetime import date, timedelta

    from newsroom.issues.document import Section
    from tests.archive.questions import questions_counted

    client = printed.test_client()
    addresses = (
        "/",
        "/issues",
        "/thumbs",
        "/lessons",
        "/reading",
        "/authors",
        "/series",
        "/events",
        "/feed.xml",
    )
    before = {}
    for address in addresses:
        with questions_counted() as counted:
            client.get(address)
        before[address] = len(counted)
    for step in range(1, 5):
        story = Section(
            "Thumbs up",
            f"A good turn, number {step}",
            "I rang them about the lamp. The man who answered knew what it was about, and came at lunch.",
            note="Well done.\n\n- **Know them.** It helps. [know the history]",
            fields={"consent": "edited and anonymous - by post"},
        )
        article = Section("Article", f"Essay {step}", "Words to read.", fields={"author": f"Author {step}"})
        book = Section("Book recommendation", f"Book {step}", "Read it.", fields={"author": "A. Writer"})
        when = date(2026, 12, 1) + timedelta(days=step)
        press.send(press.small_issue(90 + step, when, story, article, book))
    for address in addresses:
        with questions_counted() as counted:
            assert client.get(address).status_code == 200
        assert len(counted) <= before[address], f"{address} asks more with more issues: {len(counted)}"
