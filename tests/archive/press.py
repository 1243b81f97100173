"""Prints issues through the services that the product uses, so that tests read what readers would."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from newsroom.accounts import queries as accounts
from newsroom.accounts import service as accounts_service
from newsroom.accounts.rules import Role
from newsroom.demo import files, sample
from newsroom.issues import letter, manuscript, queries, service
from newsroom.issues.document import Section
from newsroom.issues.manuscript import Manuscript
from newsroom.platform.db import unit_of_work
from newsroom.publication import service as publication
from newsroom.stories import service as stories

ROOT = Path(__file__).resolve().parents[2]
PRINTER = "printer@service-bell.example"


def set_up() -> None:
    """The sample publication with its standing blocks, and somebody who may approve."""
    with unit_of_work():
        publication.set_up(sample.SETTINGS)
        for block in files.blocks():
            publication.save_block(block.key, block.title, block.body)
        accounts_service.add(PRINTER, "Petra Printer", [Role.ADMIN, Role.PUBLISHER])


def print_issues() -> None:
    """Two issues sent, and the next in preparation."""
    set_up()
    send(sample_issue(79))
    send(sample_issue(80))
    draft(sample_issue(81))


def sample_issue(number: int) -> Manuscript:
    path = ROOT / "content" / "issues" / f"{number}.md"
    return manuscript.parse(path.read_text(encoding="utf-8"), str(path))


def draft(said: Manuscript) -> int:
    with unit_of_work():
        service.import_manuscript(said, by_id=_printer())
    return said.number


def send(said: Manuscript) -> int:
    """Import, approve, freeze and publish; gives the number."""
    draft(said)
    with unit_of_work():
        row = queries.issue(said.number)
        assert row is not None
        service.approve(row, by_id=_printer(), by_label=PRINTER, four_eyes=False)
        service.freeze(row, letter.SLOT_LINKS)
        service.publish(row, recipient_count=3)
    return said.number


def small_issue(number: int, issue_on: date, *sections: Section, subject: str = "") -> Manuscript:
    """An issue of the sections given, or of one note."""
    return Manuscript(
        number,
        issue_on,
        subject or f"What we learnt in issue {number}",
        "A few words before it begins",
        sections or (Section("Note", "A note", "Words of no weight, printed for a test."),),
    )


def story_of(number: int, title: str) -> str:
    """The public id of the story with that title in a sent issue."""
    found = queries.published(kind_names=("Thumbs up", "Thumbs down"))
    return next(piece.piece_id for piece in found if (piece.issue_number, piece.title) == (number, title))


def path_of(title: str) -> str:
    return next(piece.path for piece in queries.published() if piece.title == title)


def withdraw(public_id: str) -> None:
    with unit_of_work():
        stories.withdraw(public_id)


def _printer() -> int:
    found = accounts.by_email(PRINTER)
    assert found is not None
    return found.id


def without(said: Manuscript, kind: str) -> Manuscript:
    return replace(said, sections=tuple(section for section in said.sections if section.kind != kind))
