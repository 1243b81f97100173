"""A publisher takes anything that was printed off the web, with a reason and a date, and may put it back."""

from datetime import date

import pytest
from flask import Flask
from time_machine import Traveller

from newsroom.accounts import queries as accounts
from newsroom.issues import queries, rules, service
from newsroom.issues.document import Section
from newsroom.platform.db import unit_of_work
from tests.archive import press
from tests.archive.test_corrections import frozen_bytes, place_of
from tests.cast import Cast

DAY = "Tuesday, 24 November 2026"
EVERYWHERE = (
    "/", "/issues/79", "/issues/79.txt", "/issues/80", "/issues/80.txt", "/feed.xml", "/feed.json",
    "/sitemap.xml", "/series", "/series/the-handover", "/authors", "/reading", "/events", "/marketplace",
)  # fmt: skip


def take(piece: queries.Published, because: str = "rights") -> None:
    with unit_of_work():
        row = queries.issue(piece.issue_number)
        assert row is not None
        service.take_back(row, piece.position, because)


def put(piece: queries.Published) -> None:
    with unit_of_work():
        row = queries.issue(piece.issue_number)
        assert row is not None
        service.put_back(row, piece.position)


def said(app: Flask, address: str) -> str:
    return app.test_client().get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    ("number", "kind"),
    [(80, "Article"), (79, "Announcement"), (79, "Recommended reading"), (79, "Links"),
     (80, "Speaking engagement"), (80, "Listing"), (80, "Correction")],
)  # fmt: skip
def test_it_leaves_every_page_and_every_feed(printed: Flask, number: int, kind: str) -> None:
    piece = place_of(number, kind)
    before = frozen_bytes(number)
    here = [address for address in EVERYWHERE if piece.title in said(printed, address)]
    assert here
    take(piece)
    for address in EVERYWHERE:
        assert piece.title not in said(printed, address), address
    words = f"We took it out on {DAY}, because somebody else holds rights in it."
    for address in (f"/issues/{number}", f"/issues/{number}.txt", "/feed.xml", "/feed.json"):
        assert words in " ".join(said(printed, address).split()), address
    assert frozen_bytes(number) == before


def test_its_page_says_since_when_it_is_gone_and_never_how_it_was_called(printed: Flask) -> None:
    piece = place_of(79, "Article")
    take(piece, "mistaken")
    answer = printed.test_client().get(piece.path)
    assert answer.status_code == 410
    page = answer.get_data(as_text=True)
    assert f"We took it out on {DAY}, because what it said was wrong." in page
    assert piece.title not in page
    assert piece.path not in said(printed, "/sitemap.xml")


def test_its_series_has_a_note_where_the_part_stood(printed: Flask) -> None:
    piece = place_of(79, "Article")
    assert piece.series_slug
    take(piece)
    page = said(printed, f"/series/{piece.series_slug}")
    assert f"We took it out on {DAY}" in page
    assert piece.title not in page


@pytest.mark.parametrize("because", rules.TAKEN_BACK)
def test_the_tombstone_says_why_and_when(because: str) -> None:
    words = rules.tombstone_words(because, DAY)
    assert words.startswith(f"We took it out on {DAY}")
    assert words.endswith(".")
    assert len(because) <= 10, "the column holds no more"


def test_it_comes_back_as_it_was_printed_and_caches_hear_of_both(app: Flask, clock: Traveller) -> None:
    press.set_up()
    press.send(press.sample_issue(79))
    client = app.test_client()
    piece = place_of(79, "Article")
    as_sent = {address: said(app, address) for address in ("/issues/79", "/issues/79.txt", piece.path)}
    modified, stamps = [], []
    for change in (lambda: None, lambda: take(piece), lambda: put(piece)):
        clock.shift(3600)
        change()
        modified.append(client.get("/issues/79").last_modified)
        stamps.append(client.get("/feed.json").get_json(force=True)["items"][0]["date_modified"])
    assert modified == sorted(set(modified))
    assert stamps == sorted(set(stamps))
    assert {address: said(app, address) for address in as_sent} == as_sent


def test_it_leaves_wherever_it_was_printed(printed: Flask) -> None:
    piece = place_of(79, "Article")
    row = queries.issue(81)
    assert row is not None
    with unit_of_work():
        service.place_piece(queries.issue(81), piece.piece_id, by_id=None)  # type: ignore[arg-type]
    press_issue = press.small_issue(90, date(2026, 12, 29))
    press.draft(press_issue)
    with unit_of_work():
        target = queries.issue(90)
        assert target is not None
        service.place_piece(target, piece.piece_id, by_id=None)
        service.approve(target, by_id=press._printer(), by_label="Petra", four_eyes=False)
    take(piece)
    for number in (81, 90):
        held = queries.issue(number)
        assert held is not None
        assert held.state == rules.DRAFTING
        codes = [finding.code for finding in service.check(held) if finding.severity == "blocker"]
        assert "taken-back" in codes
    put(piece)
    held = queries.issue(90)
    assert held is not None
    assert "taken-back" not in [finding.code for finding in service.check(held)]


@pytest.mark.parametrize("because", ["", "author", "consent", "no such reason"])
def test_it_takes_a_reason_that_readers_can_be_told(printed: Flask, because: str) -> None:
    with pytest.raises(rules.Refused, match="Choose why"):
        take(place_of(79, "Article"), because)


def test_a_story_neither_leaves_nor_comes_back_this_way(printed: Flask) -> None:
    story = place_of(79, "Thumbs down")
    with pytest.raises(rules.Refused, match="its own page at the desk"):
        take(story)
    press.withdraw(story.piece_id)
    with pytest.raises(rules.Refused, match="never comes back"):
        put(story)
    assert printed.test_client().get(story.path).status_code == 410


def test_twice_or_nowhere_is_refused_in_a_sentence(printed: Flask) -> None:
    piece = place_of(79, "Article")
    with pytest.raises(rules.Refused, match="is on the web"):
        put(piece)
    take(piece)
    with pytest.raises(rules.Refused, match="off the web already"):
        take(piece)
    with unit_of_work(), pytest.raises(rules.Refused, match="printed nothing at that place"):
        row = queries.issue(79)
        assert row is not None
        service.take_back(row, 99, "rights")


def test_a_link_below_another_article_forgets_it(printed: Flask) -> None:
    """“Previous articles in this series” of the next issue leads to nothing that is gone."""
    first = place_of(79, "Article")
    assert first.path in said(printed, "/issues/80")
    take(first)
    assert first.path not in said(printed, "/issues/80")
    assert first.path not in said(printed, "/issues/80.txt")


def test_a_publisher_does_it_at_the_desk_and_it_is_on_record(printed: Flask, cast: Cast) -> None:
    desk = cast.publisher()
    piece = place_of(79, "Article")
    desk.visit("/desk/issues/79/corrections")
    address = f"/printed/{piece.position}/take-back"
    desk.submit(address, **{f"piece-{piece.position}-because": ""})
    desk.sees("Choose why it leaves the web")
    desk.submit(address, **{f"piece-{piece.position}-because": "outdated"})
    desk.sees("It is off the web", f"We took it out on {DAY}, because it does not hold any more.")
    desk.submit("Put it back on the web")
    desk.sees("It is on the web again")
    verbs = [entry.verb for entry in accounts.history(f"piece {piece.piece_id}")]
    assert verbs[:2] == ["put back on the web", "taken off the web"]


def test_an_editor_cannot(printed: Flask, cast: Cast) -> None:
    desk = cast.editor()
    desk.visit("/desk/issues/79/corrections")
    desk.does_not_see("Take it off the web", "Put it back on the web")


def test_own_words_of_an_issue_can_leave_too(printed: Flask) -> None:
    note = Section("Note", "A slip of the pen", "Words that had better not been printed.")
    press.send(press.small_issue(91, date(2027, 1, 12), note))
    take(place_of(91, "Note"), "publisher")
    page = said(printed, "/issues/91")
    assert "A slip of the pen" not in page
    assert "A part of this issue stood here" in page
