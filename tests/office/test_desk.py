"""The desk's first page: what is due, for everybody what they may see."""

from flask import Flask
from time_machine import Traveller

from newsroom.platform.db import unit_of_work
from newsroom.stories import service as stories
from newsroom.stories.submission import Submission
from tests.archive import press
from tests.cast import Cast

STORY = (
    "I rang them about the lamp, for the third time, and the man who answered knew what it was about. " * 3
)


def tell(verdict: str = "up") -> None:
    with unit_of_work():
        stories.submit(Submission(verdict=verdict, story=STORY, level=2, wants_preview=False))


def test_an_editor_sees_what_is_due(app: Flask, clock: Traveller, cast: Cast) -> None:
    press.set_up()
    press.send(press.sample_issue(80))
    press.draft(press.sample_issue(81))
    tell()
    clock.shift(3 * 24 * 3600)
    tell("down")
    editor = cast.editor()
    editor.visit("/desk")
    editor.sees("Issue 81", "In preparation", "Tuesday, 1 December 2026, 4 days left")
    editor.sees("Received", "2, the oldest for 3 days", "none up, none down")
    editor.sees("Issue 80", "sent on Tuesday, 24 November 2026")
    editor.sees("Two new stories wait to be read.")
    editor.follow("Read")
    assert "/desk/stories?state=received" in editor.page.address


def test_every_link_of_the_first_page_leads_somewhere(app: Flask, clock: Traveller, cast: Cast) -> None:
    press.set_up()
    press.send(press.sample_issue(80))
    press.draft(press.sample_issue(81))
    tell()
    for person in (cast.editor(), cast.publisher(), cast.admin()):
        for _, address in person.visit("/desk").links:
            if not address.endswith("#main"):
                person.visit(address)


def test_a_fresh_desk_says_how_to_begin(app: Flask, cast: Cast) -> None:
    editor = cast.editor()
    editor.visit("/desk")
    editor.sees("No issue is being prepared.", "No issue has been sent yet.", "No story waits for the desk.")
    editor.follow("Open the next issue")


def test_what_is_due_is_counted_on_every_database(db_app: Flask, clock: Traveller) -> None:
    from newsroom.office import queries

    press.set_up()
    press.send(press.sample_issue(79))
    tell()
    due = queries.due()
    assert [(row.state, row.count, row.oldest) for row in due.waiting] == [("received", 1, "since today")]
    assert due.new_story_count == 1
    assert due.last is not None
    assert due.last.number == 79
    assert due.next_number == 80


def test_an_administrator_sees_nothing_of_the_publication_s_work(
    app: Flask, clock: Traveller, cast: Cast
) -> None:
    press.set_up()
    press.draft(press.sample_issue(81))
    tell()
    admin = cast.admin()
    admin.visit("/desk")
    admin.does_not_see("Issue 81", "Received")
    admin.sees("Staff", "What was done, and by whom")


def test_the_navigation_names_the_rooms_that_open(app: Flask, cast: Cast) -> None:
    for person in (cast.editor(), cast.publisher(), cast.admin()):
        person.visit("/desk")
        (navigation,) = person.page.all("nav", aria_label="Desk")
        rooms = {str(item.get("href")): "".join(item.itertext()) for item in navigation.iter("a")}
        assert "/desk" in rooms
        for address in rooms:
            person.visit(address)
        assert ("/desk/staff" in rooms) == (person.role == "admin")
        assert ("/desk/issues" in rooms) == (person.role != "admin")


def test_a_public_page_reads_no_session_for_the_navigation(app: Flask, cast: Cast) -> None:
    admin = cast.admin()
    answer = admin.client.get("/", base_url=admin.base_url)
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Set-Cookie" not in answer.headers
