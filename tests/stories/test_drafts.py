"""What somebody types on a story's page is kept, valid or not, offered again, and never put in silently."""

import pytest

from newsroom.accounts.queries import history
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries, service
from newsroom.stories.models import StoryDraft
from tests.stories.conftest import STORY, stored


@pytest.fixture
def app(db_app):
    return db_app


# What is decided in Python and not in SQL is asked once.
ON_SQLITE = pytest.mark.parametrize("db_app", ["sqlite"], indirect=True)


@pytest.fixture
def at_work(editor, tell):
    public_id = tell()
    editor.visit(f"/desk/stories/{public_id}")
    editor.submit("Start editing")
    return editor, public_id


def typing(person, public_id, *, page=None, **fields):
    """What the page's script sends while somebody types."""
    form = (page or person.page).form("revision")
    values = {**dict(form.values), **fields}
    return person.client.post(
        f"/desk/stories/{public_id}/draft",
        base_url=person.base_url,
        data=values,
        headers={"Origin": person.base_url.rstrip("/"), "Sec-Fetch-Site": "same-origin"},
    )


def drafts():
    db.session.rollback()
    return list(db.session.scalars(db.select(StoryDraft)))


def test_what_is_typed_is_kept_and_offered_and_changes_nothing_about_the_story(at_work):
    editor, public_id = at_work
    typed = {"title": "Half a ti", "text": "Typed.\r\n\r\nAnd", "takeaways-1-label": "Have", "closing": "So"}
    before = [entry.verb for entry in history(queries.subject_of(public_id))]
    answer = typing(editor, public_id, **typed)
    assert (answer.status_code, answer.data) == (204, b"")
    assert [entry.verb for entry in history(queries.subject_of(public_id))] == before
    assert stored(public_id).version == 0
    editor.visit(f"/desk/stories/{public_id}")
    editor.sees("that was not saved", "Take it up", "Forget it")
    assert dict(editor.page.form("revision").values)["text"].strip() == STORY
    editor.follow("Take it up")
    editor.does_not_see("that was not saved")
    form = dict(editor.page.form("revision").values)
    assert (
        form["title"].strip(),
        form["text"].split(),
        form["takeaways-1-label"],
        form["closing"].strip(),
    ) == (
        "Half a ti",
        ["Typed.", "And"],
        "Have",
        "So",
    )
    editor.submit("revision", button="Save")
    assert stored(public_id).revisions[-1].title == "Half a ti"
    assert drafts() == []
    editor.does_not_see("that was not saved")


@ON_SQLITE
def test_a_draft_need_not_be_valid(at_work):
    editor, public_id = at_work
    assert typing(editor, public_id, title="x" * 5000, version="soon", text="").status_code == 204
    editor.visit(f"/desk/stories/{public_id}?draft=1")
    assert dict(editor.page.form("revision").values)["title"].strip() == "x" * 5000


def test_a_version_that_is_none_is_no_reason_to_lose_words(at_work):
    editor, public_id = at_work
    for version in ("-1", "99999999999999999999", "", "1; DROP"):
        kept = f"Kept it, version “{version}”."
        assert (
            typing(editor, public_id, version=version, text=kept.replace(" ", "\x00 ", 1)).status_code == 204
        )
        editor.visit(f"/desk/stories/{public_id}?draft=1")
        assert dict(editor.page.form("revision").values)["text"].strip() == kept


def test_it_is_forgotten_when_its_writer_says_so(at_work):
    editor, public_id = at_work
    typing(editor, public_id, text="Typed.")
    editor.visit(f"/desk/stories/{public_id}")
    editor.submit("Forget it")
    editor.does_not_see("that was not saved")
    assert drafts() == []


def test_it_is_nobody_elses(at_work, cast):
    editor, public_id = at_work
    typing(editor, public_id, text="Typed.")
    other = cast.editor("Bryn Tate", "bryn@service-bell.example")
    other.visit(f"/desk/stories/{public_id}?draft=1")
    other.does_not_see("that was not saved", "Typed.")
    assert typing(other, public_id, text="Bryn typed.").status_code == 204
    assert len(drafts()) == 2


@ON_SQLITE
def test_a_page_that_did_not_take_it_up_never_overwrites_it(at_work):
    editor, public_id = at_work
    typing(editor, public_id, text="The first.")
    editor.visit(f"/desk/stories/{public_id}")
    answer = typing(editor, public_id, text="The second.")
    assert answer.status_code == 409
    assert [draft.fields["typed"]["text"] for draft in drafts()] == [["The first."]]
    editor.submit("revision", button="Save", title="Saved elsewhere")
    editor.sees("that was not saved")
    assert len(drafts()) == 1


@ON_SQLITE
def test_a_draft_over_an_older_version_meets_the_newer_one_as_a_conflict(at_work, cast):
    editor, public_id = at_work
    typing(editor, public_id, text=STORY.replace("lunch", "dinner"))
    with unit_of_work():
        service.save_revision(
            public_id, version=0, title="Theirs", text=STORY, attribution="", note="", actor_id=None
        )
    editor.visit(f"/desk/stories/{public_id}?draft=1")
    editor.submit("revision", button="Save", expect=409)
    editor.submit("resolve", button="Save it so")
    revision = stored(public_id).revisions[-1]
    assert (revision.title, queries.text_of(stored(public_id), revision)) == (
        "Theirs",
        STORY.replace("lunch", "dinner"),
    )
    assert drafts() == []


def test_of_a_withdrawn_story_nothing_more_is_kept(at_work):
    editor, public_id = at_work
    page = editor.page
    with unit_of_work():
        service.withdraw(public_id)
    assert typing(editor, public_id, page=page, text="Typed.").status_code == 409
    assert drafts() == []


@ON_SQLITE
def test_only_the_forms_own_fields_are_kept_and_not_endlessly(at_work):
    editor, public_id = at_work
    typing(editor, public_id, text="Typed.", password="secret", more="1")
    (draft,) = drafts()
    assert set(draft.fields["typed"]) <= {
        "title", "text", "attribution", "note_as", "opening", "closing",
        "call", "call_button", "call_link",
        *(f"takeaways-{i}-{part}" for i in range(2) for part in ("label", "reason", "behaviour")),
    }  # fmt: skip
    assert typing(editor, public_id, text="x" * 500_001).status_code == 413
    assert drafts()[0].fields["typed"]["text"] == ["Typed."]


@ON_SQLITE
def test_an_ended_session_is_said_plainly_and_nothing_is_kept_for_a_stranger(at_work):
    editor, public_id = at_work
    page = editor.page
    editor.client.delete_cookie("newsroom", domain="newsroom.example")
    assert typing(editor, public_id, page=page, text="Typed.").status_code == 403
    assert drafts() == []


@ON_SQLITE
def test_an_ended_session_while_saving_loses_nothing(at_work):
    from tests.cast import PASSWORD

    editor, public_id = at_work
    editor.client.delete_cookie("newsroom", domain="newsroom.example")
    editor.submit("revision", button="Save", title="Kept", text="Kept words.\n\nAll of them.", expect=403)
    editor.submit("/sign-in", email=editor.email, password=PASSWORD)
    editor.sees("You are signed in again: check and send")
    editor.submit("Send again")
    revision = stored(public_id).revisions[-1]
    assert revision.title == "Kept"
    assert queries.text_of(stored(public_id), revision) == "Kept words.\n\nAll of them."
