"""Corrections: words with a date, laid over what was sent. The frozen record itself is never touched."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from newsroom.accounts.service import audit
from newsroom.issues import document as documents
from newsroom.issues import preflight, queries, rules, surfaces
from newsroom.issues.checks import leaks
from newsroom.issues.document import Section
from newsroom.issues.models import Issue, IssueCorrection
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.preflight import Finding
from newsroom.issues.rules import Refused
from newsroom.issues.service.changing import hold
from newsroom.issues.service.checking import LONGEST_REASON, kept_out_by
from newsroom.issues.service.composing import add_section
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.text import clean_line, clean_text

LONGEST_CORRECTION = 2000


class CorrectionLeaks(Refused):
    """The words hold what a story of the issue keeps out; `findings` say what and where.

    Where no finding is a blocker, a reason lets them stand.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__(" ".join(finding.sentence for finding in findings))


def correct(
    row: Issue, position: int | None, words: str, *, by_id: int | None, by_label: str, reason: str = ""
) -> IssueCorrection:
    """Say what was wrong in a sent issue: at the section at that place (from 0), or of it as a whole.

    The same words at the same place twice are one correction. Raises Refused, and CorrectionLeaks for a name
    that a story of the issue keeps out; `reason` says why such a warning may stand.
    """
    hold(row)
    said = clean_text(words).strip()
    _refuse(row, position, said)
    findings = leaks_in(row, position, said)
    why = clean_line(reason)[:LONGEST_REASON]
    if preflight.blockers(findings) or (findings and not why):
        raise CorrectionLeaks(findings)
    given = select(IssueCorrection).where(
        IssueCorrection.issue_id == row.id,
        IssueCorrection.position.is_(None) if position is None else IssueCorrection.position == position,
        IssueCorrection.words == said,
    )
    known = db.session.scalars(given.limit(1)).one_or_none()
    if known is not None:
        return known
    correction = IssueCorrection(
        issue_id=row.id, position=position, words=said, at=clock.now(), by_id=by_id, by_label=by_label
    )
    db.session.add(correction)
    row.corrected = True
    db.session.flush()
    place = "as a whole" if position is None else f"section {position + 1}"
    let_stand = f"; {', '.join(sorted({one.code for one in findings}))} may stand: {why}" if findings else ""
    audit("corrected", f"issue {row.number}", f"{place}{let_stand}")
    return correction


def _refuse(row: Issue, position: int | None, said: str) -> None:
    if row.state != rules.SENT:
        raise Refused(f"Issue {row.number} was not sent yet; change it in its composer instead.")
    if not said:
        raise Refused("Write what was wrong, and what is right.")
    if len(said) > LONGEST_CORRECTION:
        raise Refused(f"Keep a correction to {LONGEST_CORRECTION:,} characters.")
    if position is None:
        return
    piece = next((one for one in queries.printed_in(row.number) if one.position == position), None)
    if piece is None:
        raise Refused(f"Issue {row.number} has no section {position + 1}.")
    if piece.withdrawn_at is not None:
        raise Refused("What stood there is off the web, so that nobody reads what was wrong in it.")


def leaks_in(row: Issue, position: int | None, words: str) -> tuple[Finding, ...]:
    """The names in these words that a story of the issue keeps out of print."""
    record = queries.frozen(row.number)
    assert record is not None, "a sent issue was frozen"
    whole = documents.from_json(record.document)
    section = None if position is None else whole.sections[position]
    passage = surfaces.correction(section, words, row.number)
    return leaks.leaks((passage,), kept_out_by(whole))


def print_correction(row: Issue, correction_id: int, *, by_id: int | None) -> SectionRow:
    """Add a correction that readers of the web have already to an open issue, as a section to be edited.

    Asked twice it is added once. Raises Refused for an issue that is not open, and for what is no correction.
    """
    hold(row)
    rules.after("edit", row.state, row.number)
    given = queries.correction(correction_id)
    if given is None:
        raise Refused("There is no such correction any more.")
    section_id = _section_id(correction_id)
    known = next((section for section in row.sections if section.public_id == section_id), None)
    if known is not None:
        return known
    if db.session.scalar(select(SectionRow.id).where(SectionRow.public_id == section_id)) is not None:
        raise Refused("Another issue prints this correction already.")
    what = given.correction.title
    said = Section(
        kind="Correction",
        title=f"Correction: {what}" if what else f"Correction of issue {given.issue_number}",
        body=given.correction.words,
        fields={"issue": str(given.issue_number), **({"piece": what} if what else {})},
    )
    return add_section(row, said, by_id=by_id, section_id=section_id)


def _section_id(correction_id: int) -> str:
    """The public id of the section that prints it, so that it is printed once."""
    return hashlib.sha256(f"correction {correction_id}".encode()).hexdigest()[:12]
