"""The shelf at the composer: what lies on it, filling an issue from it at once, and taking that back."""

from typing import Any

import pytest
from flask import Flask

from newsroom.issues import queries, rules, service, shelf
from newsroom.library import service as library_service
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from newsroom.stories.rules import StoryRefusal
from tests.cast import Editor
from tests.issues.conftest import WHOLE, take_in, the_issue

COMPOSER = "/desk/issues/82"


def ready(title: str, verdict: str = "up") -> str:
    return stories_service.import_column(
        stories_service.ColumnDraft(
            verdict=verdict, title=title, body="They did, at last.", note="Good.", consent="by permission"
        )
    ).public_id


def piece(kind: str, title: str, **fields: str) -> str:
    return library_service.save_piece(
        kind=kind,
        title=title,
        body="Words.",
        fields={name.replace("_", "-"): value for name, value in fields.items()},
        actor_id=None,
    ).public_id


@pytest.fixture
def stocked(house: None, editor: Editor) -> dict[str, str]:
    """Issue 80 sent, 81 in preparation, 82 begun; and things on the shelf."""
    return stock()


def stock() -> dict[str, str]:
    take_in(WHOLE.replace("number: 81", "number: 80").replace("Listening twice", "Listening at all"))
    with unit_of_work():
        the_issue(80).state = "sent"
    take_in(WHOLE.replace("part: 1", "part: 2"))
    with unit_of_work():
        row = service.create_issue(82, the_issue().issue_on, by_id=None)
        row.subject = "Opened"
        return {
            "up": ready("They looked up"),
            "up two": ready("They rang back"),
            "part": piece("Article", "Listening thrice", author="Ana Duarte", series="Listening", part="3"),
            "book": piece("Book recommendation", "The Quiet Till", author="R. Okafor"),
            "talk": piece("Speaking engagement", "An evening", when="2026-12-09"),
            "gone": piece("Speaking engagement", "A morning", when="2026-10-09"),
        }


def kinds_of(number: int = 82) -> list[str]:
    db.session.rollback()
    return [section.kind for section in the_issue(number).sections]


def test_the_shelf_shows_what_is_new_before_what_stands_elsewhere(stocked: dict[str, str]) -> None:
    groups = {group.name: group for group in shelf.shelf_of(the_issue(82)).groups}
    assert [one.offered.title for one in groups["Stories"].fresh] == ["They looked up", "They rang back"]
    assert next(one.offered.title for one in groups["Articles"].fresh) == "Listening thrice"
    others = {one.offered.title: one.remark for one in groups["Articles"].others}
    assert "stands in issue 81" in others["Listening twice"]
    assert [one.offered.title for one in groups["Events and listings"].others] == ["A morning"]


def test_the_panel_says_the_runway_and_is_searched(stocked: dict[str, str], editor: Editor) -> None:
    editor.visit(COMPOSER)
    editor.sees("Two up, none down left after this issue", "ready since today", "words", "The Quiet Till")
    editor.submit("Find", shelf="okafor")
    editor.sees("The Quiet Till").does_not_see("They looked up")
    editor.submit("Find", shelf="no such thing")
    editor.sees("Nothing on the shelf has “no such thing”")


def test_a_balanced_issue_is_proposed_filled_and_taken_back(stocked: dict[str, str], editor: Editor) -> None:
    editor.visit(COMPOSER)
    editor.follow("Fill from the shelf")
    editor.sees("Listening thrice", "part 3 of “Listening”", "The Quiet Till", "An evening", "9 December")
    editor.does_not_see("A morning")
    editor.submit("Add what is ticked")
    editor.sees("3 sections added from the shelf.")
    # As in issue 80, the article comes first; the habit is a story down and none up, and none down is ready.
    assert kinds_of() == ["Article", "Book recommendation", "Speaking engagement"]
    editor.submit("Undo")
    editor.sees("taken out again")
    assert kinds_of() == []


def test_only_what_is_ticked_is_taken_and_nothing_ticked_says_so(
    stocked: dict[str, str], editor: Editor
) -> None:
    editor.visit(f"{COMPOSER}/fill")
    editor.submit("Add what is ticked", take=[stocked["book"]])
    assert kinds_of() == ["Book recommendation"]
    editor.visit(f"{COMPOSER}/fill")
    editor.submit("Add what is ticked", take=[], expect=422)
    editor.sees("Tick what the issue is to take")


def test_both_databases_know_the_same_shelf(db_app: Flask) -> None:
    stocked = stock()
    with unit_of_work():
        wanted = [one.offered.public_id for one in shelf.proposed(the_issue(82))]
        assert wanted == [stocked["part"], stocked["book"], stocked["talk"]]
        service.fill_from_shelf(the_issue(82), wanted, by_id=None)
        assert shelf.proposed(the_issue(82)) == ()
    template = ["Article", "Book recommendation", "Speaking engagement"]
    assert kinds_of() == template
    with unit_of_work():
        kept = service.save_template(the_issue(82), "Usual", by_id=None)
        service.begin_from_template(83, the_issue(82).issue_on, kept.id, by_id=None)
        service.delete_template(kept.id, queries.mark_of(kept))
    assert kinds_of(83) == template


def test_what_a_colleague_took_meanwhile_stops_all_of_it(stocked: dict[str, str], editor: Editor) -> None:
    with unit_of_work():
        service.create_issue(83, the_issue().issue_on, by_id=None)
    with pytest.raises(StoryRefusal, match="cannot be placed"), unit_of_work():
        service.place_story(the_issue(83), stocked["up"], by_id=None)
        service.fill_from_shelf(the_issue(82), [stocked["book"], stocked["up"]], by_id=None)
    assert kinds_of() == []
    editor.visit(f"{COMPOSER}/fill")
    with unit_of_work():
        service.place_piece(the_issue(82), stocked["book"], by_id=None)
    editor.submit("Add what is ticked", expect=409)
    editor.sees("“The Quiet Till” stands in this issue already.", "Nothing was added")
    assert kinds_of() == ["Book recommendation"]


def test_sections_come_where_their_kind_usually_stands_and_into_empty_places_first(
    stocked: dict[str, str], editor: Editor
) -> None:
    with unit_of_work():
        row = the_issue(81)
        template = service.save_template(row, "Usual", by_id=None)
        service.begin_from_template(84, row.issue_on, template.id, by_id=None)
        placed = service.fill_from_shelf(
            the_issue(84), [stocked["part"], stocked["up"], stocked["book"]], by_id=None
        )
    assert kinds_of(84) == ["Announcement", "Article", "Thumbs down", "Thumbs up", "Book recommendation"]
    sections = queries.document(the_issue(84)).sections
    assert sections[1].title == "Listening thrice"
    assert len(placed) == 3


def test_an_empty_place_is_filled_by_choosing_and_takes_its_own_kind_only(
    stocked: dict[str, str], editor: Editor
) -> None:
    with unit_of_work():
        template = service.save_template(the_issue(81), "Usual", by_id=None)
        service.begin_from_template(84, the_issue(81).issue_on, template.id, by_id=None)
    place = next(one.public_id for one in the_issue(84).sections if one.kind == "Article")
    editor.visit(f"/desk/issues/84?section={place}")
    editor.sees("An empty place", "Choose what fills the empty place: Article", "Listening thrice")
    editor.does_not_see("The Quiet Till", "They looked up")
    page = editor.page
    editor.submit("/pieces", piece=stocked["part"])
    sections = queries.document(the_issue(84)).sections
    assert [section.title for section in sections if section.kind == "Article"] == ["Listening thrice"]
    editor._page = page
    editor.submit("/pieces", piece=stocked["book"])
    editor.sees("That place waits for the kind Article")
    assert len(the_issue(84).sections) == 3


def test_the_same_question_is_asked_of_the_terminal_and_of_the_page(stocked: dict[str, str]) -> None:
    ids = [one.offered.public_id for one in shelf.proposed(the_issue(82))]
    assert stocked["gone"] not in ids
    assert {stocked["part"], stocked["book"], stocked["talk"]} <= set(ids)


def test_a_story_stays_where_it_was_when_filling_is_undone_after_it_was_printed_elsewhere(
    stocked: dict[str, str],
) -> None:
    with unit_of_work():
        (section,) = service.fill_from_shelf(the_issue(82), [stocked["up"]], by_id=None)
        section_id = section.public_id
    with unit_of_work():
        assert service.remove_sections(the_issue(82), [section_id, "nothing"], by_id=None) == 1
        assert service.remove_sections(the_issue(82), [section_id], by_id=None) == 0
    assert stories.printable(stocked["up"]).state == "ready"  # type: ignore[union-attr]


def test_a_retired_piece_is_not_offered(stocked: dict[str, str], editor: Any) -> None:
    with unit_of_work():
        library_service.retire_piece(stocked["book"])
    editor.visit(COMPOSER)
    editor.does_not_see("The Quiet Till")
    with pytest.raises(rules.Refused, match="taken off the shelf"), unit_of_work():
        service.place_piece(the_issue(82), stocked["book"], by_id=None)
