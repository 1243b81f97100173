"""Approval is somebody's yes to exactly these words; whatever changes afterwards, it is void."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from newsroom.accounts.models import AuditEntry
from newsroom.demo import sample
from newsroom.issues import document as documents
from newsroom.issues import queries, render, rules, service
from newsroom.issues.document import Section
from newsroom.issues.models import FrozenIssue, PublishedPiece
from newsroom.platform.db import db, unit_of_work
from newsroom.publication import service as publication
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from newsroom.stories.models import Story
from tests.issues.conftest import WHOLE, approve, take_in, the_issue


def freeze() -> FrozenIssue:
    with unit_of_work():
        return service.freeze(the_issue(), render.SAMPLE_LINKS)


def publish(recipients: int = 3) -> None:
    freeze()
    with unit_of_work():
        service.publish(the_issue(), recipients)


def audited(verb: str) -> list[tuple[str, str]]:
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id))
    return [(row.subject, row.detail) for row in rows]


def the_story() -> Story:
    return db.session.scalars(select(Story)).one()


def section_of_kind(kind: str) -> str:
    return next(section.public_id for section in the_issue().sections if section.kind == kind)


def save(kind: str, **different: object) -> None:
    with unit_of_work():
        row = the_issue()
        section = next(section for section in row.sections if section.kind == kind)
        said = replace(queries.written(section), id="", **different)  # type: ignore[arg-type]
        service.save_section(row, section.public_id, said, base_version=section.version, by_id=None)


def test_an_approval_names_its_approver_and_its_content(issue_81: int) -> None:
    approve(by_id=issue_81)
    row = the_issue()
    approval = queries.live_approval(row, documents.content_hash(queries.document(row)))
    assert approval is not None
    assert (row.state, approval.by_id, approval.by_label) == (
        "approved",
        issue_81,
        "piet@service-bell.example",
    )
    assert audited("approved") == [("issue 81", f"content {approval.content_hash[:12]}")]


def head(row: object) -> None:
    stored = queries.head(the_issue())
    said = replace(stored, subject="Another subject", preheader="")
    service.save_head(the_issue(), said, base_version=stored.version, by_id=None)


EDITS: dict[str, Callable[[], object]] = {
    "head changed": lambda: head(None),
    "Note added": lambda: service.add_section(the_issue(), Section("Note", "T", "Text"), by_id=None),
    "sections put in another order": lambda: service.move_section(
        the_issue(), section_of_kind("Article"), -1, by_id=None
    ),
    "section “” removed": lambda: service.remove_section(the_issue(), section_of_kind("Article"), by_id=None),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_any_edit_voids_the_approval_and_the_audit_says_so(issue_81: int, edit: Callable[[], object]) -> None:
    approve(by_id=issue_81)
    before = the_issue().version
    with unit_of_work():
        edit()
    row = the_issue()
    assert row.state == rules.DRAFTING
    assert row.version == before + 1
    assert [approval.voided_at is not None for approval in row.approvals] == [True]
    ((subject, reason),) = audited("approval voided")
    assert subject == "issue 81"
    assert row.approvals[0].void_reason == reason
    assert ("issue 81", reason) in audited("edited")


@pytest.mark.parametrize("kind", ["Announcement", "Article", "Thumbs down"])
def test_saving_other_words_voids_the_approval(issue_81: int, kind: str) -> None:
    approve(by_id=issue_81)
    save(kind, body="Other words that nobody has read yet.")
    assert the_issue().state == rules.DRAFTING
    assert audited("approval voided")


@pytest.mark.parametrize("kind", ["Announcement", "Article", "Thumbs down"])
def test_saving_the_same_words_changes_nothing(issue_81: int, kind: str) -> None:
    approve(by_id=issue_81)
    version = the_issue().version
    save(kind)
    assert (the_issue().state, the_issue().version) == (rules.APPROVED, version)


def test_moving_what_stands_first_further_up_changes_nothing(issue_81: int) -> None:
    approve(by_id=issue_81)
    with unit_of_work():
        service.move_section(the_issue(), section_of_kind("Announcement"), -1, by_id=None)
    assert the_issue().state == rules.APPROVED


def test_what_blocks_cannot_be_approved(issue_81: int) -> None:
    save("Announcement", body="TK")
    with pytest.raises(service.Blocked) as raised:
        approve(by_id=issue_81)
    assert [finding.code for finding in raised.value.findings] == ["placeholder"]
    assert the_issue().state == rules.DRAFTING
    assert the_issue().approvals == []


def test_with_four_eyes_who_changed_it_last_cannot_approve(issue_81: int, hired: Callable[..., int]) -> None:
    other = hired("other@service-bell.example")
    with unit_of_work():
        service.add_section(the_issue(), Section("Note", "T", "Text"), by_id=issue_81)
    with pytest.raises(rules.Refused, match="somebody else has to approve"):
        approve(by_id=issue_81, four_eyes=True)
    approve(by_id=other, four_eyes=True)
    assert the_issue().state == rules.APPROVED


def test_what_is_approved_already_is_not_approved_twice(issue_81: int) -> None:
    approve(by_id=issue_81)
    with pytest.raises(rules.Refused, match="approved already"):
        approve(by_id=issue_81)


def test_nobody_approves_what_they_have_not_seen(issue_81: int) -> None:
    seen = documents.content_hash(queries.document(the_issue()))
    save("Announcement", body="Something else altogether.")
    with pytest.raises(rules.Refused, match="changed after this page was opened"):
        approve(by_id=issue_81, seen_hash=seen)
    approve(by_id=issue_81, seen_hash=documents.content_hash(queries.document(the_issue())))


def change_story() -> None:
    stories_service.import_column(
        stories_service.ColumnDraft(
            verdict="down", title="Nobody looked up", body="We stood there.", note="Look up."
        ),
        public_id=the_story().public_id,
    )
    service.take_newer(the_issue(), section_of_kind("Thumbs down"), by_id=None)


def change_consent() -> None:
    found = the_story()
    revision = stories.printable(found.public_id)
    assert revision is not None
    stories_service.import_column(
        stories_service.ColumnDraft(
            verdict="down",
            title=revision.title,
            body=revision.body,
            note=revision.note,
            consent="first name and town",
        ),
        public_id=found.public_id,
    )


def change_settings() -> None:
    publication.save_settings(replace(sample.SETTINGS, telephone="+44 1632 960999"), based_on=1)


AROUND: dict[str, Callable[[], object]] = {
    "story": change_story,
    "consent": change_consent,
    "block": lambda: publication.save_block("about", "About", "Other words about us."),
    "settings": change_settings,
}


@pytest.mark.parametrize("change", AROUND.values(), ids=AROUND.keys())
def test_what_changes_around_an_approved_issue_stops_its_freeze(
    issue_81: int, change: Callable[[], object]
) -> None:
    approve(by_id=issue_81)
    with unit_of_work():
        change()
    with pytest.raises(rules.Refused):
        freeze()
    assert db.session.scalars(select(FrozenIssue)).all() == []
    approve(by_id=issue_81)
    assert freeze().content_hash


def test_a_revision_that_is_not_taken_changes_nothing(issue_81: int) -> None:
    approve(by_id=issue_81)
    with unit_of_work():
        stories_service.import_column(
            stories_service.ColumnDraft(verdict="down", title="Nobody", body="Other.", note="Other."),
            public_id=the_story().public_id,
        )
    assert freeze().content_hash


def test_what_is_not_approved_is_not_frozen(issue_81: int) -> None:
    with pytest.raises(rules.Refused, match="not approved"):
        freeze()


def test_a_freeze_keeps_every_edition_and_who_answered_for_it(issue_81: int) -> None:
    approve(by_id=issue_81)
    record = freeze()
    row = the_issue()
    whole = queries.document(row)
    rendering = render.rendering(whole, queries.base_url(), render.SAMPLE_LINKS)
    assert row.state == rules.GOING_OUT
    assert documents.from_json(record.document) == whole
    assert (record.email_html, record.email_text, record.text_edition, record.web_fragment) == (
        rendering.html,
        rendering.text,
        rendering.text_edition,
        str(rendering.web),
    )
    assert record.approvers == ["piet@service-bell.example"]
    assert record.content_hash == documents.content_hash(whole)


def test_what_is_going_out_is_shown_as_it_was_frozen(issue_81: int) -> None:
    approve(by_id=issue_81)
    freeze()
    with unit_of_work():
        publication.save_block("about", "About", "Other words about us.")
    assert queries.document_as_known(the_issue()).block("about") is None


def test_a_freeze_that_is_taken_back_leaves_the_issue_approved(issue_81: int) -> None:
    approve(by_id=issue_81)
    freeze()
    with unit_of_work():
        service.unfreeze(the_issue())
    assert the_issue().state == rules.APPROVED
    assert queries.frozen(81) is None
    assert freeze().content_hash


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_what_is_going_out_cannot_be_edited(issue_81: int, edit: Callable[[], object]) -> None:
    approve(by_id=issue_81)
    freeze()
    with pytest.raises(rules.Refused, match="going out"), unit_of_work():
        edit()


def test_publishing_opens_each_piece_with_its_frozen_words(db_app: Flask) -> None:
    with unit_of_work():
        publication.set_up(sample.SETTINGS)
    take_in(WHOLE)
    with unit_of_work():
        from newsroom.accounts import service as accounts
        from newsroom.accounts.rules import Role

        staff_id = accounts.add("piet@service-bell.example", "Piet", [Role.PUBLISHER]).id
    approve(by_id=staff_id)
    publish(recipients=3)
    rows = db.session.scalars(select(PublishedPiece).order_by(PublishedPiece.position)).all()
    assert [(row.kind, row.title) for row in rows] == [
        ("Announcement", "Meet us in the autumn"),
        ("Article", "Listening twice"),
        ("Thumbs down", "Nobody looked up"),
    ]
    assert (rows[1].author_slug, rows[1].series_slug, rows[1].part) == ("ana-duarte", "listening", 1)
    assert the_issue().state == rules.SENT
    record = queries.frozen(81)
    assert record is not None
    assert record.recipient_count == 3
    assert the_story().state == "published"
    article = queries.published_article(rows[1].slug)
    assert article is not None
    assert article.section.body == "Body, with **emphasis**."


def test_a_withdrawn_story_leaves_a_dated_tombstone(issue_81: int) -> None:
    approve(by_id=issue_81)
    publish()
    public_id = the_story().public_id
    with unit_of_work():
        stories_service.withdraw(public_id)
    record = queries.frozen(81)
    assert record is not None
    shown = queries.frozen_document(record).sections[2]
    assert (shown.kind, shown.title) == ("Note", "A story stood here")
    assert "withdrew it on" in shown.body
    assert "ten minutes" not in str(documents.to_json(queries.frozen_document(record)))
    assert [piece.piece_id for piece in queries.published()] == [
        section.id for section in queries.frozen_document(record).sections[:2]
    ]
    assert "ten minutes" not in str(queries.manuscript(the_issue()))


def test_a_withdrawn_story_blocks_its_issue_until_it_is_taken_out(issue_81: int) -> None:
    approve(by_id=issue_81)
    with unit_of_work():
        stories_service.withdraw(the_story().public_id)
    assert the_issue().state == rules.DRAFTING
    assert [finding.code for finding in service.check(the_issue())] == ["no-consent"]
    with unit_of_work():
        service.remove_section(the_issue(), section_of_kind("Thumbs down"), by_id=None)
    assert service.check(the_issue()) == ()
    assert the_story().state == "withdrawn"


def test_a_cancelled_issue_gives_its_stories_back_and_keeps_its_number(issue_81: int) -> None:
    approve(by_id=issue_81)
    with unit_of_work():
        service.cancel(the_issue())
    assert [story.title for story in stories.ready_stories()] == ["Nobody looked up"]
    assert [section.kind for section in the_issue().sections] == ["Announcement", "Article"]
    assert audited("approval voided") == [("issue 81", "issue cancelled")]
    with pytest.raises(rules.Refused, match="There is an issue 81 already"), unit_of_work():
        service.create_issue(81, the_issue().issue_on, by_id=None)
    with unit_of_work():
        service.reopen(the_issue())
    assert the_issue().state == rules.DRAFTING


def test_a_sent_issue_is_checked_against_the_others_only(issue_81: int) -> None:
    approve(by_id=issue_81)
    publish()
    assert service.check(the_issue()) == ()


def test_a_number_beyond_the_databases_integers_is_no_issue(db_app: Flask) -> None:
    for number in (0, -1, 10**6, 2**31, 10**30):
        assert queries.issue(number) is None
        assert queries.frozen(number) is None
        assert queries.published_issue(number) is None
    assert queries.all_issues(page=10**30).items == []
