"""The order of sections, what was taken out and put back, and what a newer version would change."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from newsroom.issues import queries, rules, service
from newsroom.issues.document import Section
from newsroom.issues.service.arranging import MOST_KEPT
from newsroom.library import service as library_service
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from tests.cast import Editor
from tests.issues.conftest import approve, the_issue

COMPOSER = "/desk/issues/81"


@pytest.fixture
def desk(issue_81: int, editor: Editor) -> Editor:
    editor.visit(COMPOSER)
    return editor


def order() -> list[str]:
    db.session.rollback()
    return [section.kind for section in the_issue().sections]


def id_of(kind: str) -> str:
    db.session.rollback()
    return next(section.public_id for section in the_issue().sections if section.kind == kind)


def moved_by_script(person: Any, kind: str, **wish: str) -> Any:
    """What the script of the list sends, and its answer."""
    form = person.page.form(f"/sections/{id_of(kind)}/move")
    data = MultiDict({**dict(form.values), **wish})
    headers = {"Newsroom-List": "yes", "Origin": person.base_url, "Sec-Fetch-Site": "same-origin"}
    return person.client.post(form.action, data=data, headers=headers, base_url=person.base_url)


def test_a_section_goes_to_the_place_it_is_wished_to_and_the_list_alone_comes_back(desk: Editor) -> None:
    answer = moved_by_script(desk, "Thumbs down", to="1")
    assert answer.status_code == 200
    assert order() == ["Thumbs down", "Announcement", "Article"]
    words = answer.get_data(as_text=True)
    assert 'data-said="Moved to place 1 of 3"' in words
    assert words.index("Thumbs down") < words.index("Announcement")
    assert "<html" not in words


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("0", ["Thumbs down", "Announcement", "Article"]),
        ("99", ["Announcement", "Article", "Thumbs down"]),
        ("3", ["Announcement", "Article", "Thumbs down"]),
        ("٣", ["Announcement", "Article", "Thumbs down"]),
        ("-1", ["Announcement", "Article", "Thumbs down"]),
    ],
)
def test_a_place_beyond_either_end_is_that_end_and_what_is_no_place_is_no_harm(
    desk: Editor, to: str, expected: list[str]
) -> None:
    assert moved_by_script(desk, "Thumbs down", to=to).status_code == 200
    assert order() == expected


def test_a_move_over_an_older_order_moves_this_section_and_keeps_what_a_colleague_moved(
    desk: Editor, cast: Any
) -> None:
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    other.visit(COMPOSER)
    moved_by_script(other, "Announcement", to="3")
    assert order() == ["Article", "Thumbs down", "Announcement"]
    assert moved_by_script(desk, "Thumbs down", to="1").status_code == 200
    assert order() == ["Thumbs down", "Article", "Announcement"]


def test_a_section_that_is_gone_or_an_issue_that_went_out_is_said_with_the_list_as_it_is(
    desk: Editor, cast: Any
) -> None:
    article = id_of("Article")
    form = desk.page.form(f"/sections/{article}/move")
    with unit_of_work():
        service.remove_section(the_issue(), article, by_id=None)
    answer = desk.client.post(
        form.action,
        data=dict(form.values),
        headers={"Newsroom-List": "yes", "Origin": desk.base_url},
        base_url=desk.base_url,
    )
    assert answer.status_code == 409
    assert "somebody removed it" in answer.get_data(as_text=True)
    assert order() == ["Announcement", "Thumbs down"]


def test_a_plain_form_comes_back_to_the_row_and_keeps_what_was_open(desk: Editor) -> None:
    chosen = id_of("Announcement")
    desk.visit(f"{COMPOSER}?section={chosen}")
    column = id_of("Thumbs down")
    desk.submit(f"/sections/{column}/move", button="↑")
    assert desk.page.address.endswith(f"?section={chosen}#row-{column}")
    assert order() == ["Announcement", "Thumbs down", "Article"]


def test_moving_nowhere_voids_no_approval_and_a_real_move_does(desk: Editor, issue_81: int) -> None:
    approve(by_id=issue_81)
    moved_by_script(desk, "Announcement", to="1")
    db.session.rollback()
    assert the_issue().state == rules.APPROVED
    moved_by_script(desk, "Announcement", to="2")
    db.session.rollback()
    assert the_issue().state == rules.DRAFTING


def test_the_list_tells_sections_of_one_title_apart_and_knows_one_without(desk: Editor) -> None:
    with unit_of_work():
        row = the_issue()
        for body in ("First words of **it**.", ""):
            service.add_section(row, Section("Note", "", body), by_id=None)
        for _ in range(2):
            service.add_section(row, Section("Note", "Twice"), by_id=None)
    desk.visit(COMPOSER)
    desk.sees("First words of it.", "No words yet")
    names = [button.get("aria-label") for button in desk.page.all("button", name="direction")]
    assert "Move section 6, “Twice”, up" in names
    assert len(set(names)) == len(names) == 14


# Taking out and putting back


def test_what_is_taken_out_comes_back_with_its_words_and_place(desk: Editor) -> None:
    before = queries.document(the_issue()).sections
    desk.visit(f"{COMPOSER}?section={id_of('Announcement')}")
    desk.submit("Take it out of the issue")
    desk.sees("Taken out.", "Meet us in the autumn")
    assert order() == ["Article", "Thumbs down"]
    page = desk.page
    desk.submit("Undo")
    desk.sees("It is back at its place.")
    db.session.rollback()
    assert queries.document(the_issue()).sections == before
    desk._page = page
    desk.submit("Undo")
    db.session.rollback()
    assert queries.document(the_issue()).sections == before


def test_a_story_that_is_put_back_is_scheduled_again(desk: Editor) -> None:
    place = id_of("Thumbs down")
    story = next(one.piece_id for one in the_issue().sections if one.kind == "Thumbs down") or ""
    desk.visit(f"{COMPOSER}?section={place}")
    desk.submit("Take it out of the issue")
    db.session.rollback()
    assert stories.printable(story).state == "ready"  # type: ignore[union-attr]
    desk.submit("Put back “")
    db.session.rollback()
    assert stories.printable(story).state == "scheduled"  # type: ignore[union-attr]
    assert order() == ["Announcement", "Article", "Thumbs down"]


def test_a_story_that_may_not_be_printed_now_stays_out_and_says_why(desk: Editor) -> None:
    section = next(one for one in the_issue().sections if one.kind == "Thumbs down")
    place, story = section.public_id, section.piece_id or ""
    with unit_of_work():
        service.remove_section(the_issue(), place, by_id=None)
        stories_service.back_to_editing(story)
    desk.visit(COMPOSER)
    desk.sees("A story that is not ready now")
    desk.submit("Put back")
    desk.sees("This story cannot be placed in an issue")
    assert order() == ["Announcement", "Article"]


def test_a_piece_that_came_back_another_way_is_not_there_twice(desk: Editor) -> None:
    section = next(one for one in the_issue().sections if one.kind == "Article")
    place, piece = section.public_id, section.piece_id or ""
    with unit_of_work():
        service.remove_section(the_issue(), place, by_id=None)
        service.place_piece(the_issue(), piece, by_id=None)
    desk.visit(COMPOSER)
    desk.submit("Put back")
    desk.sees("“Listening twice” stands in this issue already.")
    assert order().count("Article") == 1


def test_what_was_taken_out_and_added_once_more_may_be_taken_out_again(issue_81: int) -> None:
    note = Section("Note", "A note")
    with unit_of_work():
        for _ in range(2):
            service.add_section(the_issue(), note, by_id=None, section_id="aagain234567")
            service.remove_section(the_issue(), "aagain234567", by_id=None)
        with_it = service.create_issue(82, date(2026, 12, 15), by_id=None)
        service.add_section(with_it, note, by_id=None, section_id="aagain234567")
    assert queries.removed_sections(the_issue(), 10) == []
    with unit_of_work(), pytest.raises(rules.Refused, match="not kept any more"):
        service.restore_section(the_issue(), "aagain234567", by_id=None)


def test_no_form_gives_a_section_the_id_of_another_issues(issue_81: int) -> None:
    article = id_of("Article")
    with unit_of_work():
        other = service.create_issue(82, date(2026, 12, 15), by_id=None)
        with pytest.raises(service.AlreadyAdded):
            service.add_section(other, Section("Note", "A note"), by_id=None, section_id=article)


def test_what_was_taken_out_long_ago_is_forgotten(issue_81: int) -> None:
    with unit_of_work():
        row = the_issue()
        for _ in range(MOST_KEPT + 2):
            added = service.add_section(row, Section("Note", "A note"), by_id=None)
            service.remove_section(row, added.public_id, by_id=None)
    assert len(queries.removed_sections(the_issue(), 1000)) == MOST_KEPT


# A newer version


def newer_article() -> None:
    article = next(one for one in queries.document(the_issue()).sections if one.kind == "Article")
    with unit_of_work():
        library_service.save_piece(
            kind="Article",
            title="Listening thrice",
            body="Body, with **emphasis** and a new end.",
            fields=article.fields,
            actor_id=None,
            public_id=article.id,
        )


def test_a_newer_version_is_shown_word_by_word_before_it_is_taken(desk: Editor) -> None:
    newer_article()
    desk.visit(f"{COMPOSER}?section={id_of('Article')}")
    desk.follow("See the newer version")
    marks = ["".join(one.itertext()) for tag in ("del", "ins") for one in desk.page.all(tag)]
    assert [mark for mark in marks if mark in ("twice", "thrice")] == ["twice", "thrice"]
    assert any("new end" in mark for mark in marks)
    desk.submit("Take the newer version")
    db.session.rollback()
    assert queries.document(the_issue()).sections[1].title == "Listening thrice"
    desk.visit(f"{COMPOSER}/sections/{id_of('Article')}/newer")
    desk.sees("There is no newer version of this section.")


def test_a_version_that_came_after_the_page_was_opened_is_not_taken_unseen(desk: Editor) -> None:
    newer_article()
    desk.visit(f"{COMPOSER}/sections/{id_of('Article')}/newer")
    article = next(one for one in queries.document(the_issue()).sections if one.kind == "Article")
    with unit_of_work():
        library_service.save_piece(
            kind="Article",
            title="Listening four times",
            body="Body.",
            fields=article.fields,
            actor_id=None,
            public_id=article.id,
        )
    desk.submit("Take the newer version")
    desk.sees("It was saved once more meanwhile")
    db.session.rollback()
    assert queries.document(the_issue()).sections[1].title == "Listening twice"


def test_sixty_sections_are_listed_with_few_questions_to_the_database(
    desk: Editor, hired: Callable[..., int]
) -> None:
    from tests.issues.test_composer import counted

    few = counted(desk, COMPOSER)
    with unit_of_work():
        row = the_issue()
        for number in range(57):
            service.add_section(row, Section("Note", f"Note {number}", "Words."), by_id=None)
    assert counted(desk, COMPOSER) <= few + 1
    assert len(desk.page.all("button", name="direction")) == 120
