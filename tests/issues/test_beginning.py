"""How an issue begins: empty, from a template, with what recurs; and how templates are kept."""

from typing import Any

import pytest

from newsroom.issues import queries, rules, service
from newsroom.issues.document import Section
from newsroom.issues.models import Issue
from newsroom.issues.render import contents
from newsroom.platform.db import db, unit_of_work
from tests.cast import Editor
from tests.issues.conftest import COLUMN, WHOLE, take_in, the_issue

LIST = "/desk/issues"
TOPICS = "\n# Topics: What you asked for\n\nMore about queues.\n"


@pytest.fixture
def desk(issue_81: int, editor: Editor) -> Editor:
    """Issue 81 with an announcement, an article, a column and topics."""
    with unit_of_work():
        service.add_section(
            the_issue(), Section("Topics", "What you asked for", "More about queues."), by_id=None
        )
    editor.visit(LIST)
    return editor


def shape(number: int) -> list[tuple[str, str, str]]:
    db.session.rollback()
    return [(one.kind, one.title, one.body) for one in the_issue(number).sections]


def test_an_issue_begins_with_what_recurs_and_never_with_a_story_or_a_piece(desk: Editor) -> None:
    take_in(
        WHOLE.replace("number: 81", "number: 82")
        .replace("Listening twice", "Listening thrice")
        .replace(COLUMN, TOPICS)
    )
    desk.visit(LIST)
    desk.sees("Announcement: Meet us in the autumn", "Topics: What you asked for")
    desk.does_not_see("Article: Listening")
    ticked = [box.get("value") for box in desk.page.all("input", name="carried") if "checked" in box.attrib]
    assert len(ticked) == 2
    desk.submit("Open this issue", begins="carried", carried=ticked[1:])
    desk.sees("Issue 83")
    assert shape(83) == [("Topics", "What you asked for", "More about queues.")]
    assert the_issue(83).sections[0].public_id not in {one.public_id for one in the_issue(82).sections}


def test_what_only_the_last_issue_had_is_offered_and_not_ticked(desk: Editor) -> None:
    take_in("---\nnumber: 82\ndate: 2026-12-15\nsubject: Next\n---\n\n# Note: Once\n\nWords.\n" + TOPICS)
    last, before = queries.last_issues()
    (topics,) = queries.recurring(last, before)
    assert next(one.kind for one in last.sections if one.public_id == topics) == "Topics"


def test_nothing_ticked_says_so_and_keeps_what_was_chosen(desk: Editor) -> None:
    desk.submit("Open this issue", begins="carried", carried=[], number="90", expect=422)
    desk.sees("Tick what the new issue is to take over")
    assert dict(desk.page.form("Open this issue").values)["begins"] == "carried"
    assert queries.issue(90) is None


def test_a_forged_tick_takes_no_piece_along(desk: Editor) -> None:
    article = next(one.public_id for one in the_issue().sections if one.kind == "Article")
    with unit_of_work():
        service.begin_carried_over(90, the_issue().issue_on, the_issue(), [article], by_id=None)
    assert shape(90) == []


# Templates


def save_as(desk: Editor, name: str, number: int = 81, **more: Any) -> None:
    desk.visit(f"{LIST}/{number}/template")
    desk.submit("Save the template", name=name, **more)


def test_a_template_keeps_own_words_and_leaves_empty_places_for_the_rest(desk: Editor) -> None:
    desk.visit(f"{LIST}/81")
    desk.follow("Save as a template")
    desk.sees("Article: an empty place", "Topics: What you asked for, with its words")
    desk.submit("Save the template", name="  The   usual ")
    desk.sees("Kept as the template “The usual”.", "4 sections: Announcement")
    desk.follow("Begin an issue")
    desk.submit("Open this issue")
    assert shape(82) == [
        ("Announcement", "Meet us in the autumn", "We open the season in November."),
        ("Article", "", ""),
        ("Thumbs down", "", ""),
        ("Topics", "What you asked for", "More about queues."),
    ]
    desk.sees("An empty place")
    assert [row.title for row in contents(queries.document(the_issue(82)))] == []
    with unit_of_work():
        found = {finding.code for finding in service.check(the_issue(82)) if finding.severity == "blocker"}
    assert "empty-section" in found


def test_an_empty_place_is_written_in_the_form_as_well(desk: Editor) -> None:
    save_as(desk, "Usual")
    with unit_of_work():
        (template,) = queries.templates()
        service.begin_from_template(82, the_issue().issue_on, template.id, by_id=None)
    place = next(one.public_id for one in the_issue(82).sections if one.kind == "Article")
    desk.visit(f"{LIST}/82?section={place}")
    desk.submit(f"/sections/{place}", title="Written here", body="Words.", key_author="Ana Duarte")
    desk.sees("Saved.")
    db.session.rollback()
    assert queries.document(the_issue(82)).sections[1].title == "Written here"


def test_a_manuscript_of_an_issue_with_empty_places_can_be_taken_in_again(desk: Editor) -> None:
    from newsroom.issues import manuscript

    save_as(desk, "Usual")
    with unit_of_work():
        (template,) = queries.templates()
        service.begin_from_template(82, the_issue().issue_on, template.id, by_id=None)
    text = manuscript.write(queries.manuscript(the_issue(82)))
    assert "Article" not in text
    assert take_in(text) == "unchanged"
    assert len(shape(82)) == 4


def test_two_people_who_save_under_one_name_lose_neither(desk: Editor, cast: Any) -> None:
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    other.visit(f"{LIST}/81/template")
    save_as(desk, "Summer")
    with unit_of_work():
        service.remove_section(the_issue(), the_issue().sections[-1].public_id, by_id=None)
    other.submit("Save the template", name="summer", expect=409)
    other.sees("There is a template “Summer” already", "would lose them", "Topics: What you asked for")
    (kept,) = queries.templates()
    assert len(kept.sections) == 4
    page = other.page
    # Somebody replaces it once more before the other one decides.
    with unit_of_work():
        row = the_issue()
        service.add_section(row, Section("Note", "One more", "Words."), by_id=None)
        service.save_template(row, "Summer", replaces=queries.mark_of(queries.templates()[0]), by_id=None)
    other._page = page
    other.submit("Save the template", replace="y", expect=409)
    other.sees("Note: One more")
    other.submit("Save the template", replace="y")
    db.session.rollback()
    (kept,) = queries.templates()
    assert kept.name == "summer"


@pytest.mark.parametrize(
    ("name", "sentence"), [("", "Give the template a name"), ("x" * 121, "Keep the name to")]
)
def test_a_name_that_is_none_is_refused_at_its_field(desk: Editor, name: str, sentence: str) -> None:
    desk.visit(f"{LIST}/81/template")
    desk.submit("Save the template", name=name, expect=422)
    desk.sees(sentence)


def test_an_issue_without_a_section_has_no_shape(desk: Editor) -> None:
    with unit_of_work():
        service.create_issue(82, the_issue().issue_on, by_id=None)
    desk.visit(f"{LIST}/82/template")
    desk.submit("Save the template", name="Nothing", expect=422)
    desk.sees("has no section yet")


def test_a_template_is_renamed_and_deleted_and_issues_keep_what_they_have(desk: Editor, cast: Any) -> None:
    save_as(desk, "Usual")
    save_as(desk, "Winter")
    usual = queries.templates()[0].id
    desk.visit(f"{LIST}/templates")
    desk.submit(f"/templates/{usual}/rename", name="winter", expect=409)
    desk.sees("There is a template “Winter” already")
    desk.submit(f"/templates/{usual}/rename", name="Every fortnight")
    desk.sees("Renamed.", "Every fortnight")
    with unit_of_work():
        service.begin_from_template(82, the_issue().issue_on, usual, by_id=None)
    other = cast.editor("Nuala Fenwick", "nuala@service-bell.example")
    other.visit(f"{LIST}/templates")
    other.submit(f"/templates/{usual}/rename", name="Other")
    desk.submit(f"/templates/{usual}/delete")
    desk.sees("look at it before you delete it", "Other")
    page = desk.page
    desk.submit(f"/templates/{usual}/delete")
    desk.sees("“Other” is deleted.")
    desk._page = page
    desk.submit(f"/templates/{usual}/delete")
    desk.sees("deleted already")
    assert [row.name for row in queries.templates()] == ["Winter"]
    assert len(shape(82)) == 4


def test_a_template_that_was_deleted_meanwhile_begins_nothing(desk: Editor) -> None:
    save_as(desk, "Usual")
    desk.visit(LIST)
    (template,) = queries.templates()
    with unit_of_work():
        service.delete_template(template.id, queries.mark_of(template))
    desk.submit("Open this issue", begins="template", template=str(template.id), expect=422)
    desk.sees("Choose a template that is there")
    assert db.session.scalar(db.select(db.func.count()).select_from(Issue)) == 1


# Manuscripts over an issue that somebody works on


def test_a_manuscript_over_an_open_form_is_a_conflict_that_loses_nothing(desk: Editor) -> None:
    announcement = the_issue().sections[0].public_id
    desk.visit(f"{LIST}/81?section={announcement}")
    text = WHOLE.replace(
        "# Announcement: Meet us in the autumn\n",
        f"# Announcement: Meet us in the spring\nid: {announcement}\n",
    )
    take_in(text.replace("preheader: Why", "preheader: Said"))
    desk.submit(f"/sections/{announcement}", body="My own typing.", expect=409)
    desk.sees("My own typing.", "Meet us in the spring")
    assert queries.document(the_issue()).sections[0].body == "We open the season in November."


def test_a_manuscript_that_leaves_a_section_out_offers_what_was_typed_as_a_new_one(desk: Editor) -> None:
    topics = the_issue().sections[-1].public_id
    desk.visit(f"{LIST}/81?section={topics}")
    take_in(WHOLE)
    desk.submit(f"/sections/{topics}", body="My own typing.", expect=409)
    desk.sees("What you typed is still in the form below", "My own typing.")


def test_a_manuscript_over_an_approved_issue_says_that_the_approval_is_void(desk: Editor) -> None:
    from tests.issues.test_composer import _upload

    with unit_of_work():
        the_issue().state = rules.APPROVED
    desk.visit(LIST)
    status, words = _upload(desk, WHOLE.replace("November", "December").encode())
    assert status == 302
    assert "It was approved; that is void now" in words
    assert the_issue().state == rules.DRAFTING
