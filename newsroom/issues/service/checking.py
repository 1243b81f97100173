"""Pre-flight of an issue or a manuscript, and the warnings that a publisher lets pass with a reason.

A waiver holds for one finding in its own words; it changes nothing of what the issue says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app
from sqlalchemy import select

from newsroom.accounts.service import audit
from newsroom.issues import kinds, preflight, queries, render, rules, surfaces
from newsroom.issues.checks import reading
from newsroom.issues.checks.links import downloads_among
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.models import Issue, Waiver
from newsroom.issues.preflight import Finding, KeptOut
from newsroom.issues.queries import before
from newsroom.issues.rules import Refused
from newsroom.issues.service.changing import hold
from newsroom.library import queries as library
from newsroom.pictures import queries as pictures
from newsroom.platform import clock, markup
from newsroom.platform.db import db
from newsroom.platform.markup import Dialect
from newsroom.platform.surfaces import register
from newsroom.platform.text import clean_line
from newsroom.platform.words import fold
from newsroom.publication.queries import publication
from newsroom.stories import queries as stories

LONGEST_REASON = 300


def check(row: Issue) -> tuple[Finding, ...]:
    """Everything that pre-flight finds in the issue as it stands now, or as it was frozen."""
    return findings_in(queries.document_as_known(row), row)


def check_document(whole: IssueDocument) -> tuple[Finding, ...]:
    """Everything that pre-flight finds in a document that is not stored, such as a manuscript's."""
    return findings_in(whole)


def findings_in(whole: IssueDocument, row: Issue | None = None) -> tuple[Finding, ...]:
    """Everything that pre-flight finds in exactly this document, of the issue `row` if it is stored."""
    rendering = render.rendering(whole, queries.base_url(), render.SAMPLE_LINKS)
    kept_out = tuple(kept_out_by(whole))
    known = register(current_app.extensions).surfaces if kept_out else ()
    passages = surfaces.passages(known, whole, rendering)
    return preflight.check(whole, rendering, _facts(whole, row), passages, kept_out)


def obstacles(row: Issue, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What of these stands in the way of approving and sending the issue."""
    return preflight.obstacles(findings, queries.waivers(row))


def _facts(whole: IssueDocument, row: Issue | None) -> preflight.Facts:
    """What is known around an issue, or around a manuscript. What has gone out is as old as it is."""
    has_gone = row is not None and row.state in (rules.GOING_OUT, rules.SENT)
    return preflight.Facts(
        sent_numbers=queries.sent_numbers() - ({row.number} if row else set()),
        known_numbers=queries.known_numbers(),
        taken_back=frozenset() if has_gone else frozenset(queries.withdrawals()),
        lost_downloads=frozenset() if has_gone else _lost_downloads(whole),
        today=None if has_gone else clock.today(publication().time_zone),
        previous=before.sent_before(whole.number),
        picture_sizes=_picture_sizes(set(_picture_addresses(whole))),
        companies=_companies(section.id for section in whole.sections if _is_column(section)),
        recent_companies=tuple(
            frozenset(_companies(ids).values())
            for ids in before.stories_before(whole.number, preflight.RUNNING - 1)
        ),
        **({} if has_gone else _known_of_names(whole)),
    )


def _lost_downloads(whole: IssueDocument) -> frozenset[str]:
    """The addresses in it of downloads that are not there, or whose file is gone."""
    asked = downloads_among(whole)
    known = library.downloads_at(asked)
    return frozenset(address for address in asked if address not in known or not known[address].byte_count)


def _known_of_names(whole: IssueDocument) -> dict[str, Any]:
    """What is known of the authors and series that the issue names."""
    names = {section.value("author") for section in whole.sections} - {""}
    slugs = {section.series_slug for section in whole.sections} - {""}
    return {
        "removed_authors": library.removed_among(names),
        "printed_parts": queries.parts_printed(slugs, but_in=whole.number),
    }


def _picture_addresses(whole: IssueDocument) -> Iterable[str]:
    for words in reading.written(whole):
        yield from (picture.source for picture in markup.pictures(words.source, Dialect.ARTICLE))


def _picture_sizes(addresses: set[str]) -> dict[str, tuple[int, int]]:
    """Pixels across and bytes of the uploaded pictures, and of those elsewhere that were measured."""
    own = {address: (card.width, card.byte_count) for address, card in pictures.at(addresses).items()}
    others = queries.measured(addresses - set(own))
    return own | {address: (answer.width, answer.byte_count) for address, answer in others.items()}


def _is_column(section: Section) -> bool:
    return kinds.kind_of(section.kind).source == "story"


def _companies(public_ids: Iterable[str]) -> dict[str, str]:
    """The company that each of these stories is about, folded; nothing for those that name none."""
    known = {public_id: stories.story(public_id) for public_id in public_ids}
    folded = {public_id: fold(found.company).strip() for public_id, found in known.items() if found}
    return {public_id: company for public_id, company in folded.items() if company}


def kept_out_by(whole: IssueDocument) -> Iterable[KeptOut]:
    """What the stories of the issue keep out of print, at the versions that it holds."""
    for section in whole.sections:
        if section.id and section.body and _is_column(section):
            for one in stories.withheld(section.id, _version(section)):
                yield KeptOut(section.id, section.title, one.form, one.thing)


def _version(section: Section) -> int:
    """The pinned version; a manuscript knows none, and means the newest."""
    if section.piece_version is not None:
        return section.piece_version
    known = stories.printable(section.id)
    return known.version if known else 0


def waive(row: Issue, mark: str, reason: str, *, by_id: int | None, by_label: str) -> None:
    """Let one warning pass. Raises Refused without a reason, and for what is no warning of the issue now."""
    hold(row)
    rules.after("edit", row.state, row.number)
    why = clean_line(reason)
    if not why:
        raise Refused("Write why it may stand: whoever approves this issue reads it.")
    if len(why) > LONGEST_REASON:
        raise Refused(f"Keep the reason to {LONGEST_REASON} characters.")
    found = next((finding for finding in check(row) if finding.mark == mark), None)
    if found is None:
        raise Refused("That finding is gone, or its words are others now; read the list again.")
    if found.severity == "blocker":
        raise Refused("A blocker cannot be waived; mend it.")
    waiver = _waiver(row, mark) or Waiver(issue_id=row.id, finding=mark)
    waiver.sentence, waiver.reason, waiver.at = f"{found.where}: {found.sentence}", why, clock.now()
    waiver.by_id, waiver.by_label = by_id, by_label
    db.session.add(waiver)
    db.session.flush()
    audit("warning waived", f"issue {row.number}", f"{found.code}, {found.where}: {why}")


def stop_waiving(row: Issue, mark: str) -> None:
    """Take a waiver back. Raises Refused once the issue is going out."""
    hold(row)
    rules.after("edit", row.state, row.number)
    waiver = _waiver(row, mark)
    if waiver is not None:
        db.session.delete(waiver)
        db.session.flush()
        audit("waiver taken back", f"issue {row.number}", waiver.sentence)


def _waiver(row: Issue, mark: str) -> Waiver | None:
    query = select(Waiver).where(Waiver.issue_id == row.id, Waiver.finding == mark)
    return db.session.scalars(query).one_or_none()
