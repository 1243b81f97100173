"""What is typed in the composer and not saved: kept, offered, taken up over the version it was typed on."""

import json
from typing import Any

import pytest

from newsroom.accounts import queries as accounts
from newsroom.accounts.models import TypedDraft
from newsroom.issues import rules
from newsroom.platform.db import db, unit_of_work
from tests.cast import Editor
from tests.issues.conftest import the_issue
from tests.issues.test_composer import COMPOSER, open_section, section_id, sections

FORM = "words"


@pytest.fixture
def desk(issue_81: int, editor: Editor) -> Editor:
    editor.visit(COMPOSER)
    return editor


def typing(person: Any, status: int = 204, **fields: str) -> None:
    """What the page's script sends while somebody types."""
    data = {**dict(person.page.form(FORM).values), **fields}
    data["draft-of"] = person.page.form(FORM).element.get("data-draft")
    answer = person.client.post("/desk/drafts", base_url=person.base_url, data=data)
    assert answer.status_code == status, answer.text


def drafts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(TypedDraft.subject).order_by(TypedDraft.subject)))


def shown(person: Any, name: str) -> str:
    return str(dict(person.page.form(FORM).values)[name]).strip()


def test_what_was_typed_is_offered_taken_up_and_forgotten_once_saved(desk: Editor) -> None:
    place = open_section(desk, "Announcement")
    here = desk.page.address
    typing(desk, body="Half a sen", key_link="http://[")
    desk.visit(here)
    desk.sees("You typed something here at", "Take it up", "Throw it away")
    assert shown(desk, "body") == "We open the season in November."
    desk.follow("Take it up")
    desk.sees("This is what you had typed, not saved yet.")
    assert (shown(desk, "body"), shown(desk, "key_link")) == ("Half a sen", "http://[")
    # What is wrong in it is said when it is saved, and nothing of it goes.
    desk.submit(place, expect=422)
    assert shown(desk, "body") == "Half a sen"
    assert len(drafts()) == 1
    desk.submit(place, key_link="")
    assert sections()[0].body == "Half a sen"
    desk.does_not_see("You typed something here")
    assert drafts() == []


def test_the_head_and_a_new_section_are_kept_as_well(desk: Editor) -> None:
    typing(desk, subject="A better subject", issue_on="2026-13-45")
    desk.visit(f"{COMPOSER}?add=book-recommendation")
    desk.sees("Typed here and not saved", "Date, subject, preheader")
    typing(desk, title="A book", body="So good")
    desk.visit(COMPOSER)
    desk.follow("A book")
    assert (shown(desk, "title"), shown(desk, "body")) == ("A book", "So good")
    desk.visit(f"{COMPOSER}?draft=1")
    assert (shown(desk, "subject"), shown(desk, "issue_on")) == ("A better subject", "2026-13-45")
    desk.submit("/head", issue_on="2026-12-01")
    assert the_issue().subject == "A better subject"
    desk.follow("A book")
    desk.submit("/sections/new/book-recommendation", **needed(desk))
    assert sections()[-1].title == "A book"
    assert drafts() == []


def needed(person: Any) -> dict[str, str]:
    form = dict(person.page.form("/sections/new/book-recommendation").values)
    return {"key_author": "Somebody"} if "key_author" in form else {}


def test_it_is_thrown_away_by_a_button_and_nothing_else_is(desk: Editor) -> None:
    open_section(desk, "Announcement")
    here = desk.page.address
    typing(desk, body="Half")
    assert desk.client.get("/desk/drafts/forget", base_url=desk.base_url).status_code == 405
    desk.visit(here)
    desk.submit("Throw it away")
    desk.sees("It is thrown away.")
    assert drafts() == []
    assert desk.page.address.endswith(section_id("Announcement"))


def test_typing_what_is_stored_already_offers_nothing(desk: Editor) -> None:
    open_section(desk, "Announcement")
    here = desk.page.address
    typing(desk)
    desk.visit(here)
    desk.does_not_see("You typed something here")


def test_a_draft_is_nobody_elses(desk: Editor, cast: Any) -> None:
    open_section(desk, "Announcement")
    typing(desk, body="The words of Ines.")
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    other.visit(f"{desk.page.address}&draft=1")
    other.does_not_see("You typed something here", "The words of Ines.", "Typed here and not saved")
    other.visit(COMPOSER)
    other.does_not_see("Typed here and not saved")


def test_taken_up_over_an_older_version_it_meets_the_newer_one_as_a_conflict(desk: Editor, cast: Any) -> None:
    place = open_section(desk, "Announcement")
    here = desk.page.address
    typing(desk, body="The words of Ines.")
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    open_section(other, "Announcement")
    other.submit(place, body="The words of Nuala.")
    desk.visit(f"{here}&draft=1")
    desk.submit(place, expect=409)
    desk.sees("The words of Nuala.", "The words of Ines.")
    assert sections()[0].body == "The words of Nuala."
    desk.submit(place)
    assert sections()[0].body == "The words of Ines."
    assert drafts() == []


def test_what_was_typed_for_a_section_that_is_gone_becomes_a_new_one(desk: Editor) -> None:
    place = open_section(desk, "Announcement")
    typing(desk, title="Kept", body="Words for it.")
    desk.submit(f"{place}/remove")
    desk.sees("The section you typed this for is gone; taken up, it becomes a new one.")
    desk.follow("Kept")
    assert (shown(desk, "title"), shown(desk, "body")) == ("Kept", "Words for it.")
    desk.submit("/sections/new/announcement")
    assert [one.body for one in sections() if one.kind == "Announcement"] == ["Words for it."]
    assert drafts() == []


def test_in_a_cancelled_issue_it_can_still_be_read(desk: Editor) -> None:
    open_section(desk, "Announcement")
    typing(desk, body="Words for it.")
    with unit_of_work():
        the_issue().state = rules.CANCELLED
    desk.visit(COMPOSER)
    desk.sees("Typed here and not saved", "Words for it.")
    assert "Take it up" not in [words for words, _ in desk.page.links]
    desk.submit("Throw it away")
    assert drafts() == []


def test_no_words_of_a_story_are_kept_beside_it(desk: Editor) -> None:
    """A copy would outlive the story when its author has it destroyed."""
    open_section(desk, "Thumbs down")
    form = desk.page.form(FORM).element
    assert form.get("data-draft") is None
    assert form.get("data-guard") is not None


def test_a_draft_of_another_issue_is_not_shown_here(desk: Editor) -> None:
    desk.visit(f"{COMPOSER}?add=note&draft=issue:82:new:note")
    assert desk.page.form(FORM).element.get("data-draft") == "issue:81:new:note"


@pytest.mark.parametrize("typed", [{"version": ["x"] * 3}, {"of_kind": ["nothing"]}, {"body": []}, {}])
def test_a_draft_of_any_shape_breaks_no_page(desk: Editor, typed: dict[str, list[str]]) -> None:
    staff = accounts.by_email(desk.email)
    assert staff is not None
    fields = json.loads(json.dumps({"key": "k", "typed": typed}))
    for subject in (
        f"issue:81:section:{section_id('Announcement')}",
        "issue:81:section:gone",
        "issue:81:what",
    ):
        with unit_of_work():
            db.session.merge(
                TypedDraft(
                    staff_id=staff.id,
                    subject=subject,
                    version="",
                    fields=fields,
                    typed_at=the_issue().created_at,
                )
            )
    desk.visit(f"{COMPOSER}?section={section_id('Announcement')}&draft=1")
    desk.visit(f"{COMPOSER}?add=note&draft=issue:81:section:gone")
    desk.visit(COMPOSER)


def test_no_browser_cuts_a_long_text_short(desk: Editor) -> None:
    open_section(desk, "Announcement")
    (text,) = desk.page.all("textarea", id="body")
    assert text.get("maxlength") is None
    assert text.get("data-paste") == "/desk/paste"


# Two editors


def test_of_two_edits_each_field_takes_theirs_mine_or_both(desk: Editor, cast: Any) -> None:
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    place = open_section(desk, "Announcement")
    open_section(other, "Announcement")
    desk.submit(place, title="The title of Ines", body="We begin.\n\nThe words of Ines.\n\nThe end.")
    other.submit(
        place, title="The title of Nuala", body="We begin.\n\nThe words of Nuala.\n\nThe end.", expect=409
    )
    assert [str(item.text).strip() for item in other.page.all("mark")] == ["Ines", "Nuala", "Ines", "Nuala"]
    other.submit(FORM, button="Take theirs for Title", expect=409)
    assert shown(other, "title") == "The title of Ines"
    other.submit(FORM, button="Take both for Text", expect=409)
    both = ["We begin.", "The words of Ines.", "The words of Nuala.", "The end."]
    assert shown(other, "body").split("\n\n") == both
    # Every step can be taken back, and nothing was saved by any.
    other.submit(FORM, button="Take mine for Title", expect=409)
    assert shown(other, "title") == "The title of Nuala"
    assert sections()[0].title == "The title of Ines"
    other.submit(place)
    assert (sections()[0].title, sections()[0].body.split("\n\n")) == ("The title of Nuala", both)


def test_a_third_save_while_two_are_put_together_is_no_loss(desk: Editor, cast: Any) -> None:
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    place = open_section(desk, "Announcement")
    open_section(other, "Announcement")
    desk.submit(place, body="The first of Ines.")
    other.submit(place, body="The words of Nuala.", expect=409)
    desk.submit(place, body="The second of Ines.")
    other.submit(place, expect=409)
    other.sees("The second of Ines.", "The words of Nuala.")
    assert sections()[0].body == "The second of Ines."


def test_the_date_of_a_head_can_be_taken_too(desk: Editor, cast: Any) -> None:
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    other.visit(COMPOSER)
    desk.submit("/head", issue_on="2026-12-08")
    other.submit("/head", issue_on="2026-12-15", expect=409)
    other.submit(FORM, button="Take theirs for Date", expect=409)
    assert shown(other, "issue_on") == "2026-12-08"
    other.submit(FORM, button="Take mine for Date", expect=409)
    other.submit("/head")
    db.session.rollback()
    assert str(the_issue().issue_on) == "2026-12-15"


@pytest.mark.parametrize(
    "choice", ["", "body", "body nothing", "version theirs", "nothing theirs", "x" * 3000]
)
def test_a_forged_choice_changes_nothing(desk: Editor, choice: str) -> None:
    place = open_section(desk, "Announcement")
    data = {**dict(desk.page.form(FORM).values), "take": choice, "body": "Typed."}
    answer = desk.client.post(
        f"/desk/issues/81{place}", base_url=desk.base_url, data=data, headers={"Origin": desk.base_url}
    )
    assert answer.status_code == 409
    assert "Typed." in answer.text
    assert sections()[0].body == "We open the season in November."
