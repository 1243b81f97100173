"""Manuscripts in and out of the database: all or nothing, and nothing where nothing is new."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from newsroom.accounts.models import AuditEntry
from newsroom.demo import sample
from newsroom.issues import manuscript, queries, rules, service
from newsroom.issues.document import Section
from newsroom.issues.models import Approval
from newsroom.library import queries as library
from newsroom.library.models import Piece, PieceRevision
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.publication import service as publication
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from newsroom.stories.models import Story, StoryRevision
from newsroom.stories.submission import Submission
from tests.databases import each_on_sqlite
from tests.issues.conftest import COLUMN, CONTENT, WHOLE, approve, read, take_in, the_issue
from tests.stories.conftest import sign_redaction

HEAD = "---\nnumber: 81\ndate: 2026-12-01\nsubject: The second call in the morning\n---\n"
SAMPLES = [*sorted((CONTENT / "issues").glob("*.md")), CONTENT / "demo" / "82.md", CONTENT / "every-kind.md"]
OF_EACH_SAMPLE = each_on_sqlite(
    "path", SAMPLES, on_postgres=[CONTENT / "every-kind.md"], ids=lambda value: getattr(value, "stem", value)
)


def exported(number: int = 81) -> str:
    db.session.rollback()
    return manuscript.write(queries.manuscript(the_issue(number)))


def count(table: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def dump() -> dict[str, list[Any]]:
    """Every row of every table."""
    db.session.rollback()
    return {
        table.name: sorted(map(repr, db.session.execute(table.select()).all()))
        for table in db.metadata.sorted_tables
    }


@contextmanager
def refused(words: str, position: int | None = None) -> Iterator[None]:
    """The import inside is refused in these words, and nothing at all is written."""
    before = dump()
    with pytest.raises((service.SectionRefused, rules.Refused)) as raised:
        yield
    assert words in str(raised.value)
    if position is not None:
        assert isinstance(raised.value, service.SectionRefused)
        assert raised.value.position == position
    assert dump() == before


@OF_EACH_SAMPLE
def test_export_import_export_is_a_fixed_point(db_app: Flask, path: Any) -> None:
    said = read(path.read_text(encoding="utf-8"))
    with unit_of_work():
        assert service.import_manuscript(said, by_id=None)[1] == "new"
    once = exported(said.number)
    assert all(section.id for section in read(once).sections)
    before = dump()
    assert take_in(once) == "unchanged"
    assert dump() == before
    assert exported(said.number) == once


@OF_EACH_SAMPLE
def test_an_export_makes_the_same_issue_in_an_empty_newsroom(db_app: Flask, path: Any) -> None:
    said = read(path.read_text(encoding="utf-8"))
    with unit_of_work():
        service.import_manuscript(said, by_id=None)
    once = exported(said.number)
    with unit_of_work():
        # The seal lets an original go only with a story that says that it is destroyed.
        db.session.execute(text("UPDATE story SET contributor_id = NULL, purged_at = submitted_at"))
        # The index of words has no model.
        db.session.execute(text("DELETE FROM search_entry_fts"))
    for table in reversed(db.metadata.sorted_tables):
        with unit_of_work():
            db.session.execute(table.delete())
    assert take_in(once) == "new"
    assert exported(said.number) == once


def test_what_is_exported_says_every_word_of_what_was_imported(db_app: Flask) -> None:
    said = read((CONTENT / "every-kind.md").read_text(encoding="utf-8"))
    with unit_of_work():
        service.import_manuscript(said, by_id=None)
    again = read(exported(said.number))
    for given, kept in zip(said.sections, again.sections, strict=True):
        assert (given.kind, given.title, given.body, given.note, given.fields) == (
            kept.kind,
            kept.title,
            kept.body,
            kept.note,
            kept.fields,
        )


def test_importing_an_export_voids_no_approval(issue_81: int) -> None:
    approve(by_id=issue_81)
    assert take_in(exported()) == "unchanged"
    assert the_issue().state == rules.APPROVED
    assert queries.live_approval(the_issue(), db.session.scalars(select(Approval.content_hash)).one())


def test_an_import_that_says_something_else_voids_the_approval_and_says_so(issue_81: int) -> None:
    approve(by_id=issue_81)
    assert take_in(exported().replace("The second call", "The third call")) == "replaced"
    assert the_issue().state == rules.DRAFTING
    voided = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "approval voided")).one()
    assert (voided.subject, voided.detail) == ("issue 81", "manuscript imported")


def test_the_same_manuscript_without_ids_makes_no_second_pieces(db_app: Flask) -> None:
    take_in(WHOLE)
    before = dump()
    assert take_in(WHOLE) == "unchanged"
    assert dump() == before


def test_without_an_id_changed_words_make_a_new_piece(issue_81: int) -> None:
    take_in(WHOLE.replace("Body, with", "Text, with"))
    assert count(Piece) == 2
    assert count(Story) == 1


def test_with_its_id_a_piece_gets_a_new_version(db_app: Flask) -> None:
    take_in(WHOLE)
    take_in(exported().replace("Body, with", "Text, with"))
    assert (count(Piece), count(PieceRevision)) == (1, 2)
    take_in(exported().replace("We stood in", "We waited in"))
    assert (count(Story), count(StoryRevision)) == (1, 2)


def test_a_change_elsewhere_in_the_issue_brings_no_older_words_back(issue_81: int) -> None:
    once = exported()
    (article,) = (section for section in read(once).sections if section.kind == "Article")
    with unit_of_work():
        row = the_issue()
        section = next(section for section in row.sections if section.kind == "Article")
        service.save_section(
            row,
            section.public_id,
            replace(article, body="A newer body."),
            base_version=section.version,
            by_id=None,
        )
        section.piece_version = 1
    take_in(exported().replace("The second call", "The third call"))
    assert count(PieceRevision) == 2
    newest = library.piece(article.id)
    assert newest is not None
    assert newest.body == "A newer body."


def test_a_section_that_is_left_out_gives_its_story_back(issue_81: int) -> None:
    take_in(exported().partition("# Thumbs down")[0])
    story = stories.ready_stories()
    assert [each.title for each in story] == ["Nobody looked up"]
    take_in(
        exported()
        + COLUMN.replace("# Thumbs down: Nobody looked up", f"# Thumbs down: X\nid: {story[0].public_id}")
    )
    assert stories.ready_stories() == []


def test_an_order_is_kept(issue_81: int) -> None:
    said = read(exported())
    turned = manuscript.write(
        manuscript.Manuscript(said.number, said.issue_on, said.subject, said.preheader, said.sections[::-1])
    )
    assert take_in(turned) == "replaced"
    assert exported() == turned


def test_a_kind_may_change_where_the_words_are_the_sections_own(issue_81: int) -> None:
    assert take_in(exported().replace("# Announcement:", "# Note:")) == "replaced"
    assert read(exported()).sections[0].kind == "Note"


@pytest.mark.parametrize(
    ("kind", "wanted"), [("Thumbs down", "Thumbs up"), ("Thumbs down", "Note"), ("Article", "Note")]
)
def test_an_id_of_another_kind_is_refused(issue_81: int, kind: str, wanted: str) -> None:
    said = next(section for section in read(exported()).sections if section.kind == kind)
    with refused(f"The id {said.id} belongs to a section of kind {kind}; leave the id out.", 0):
        take_in(f"{HEAD}# {wanted}: T\nid: {said.id}\n\nText\n")


@pytest.mark.parametrize("wanted", ["Article", "Thumbs up"])
def test_an_id_of_words_that_are_no_piece_is_refused_for_one(issue_81: int, wanted: str) -> None:
    said = read(exported()).sections[0]
    with refused("belongs to a section of kind Announcement", 0):
        take_in(f"{HEAD}# {wanted}: T\nid: {said.id}\n{'author: A' * (wanted == 'Article')}\n\nText\n")


def test_an_id_of_another_issue_is_refused(issue_81: int) -> None:
    with refused("belongs to a section of another issue", 0):
        take_in(exported().replace("number: 81", "number: 82").partition("# Article")[0])


def test_a_story_of_another_issue_is_refused(issue_81: int) -> None:
    column = exported()[exported().index("# Thumbs down") :]
    with refused("In an issue", 0):
        take_in(HEAD.replace("81", "82") + column)


def test_one_refused_section_leaves_the_whole_file_out(issue_81: int) -> None:
    bad = exported().replace("The second call", "The third call") + "\n# Note: New\nid: abcd2345\n\nText\n"
    with unit_of_work():
        other = service.create_issue(90, the_issue().issue_on, by_id=None)
        section = service.add_section(
            other, Section("Note", "T", "Text"), by_id=None, section_id="abcd2345abcd"
        )
    with refused("another issue", 3):
        take_in(bad.replace("abcd2345", section.public_id))


def test_a_sent_issue_is_refused(issue_81: int) -> None:
    text_before = exported()
    with unit_of_work():
        the_issue().state = rules.SENT
    with refused("Issue 81 is already sent"):
        take_in(text_before.replace("second", "third"))


def test_a_column_without_consent_comes_in_and_is_stopped_by_the_check(house: None) -> None:
    take_in(WHOLE.replace("consent: printed by permission, release on file\n", ""))
    assert [finding.code for finding in service.check(the_issue())] == ["no-consent"]


def test_consent_is_recorded_under_the_importers_name(house: None, hired: Callable[..., int]) -> None:
    take_in(WHOLE, by_id=hired("ines@service-bell.example"))
    story = db.session.scalars(select(Story)).one()
    assert [(c.recorded_by, c.wording) for c in story.consents] == [
        ("ines@service-bell.example", "printed by permission, release on file")
    ]


@pytest.fixture
def told(issue_81: int) -> str:
    """A story that a reader told, placed in issue 81."""
    sent = Submission(
        verdict="up",
        story="They looked up, and smiled, and asked what they could do. " * 5,
        level=2,
        wants_preview=False,
    )
    with unit_of_work():
        public_id = stories_service.submit(sent).public_id
        stories_service.start_editing(public_id, actor_id=issue_81)
        version = stories_service.save_revision(
            public_id,
            version=0,
            title="They looked up",
            text=sent.story,
            attribution="",
            note="Good.",
            actor_id=issue_81,
        )
        sign_redaction(public_id)
        stories_service.mark_ready(public_id, version=version, actor_id=issue_81)
        service.place_story(the_issue(), public_id, by_id=None)
    return public_id


def test_an_export_with_a_readers_story_is_a_fixed_point(told: str) -> None:
    before = dump()
    assert take_in(exported()) == "unchanged"
    assert dump() == before


def test_a_manuscript_changes_no_word_of_a_readers_story(told: str) -> None:
    with refused("A reader told this story", 3):
        take_in(exported().replace("They looked up, and smiled", "They scowled"))


def test_a_manuscript_may_change_what_belongs_to_the_issue(told: str) -> None:
    assert (
        take_in(exported().replace(f"id: {told}", f"id: {told}\nlead-in: Now for the better.")) == "replaced"
    )
    assert read(exported()).sections[3].value("lead-in") == "Now for the better."
    assert count(StoryRevision) == 2


def test_a_withdrawn_story_does_not_come_back_with_a_manuscript(issue_81: int) -> None:
    once = exported()
    story_id = next(section.id for section in read(once).sections if section.kind == "Thumbs down")
    with unit_of_work():
        stories_service.withdraw(story_id)
    with refused("its state is “Withdrawn”", 2):
        take_in(once.replace("The second call", "The third call"))
    assert [finding.code for finding in service.check(the_issue())] == ["no-consent"]


def test_a_document_of_a_manuscript_has_the_consent_that_is_on_record(issue_81: int) -> None:
    said = read(exported())
    story_id = next(section.id for section in said.sections if section.kind == "Thumbs down")
    assert queries.document_of(said).sections[2].consent_level == 2
    with unit_of_work():
        stories_service.withdraw(story_id)
    assert queries.document_of(said).sections[2].consent_level is None


def test_a_sample_issue_is_fit_to_print(app: Flask) -> None:
    with unit_of_work():
        publication.set_up(sample.SETTINGS)
    for path in SAMPLES[:4]:
        said = read(path.read_text(encoding="utf-8"))
        with unit_of_work():
            row, _ = service.import_manuscript(said, by_id=None)
        # Checked while it is prepared, four weeks ahead, and on its day.
        for moment in (said.issue_on - timedelta(weeks=4), said.issue_on):
            with clock.set_to(datetime.combine(moment, time(9), UTC)):
                assert service.check_document(queries.document_of(said)) == (), path.name
                assert service.check(row) == (), path.name
        with unit_of_work():
            # The next one corrects this one, which readers must have had by then.
            the_issue(said.number).state = rules.SENT
