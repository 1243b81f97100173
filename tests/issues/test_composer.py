"""The composer as an editor uses it: through its own forms, with colleagues, with mistakes."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from newsroom.accounts.models import AuditEntry
from newsroom.issues import kinds, queries, rules, service
from newsroom.issues.document import Section
from newsroom.issues.kinds import Kind
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from newsroom.stories.events import place_of
from tests.cast import Editor
from tests.issues.conftest import WHOLE, approve, take_in, the_issue
from tests.stories.conftest import sign_redaction

VALUES = {
    "day": "2027-01-12",
    "days": "2027-01-12 to 2027-01-14",
    "whole_number": "3",
    "address": "https://quay.example/a",
    "address_or_later": "later",
    "offer": "KETTLE10 until 2027-03-31",
    "how_much": "opening",
}
COMPOSER = "/desk/issues/81"


@pytest.fixture
def desk(issue_81: int, editor: Editor) -> Editor:
    """An editor before the composer of issue 81."""
    editor.visit(COMPOSER)
    return editor


def values_of(kind: Kind) -> dict[str, str]:
    return {key.name: VALUES.get(key.check.__name__, f"Words for {key.name}") for key in kind.all_keys}


def fields_of(kind: Kind) -> dict[str, str]:
    return {f"key_{name.replace('-', '_')}": value for name, value in values_of(kind).items()}


def sections() -> list[Any]:
    db.session.rollback()
    return list(queries.document(the_issue()).sections)


def section_id(kind: str) -> str:
    db.session.rollback()
    return next(section.public_id for section in the_issue().sections if section.kind == kind)


def open_section(person: Any, kind: str) -> str:
    found = section_id(kind)
    person.visit(f"{COMPOSER}?section={found}")
    return f"/sections/{found}"


@pytest.mark.parametrize("kind", kinds.by_name.values(), ids=kinds.names())
def test_a_section_of_each_kind_is_added_edited_moved_and_taken_out(desk: Editor, kind: Kind) -> None:
    desk.submit("Add", add=kind.slug)
    typed = {"title": "A <title> & more", "body": "Words of it.", **fields_of(kind)}
    if kind.source == "story":
        typed["note"] = "Look up."
    desk.submit(f"/sections/new/{kind.slug}", **typed)
    desk.sees(f"{kind.name} added.", "A <title> & more")
    added = sections()[-1]
    assert (added.kind, added.title, added.body) == (kind.name, "A <title> & more", "Words of it.")
    assert added.fields == values_of(kind)
    place = f"/sections/{section_id_of_last()}"
    if kind.source != "story":
        desk.submit(place, title="Another title", body="Other words.")
        assert (sections()[-1].title, sections()[-1].body) == ("Another title", "Other words.")
    desk.submit(f"{place}/move", button="↑")
    assert sections()[-2].id == sections_by_place(place).id
    desk.submit(f"{place}/remove")
    desk.sees("Taken out.")
    assert len(sections()) == 3


def section_id_of_last() -> str:
    db.session.rollback()
    return the_issue().sections[-1].public_id


def sections_by_place(place: str) -> Any:
    public_id = place.rpartition("/")[2]
    db.session.rollback()
    rows = the_issue().sections
    return sections()[[row.public_id for row in rows].index(public_id)]


def test_an_error_stands_at_its_field_and_what_was_typed_is_kept(desk: Editor) -> None:
    desk.visit(f"{COMPOSER}?add=speaking-engagement")
    desk.submit(
        "/sections/new/speaking-engagement",
        title="",
        body="Come.",
        key_when="soon",
        key_link="x y",
        expect=422,
    )
    desk.sees("A section needs a title.", "When has “soon” where a date is needed", "a web address has none")
    form = desk.page.form("/sections/new/speaking-engagement")
    assert dict(form.values)["body"].strip() == "Come."
    assert dict(form.values)["key_when"] == "soon"
    (field,) = desk.page.all("input", id="key_when")
    assert field.get("aria-invalid") == "true"
    assert "key_when-error" in (field.get("aria-describedby") or "")
    assert len(sections()) == 3


@pytest.mark.parametrize("link", ["http://[", "/\\elsewhere.example", "javascript:alert(1)", "//x.example"])
def test_an_address_that_is_none_is_refused_at_its_field(desk: Editor, link: str) -> None:
    place = open_section(desk, "Announcement")
    desk.submit(place, key_link=link, expect=422)
    desk.sees("is not a web address; begin it with https://")


def test_two_editors_of_one_section_lose_neither_text(desk: Editor, cast: Any) -> None:
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    place = open_section(desk, "Announcement")
    open_section(other, "Announcement")
    desk.submit(place, body="The words of Ines.")
    other.submit(place, body="The words of Nuala.", expect=409)
    other.sees("Somebody saved this while you were typing", "The words of Ines.", "The words of Nuala.")
    assert sections()[0].body == "The words of Ines."
    other.submit(place)
    assert sections()[0].body == "The words of Nuala."


def test_a_mistake_in_between_does_not_hide_a_conflict(desk: Editor, cast: Any) -> None:
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    place = open_section(desk, "Announcement")
    open_section(other, "Announcement")
    desk.submit(place, body="The words of Ines.")
    other.submit(place, body="The words of Nuala.", title="", expect=422)
    other.submit(place, title="A title", expect=409)
    assert sections()[0].body == "The words of Ines."


def test_two_editors_of_the_head_lose_neither_text(desk: Editor, cast: Any) -> None:
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    other.visit(COMPOSER)
    desk.submit("/head", subject="The subject of Ines")
    other.submit("/head", subject="The subject of Nuala", expect=409)
    other.sees("The subject of Ines", "The subject of Nuala")
    other.submit("/head")
    db.session.rollback()
    assert the_issue().subject == "The subject of Nuala"


def test_a_section_that_a_colleague_saved_is_no_conflict_for_the_head(desk: Editor, cast: Any) -> None:
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    other.visit(COMPOSER)
    desk.submit(open_section(desk, "Announcement"), body="Other words.")
    other.submit("/head", subject="The subject of Nuala")
    other.sees("Saved.")


def test_a_section_that_a_colleague_took_out_is_offered_as_a_new_one(desk: Editor, cast: Any) -> None:
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    place = open_section(desk, "Announcement")
    open_section(other, "Announcement")
    desk.submit(f"{place}/remove")
    other.submit(place, body="The words of Nuala.", expect=409)
    other.sees("somebody removed it", "What you typed is still in the form below")
    other.submit("/sections/new/announcement")
    assert [section.body for section in sections() if section.kind == "Announcement"] == [
        "The words of Nuala."
    ]


def test_what_was_typed_is_kept_when_the_issue_has_gone_out_meanwhile(desk: Editor) -> None:
    desk.visit(COMPOSER)
    with unit_of_work():
        the_issue().state, the_issue().sent_at = rules.SENT, clock.now()
    desk.submit("/head", subject="A subject too late", expect=422)
    desk.sees("Issue 81 is already sent")
    (field,) = desk.page.all("input", id="subject")
    assert field.get("value") == "A subject too late"


def test_sending_a_form_twice_adds_one_section(desk: Editor) -> None:
    desk.visit(f"{COMPOSER}?add=note")
    form = desk.page
    desk.submit("/sections/new/note", title="Once", body="Words.")
    desk._page = form
    desk.submit("/sections/new/note", title="Once", body="Words.")
    assert [section.title for section in sections()].count("Once") == 1


def test_going_back_and_typing_something_else_loses_nothing(desk: Editor) -> None:
    desk.visit(f"{COMPOSER}?add=note")
    form = desk.page
    desk.submit("/sections/new/note", title="First", body="Words.")
    desk._page = form
    desk.submit("/sections/new/note", title="Second", body="More words.", expect=409)
    desk.sees("This form has added a section already.")
    desk.submit("/sections/new/note")
    assert [section.title for section in sections()][-2:] == ["First", "Second"]


@pytest.mark.parametrize("token", ["", "../../etc", "x" * 300, "abcdefghijkl"])
def test_a_forged_token_does_no_harm(desk: Editor, token: str) -> None:
    desk.visit(f"{COMPOSER}?add=note")
    desk.submit("/sections/new/note", title="T", body="Words.", token=token)
    assert sections()[-1].title == "T"


def test_a_forged_version_is_a_conflict(desk: Editor) -> None:
    place = open_section(desk, "Announcement")
    for version in ("", "x", "-1", "9" * 40, "²"):
        desk.submit(place, body="Other.", version=version, expect=409)
        desk.visit(f"{COMPOSER}?section={place.rpartition('/')[2]}")


@pytest.mark.parametrize(
    "address",
    [
        "/desk/issues/81?add=nothing",
        "/desk/issues/7",
        "/desk/issues/99999999999999999999999999",
        "/desk/issues/7/check",
        "/desk/issues/7/letter.html",
        "/desk/issues/7/manuscript.md",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(desk: Editor, address: str) -> None:
    desk.visit(address, expect=404)


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30])
def test_any_page_number_shows_a_list(desk: Editor, page: str) -> None:
    desk.visit(f"/desk/issues?page={page}")


def test_an_unknown_section_or_preview_shows_the_head(desk: Editor) -> None:
    desk.visit(f"{COMPOSER}?section=nothing&preview=hologram").form("/head")


def test_a_form_without_its_token_changes_nothing(desk: Editor) -> None:
    place = open_section(desk, "Announcement")
    answer = desk.client.post(
        f"/desk/issues/81{place}",
        data={"title": "T", "body": "Forged."},
        base_url=desk.base_url,
        headers={"Origin": desk.base_url},
    )
    assert answer.status_code == 400
    assert "Forged." in answer.get_data(as_text=True)
    assert sections()[0].body == "We open the season in November."


def test_what_was_typed_survives_the_end_of_a_session(desk: Editor) -> None:
    place = open_section(desk, "Announcement")
    kept = desk.page
    desk.client.delete_cookie("newsroom", domain="newsroom.example")
    desk.client = desk.app.test_client()
    desk._page = kept
    desk.submit(place, body="Typed all afternoon.", expect=403)
    assert "Typed all afternoon." in desk.page.source


# Two million letters, and two megabytes of a script whose letters take nine bytes each in a form.
@pytest.mark.parametrize("pasted", ["word " * 400_000, "日本語 " * 200_000])
def test_a_paste_of_two_megabytes_comes_back_whole_with_a_sentence(desk: Editor, pasted: str) -> None:
    place = open_section(desk, "Announcement")
    desk.submit(place, body=pasted, expect=422)
    assert "Keep the text to 200,000 characters." in desk.page.source
    assert pasted.strip() in desk.page.source
    assert sections()[0].body == "We open the season in November."


def test_what_no_form_can_hold_is_refused_with_a_page(desk: Editor) -> None:
    place = open_section(desk, "Announcement")
    desk.submit(place, body="x" * 8_400_000, expect=413)
    desk.sees("Go back, shorten it")


def test_html_script_and_reversed_text_are_words_everywhere(desk: Editor) -> None:
    place = open_section(desk, "Announcement")
    bad = "<script>alert(1)</script> \u202egnorw <img src=x onerror=alert(1)>"
    desk.submit(place, title=bad, body=bad, key_button="<b>x</b>", key_link='https://quay.example/"><script>')
    pages = [desk.page.source]
    for path in ("letter.html", "web"):
        pages.append(desk.visit(f"{COMPOSER}/{path}").source)
    pages += [desk.visit(f"{COMPOSER}?preview=text").source, desk.visit(f"{COMPOSER}/check").source]
    for source in pages:
        assert "<script>alert" not in source
        assert "onerror=alert(1)>" not in source.replace("&gt;", "")
        assert "\u202e" not in source


def test_the_previews_cannot_run_scripts_or_be_framed_elsewhere(desk: Editor) -> None:
    for path in ("letter.html", "web"):
        policy = desk.visit(f"{COMPOSER}/{path}").headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]


@pytest.fixture
def ready(issue_81: int, hired: Callable[..., int]) -> str:
    """A story on the shelf; gives its id."""
    with unit_of_work():
        return stories_service.import_column(
            stories_service.ColumnDraft(
                verdict="up", title="They looked up", body="They did.", note="Good.", consent="by permission"
            )
        ).public_id


def test_a_ready_story_is_placed_once(ready: str, editor: Editor) -> None:
    page = editor.visit(COMPOSER)
    editor.submit("They looked up")
    assert sections()[-1].title == "They looked up"
    assert stories.ready_stories() == []
    editor._page = page
    editor.submit("They looked up")
    editor.sees("cannot be placed in an issue")
    assert [section.id for section in sections()].count(ready) == 1


def test_a_story_that_is_not_ready_or_not_there_is_refused(ready: str, editor: Editor) -> None:
    page = editor.visit(COMPOSER)
    with unit_of_work():
        stories_service.back_to_editing(ready)
    editor._page = page
    editor.submit("They looked up")
    editor.sees("This story cannot be placed in an issue")
    editor._page = page
    editor.submit("They looked up", story="nothing")
    editor.sees("There is no such story.")
    assert len(sections()) == 3


def test_a_piece_of_the_library_is_placed_once_in_an_issue(desk: Editor) -> None:
    with unit_of_work():
        service.create_issue(82, the_issue().issue_on, by_id=None)
    desk.visit("/desk/issues/82")
    page = desk.page
    article = next(section for section in sections() if section.kind == "Article")
    desk.submit("/pieces", piece=article.id)
    desk._page = page
    desk.submit("/pieces", piece=article.id)
    desk.sees("“Listening twice” stands in this issue already.")
    assert len(the_issue(82).sections) == 1


def test_a_newer_version_is_offered_and_taken(desk: Editor) -> None:
    article = next(section for section in sections() if section.kind == "Article")
    with unit_of_work():
        row = service.create_issue(82, the_issue().issue_on, by_id=None)
        placed = service.place_piece(row, article.id, by_id=None)
        service.save_section(
            row,
            placed.public_id,
            Section("Article", "Listening thrice", fields=article.fields),
            base_version=placed.version,
            by_id=None,
        )
    open_section(desk, "Article")
    desk.sees("newer version")
    assert sections()[1].title == "Listening twice"
    desk.follow("See the newer version")
    desk.submit("Take the newer version")
    assert sections()[1].title == "Listening thrice"
    desk.does_not_see("newer version")


def test_a_readers_story_keeps_its_words(desk: Editor, ready: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with unit_of_work():
        story = stories.story(ready)
        assert story is not None
        story.source = "form"
        placed = service.place_story(the_issue(), ready, by_id=None).public_id
    desk.visit(f"{COMPOSER}?section={placed}")
    desk.sees("A reader told this story.")
    form = desk.page.form(f"/sections/{placed}")
    assert not {"title", "body", "note", "key_consent"} & {name for name, _ in form.values}
    desk.submit(f"/sections/{placed}", key_lead_in="Now for the better.")
    section = sections()[-1]
    assert (section.title, section.body, section.note) == ("They looked up", "They did.", "Good.")
    assert section.value("lead-in") == "Now for the better."


@pytest.fixture
def readers(issue_81: int, ready: str) -> str:
    """A reader's story in issue 81, whose note quotes what nobody said; gives its id."""
    with unit_of_work():
        story = stories.story(ready)
        assert story is not None
        story.source = "form"
        story.revisions[-1].note = "“We never once looked up” was false."
        service.place_story(the_issue(), ready, by_id=None)
    return ready


def test_a_finding_about_a_readers_story_is_mended_on_its_page_and_taken_over(
    readers: str, editor: Editor
) -> None:
    editor.visit(f"{COMPOSER}/check")
    editor.sees("One finding blocks this issue; one finding is for you to judge.")
    (way,) = {address for words, address in editor.page.links if words.startswith("Go there")}
    assert way == f"{editor.base_url}/desk/stories/{readers}#editors-note"
    page = editor.visit(f"/desk/stories/{readers}")
    assert page.all("fieldset", id="editors-note")
    editor.sees("It stands in issue 81.", "Quotations to check", "“We never once looked up”")
    editor.submit("revision", button="Save", opening="“They did” was all it took.")
    editor.does_not_see("Quotations to check")
    editor.sees("Issue 81 holds version 1 and keeps it until somebody takes version 2 there.")
    assert sections()[-1].note == "“We never once looked up” was false."
    with unit_of_work():
        sign_redaction(readers)
    editor.visit(f"{COMPOSER}/check")
    editor.follow("Go there")
    editor.follow("See the newer version")
    editor.submit("Take the newer version")
    assert sections()[-1].note.startswith("“They did”")
    editor.visit(f"{COMPOSER}/check")
    editor.sees("Nothing blocks this issue; one finding is for you to judge.", "has no takeaways")


def test_a_version_that_is_not_ready_is_not_taken_and_says_why(readers: str, editor: Editor) -> None:
    editor.visit(f"/desk/stories/{readers}")
    editor.submit("revision", button="Save", opening="")
    editor.sees("Before the issue can take it", "There is no Editor’s note yet")
    editor.follow("Take it in issue 81")
    editor.follow("See the newer version")
    editor.submit("Take the newer version")
    editor.sees("There is no Editor’s note yet")
    assert sections()[-1].note == "“We never once looked up” was false."
    editor.submit("Take it out of the issue")
    db.session.rollback()
    story = stories.story(readers)
    assert story is not None
    assert story.state == "editing"


def test_an_approval_is_void_once_a_newer_version_is_taken_and_not_before(
    readers: str, editor: Editor, issue_81: int
) -> None:
    with unit_of_work():
        story = stories.story(readers)
        assert story is not None
        story.revisions[-1].note = "Look up."
    approve(by_id=issue_81)
    editor.visit(f"/desk/stories/{readers}")
    editor.submit("revision", button="Save", opening="Look up at once.")
    db.session.rollback()
    assert the_issue().state == rules.APPROVED
    with unit_of_work():
        sign_redaction(readers)
    editor.follow("Take it in issue 81")
    editor.follow("See the newer version")
    editor.submit("Take the newer version")
    db.session.rollback()
    assert the_issue().state == rules.DRAFTING


def test_the_shelf_shows_a_title_with_a_button_beside_it(ready: str, editor: Editor) -> None:
    editor.visit(COMPOSER)
    form = editor.page.form("/stories")
    assert [" ".join("".join(button.itertext()).split()) for button in form.buttons] == [
        "Place “They looked up”"
    ]
    assert ("See the letter", f"{editor.base_url}{COMPOSER}#preview") in editor.page.links
    assert editor.page.all("section", id="preview")


def test_a_sent_issue_offers_no_test_and_a_publisher_asks_no_publisher(issue_81: int, cast: Any) -> None:
    petra = cast.publisher("Petra Quay", "petra@service-bell.example")
    petra.visit(f"{COMPOSER}/check").form("/approve")
    petra.does_not_see("publisher to review")
    petra.visit(COMPOSER).form("/test")
    with unit_of_work():
        the_issue().state, the_issue().sent_at = rules.SENT, clock.now()
    petra.visit(COMPOSER)
    petra.does_not_see("Send me a test")


def test_a_key_that_is_left_out_says_what_to_do(desk: Editor) -> None:
    desk.visit(f"{COMPOSER}?add=article")
    desk.submit("/sections/new/article", title="T", body="Words.", expect=422)
    desk.sees("Say who wrote it.")


def test_a_file_in_the_place_of_words_is_no_words(desk: Editor) -> None:
    desk.visit(f"{COMPOSER}?add=note")
    form = dict(desk.page.form("/sections/new/note").values)
    answer = desk.client.post(
        "/desk/issues/81/sections/new/note",
        data={**form, "title": (BytesIO(b"x"), "title.txt"), "body": (BytesIO(b"y"), "body.txt")},
        base_url=desk.base_url,
        headers={"Origin": desk.base_url},
    )
    assert answer.status_code == 422
    assert "A section needs a title." in answer.get_data(as_text=True)


def test_an_editor_asks_for_review_and_a_publisher_approves(desk: Editor, issue_81: int, cast: Any) -> None:
    desk.follow("Check and approve")
    desk.sees("Nothing was found.", "A publisher approves.")
    assert "/approve" not in desk.page.source
    desk.submit("Ask a publisher to review it")
    answer = desk.client.post("/desk/issues/81/approve", base_url=desk.base_url)
    assert answer.status_code == 400  # no token
    piet = cast.publisher("Petra Quay", "petra@service-bell.example")
    piet.visit(f"{COMPOSER}/check")
    piet.submit("/approve", number="80", expect=422)
    piet.sees("Type 81 to approve this issue.")
    piet.submit("/approve", number="81", expect=None)
    db.session.rollback()
    assert the_issue().state == rules.APPROVED


def test_an_editor_may_neither_approve_nor_give_up_an_issue(desk: Editor) -> None:
    assert "Give this issue up" not in desk.page.words
    token = dict(desk.page.form("/head").values)["csrf_token"]
    for verb in ("approve", "cancel", "reopen"):
        answer = desk.client.post(f"{COMPOSER}/{verb}", data={"csrf_token": token}, base_url=desk.base_url)
        assert answer.status_code == 403, verb
    db.session.rollback()
    assert the_issue().state == rules.DRAFTING


def test_what_changed_after_the_page_was_opened_is_not_approved(issue_81: int, cast: Any) -> None:
    petra = cast.publisher("Petra Quay", "petra@service-bell.example")
    petra.visit(f"{COMPOSER}/check")
    take_in(WHOLE.replace("second call", "third call"))
    petra.submit("/approve", number="81", expect=422)
    petra.sees("changed after this page was opened")
    petra.submit("/approve", number="81", expect=None)
    db.session.rollback()
    assert the_issue().state == rules.APPROVED


def test_a_finding_leads_to_the_field_that_mends_it(desk: Editor) -> None:
    desk.submit(open_section(desk, "Announcement"), body="We meet at TK.", key_button="Come")
    desk.visit(f"{COMPOSER}/check")
    links = [address for words, address in desk.page.links if words.startswith("Go there")]
    assert links
    for address in links:
        page = desk.visit(address.partition("#")[0].replace(desk.base_url, ""))
        assert [item for item in page.tree.iter() if item.get("id") == address.partition("#")[2]]


def test_giving_an_issue_up_and_taking_it_up_again(issue_81: int, cast: Any) -> None:
    petra = cast.publisher("Petra Quay", "petra@service-bell.example")
    petra.visit(COMPOSER)
    petra.submit("Give this issue up")
    petra.sees("Issue 81 is cancelled.")
    assert [story.title for story in stories.ready_stories()] == ["Nobody looked up"]
    petra.submit("Take it up again")
    petra.sees("In preparation")


def test_opening_an_issue_twice_is_refused_at_the_field(editor: Editor) -> None:
    page = editor.visit("/desk/issues")
    editor.submit("Open this issue", number="5", issue_on="2026-12-01")
    editor._page = page
    editor.submit("Open this issue", number="5", issue_on="2026-12-01", expect=422)
    editor.sees("There is an issue 5 already")
    for number in ("0", "-1", "x", "9" * 40):
        editor._page = page
        editor.submit("Open this issue", number=number, issue_on="2026-12-01", expect=422)


def test_an_issue_at_the_end_of_the_calendar_leaves_the_list_in_order(editor: Editor) -> None:
    editor.visit("/desk/issues")
    editor.submit("Open this issue", number="999999", issue_on="9999-12-31")
    editor.visit("/desk/issues")


def test_a_test_goes_to_who_asked_for_it_and_into_no_count(desk: Editor, settings: Any) -> None:
    desk.submit("Send me a test")
    desk.sees(f"A test is on its way to {desk.email}.")
    (letter,) = [path.read_bytes() for path in settings.instance.rglob("*.eml")]
    assert b"Subject: [TEST #81] The second call in the morning" in letter
    assert desk.email.encode() in letter
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "test sent")).one()
    assert (entry.subject, entry.detail) == ("issue 81", f"to {desk.email}")
    assert not db.session.execute(db.metadata.tables["delivery"].select()).all()


def _upload(person: Editor, data: bytes, name: str = "81.md") -> tuple[int, str]:
    person.visit("/desk/issues")
    token = dict(person.page.form("/manuscript").values)["csrf_token"]
    answer = person.client.post(
        "/desk/issues/manuscript",
        data={"csrf_token": token, "manuscript": (BytesIO(data), name)},
        base_url=person.base_url,
    )
    if answer.status_code == 302:
        return 302, person.visit(answer.headers["Location"]).source
    return answer.status_code, answer.get_data(as_text=True)


def test_a_manuscript_is_uploaded(editor: Editor, house: None) -> None:
    status, page = _upload(editor, WHOLE.encode())
    assert (status, "Issue 81 was made from the manuscript." in page) == (302, True)
    status, page = _upload(editor, WHOLE.encode())
    assert "says exactly this already" in page
    assert the_issue().updated_by_id is not None


def test_a_faulty_upload_shows_every_place_and_changes_nothing(desk: Editor) -> None:
    bad = WHOLE.replace("author:", "autor:").replace("# Thumbs down", "# Thumb down").encode()
    status, page = _upload(desk, bad, "<b>81</b>.md")
    assert status == 422
    places = re.findall(r"<code>(.*?)</code>", page)
    assert [place.rpartition("&gt;")[2] for place in places] == [".md:12:", ".md:13:", ".md:19:"]
    assert "<b>81" not in page
    for data in (b"", b"\x89PNG\x00", b"\xff\xfe"):
        assert _upload(desk, data)[0] == 422
    assert len(sections()) == 3


@contextmanager
def queries_counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def counted(person: Editor, address: str) -> int:
    with queries_counted() as statements:
        person.visit(address)
    return len(statements)


def test_more_sections_and_more_issues_cost_no_more_queries(desk: Editor) -> None:
    few, few_issues = counted(desk, COMPOSER), counted(desk, "/desk/issues")
    with unit_of_work():
        row = the_issue()
        for number in range(10):
            for kind in ("Note", "Article", "Book recommendation"):
                said = Section(kind, f"T{number}", "Text", fields={"author": "A", "series": "S"})
                service.add_section(row, said, by_id=None)
            service.create_issue(100 + number, row.issue_on, by_id=None)
    assert counted(desk, COMPOSER) <= few + 2
    assert counted(desk, "/desk/issues") <= few_issues


def test_looking_at_every_page_of_an_issue_changes_no_row(desk: Editor, app: Flask) -> None:
    def dump() -> dict[str, list[str]]:
        db.session.rollback()
        return {
            table.name: sorted(map(repr, db.session.execute(table.select()).all()))
            for table in db.metadata.sorted_tables
        }

    before = dump()
    chosen = f"{COMPOSER}?section={section_id('Article')}"
    pages = ["", "/check", "/letter.html", "/letter.txt", "/web", "/manuscript.md"]
    addresses = [COMPOSER + page for page in pages] + [chosen, f"{COMPOSER}?add=article", "/desk/issues"]
    for preview in ("desktop", "phone", "text", "web"):
        addresses.append(f"{chosen}&preview={preview}")
    for address in addresses:
        desk.visit(address)
        assert desk.client.head(address, base_url=desk.base_url).status_code == 200
    assert dump() == before


def test_a_story_is_found_where_it_stands_at_the_version_held_there(
    issue_81: int, ready: str, app: Flask
) -> None:
    with unit_of_work():
        service.place_story(the_issue(), ready, by_id=None)
        stories_service.save_revision(
            ready, version=1, title="Not decided yet", text="X", attribution="", note="", actor_id=None
        )
    place = place_of(ready)
    assert place is not None
    assert (place.number, place.version, place.is_open) == (81, 1, True)
    assert the_issue().sections[-1].public_id in place.path
    assert place_of("nosuchstory1") is None
