"""The issue's document, made from what the tables hold, and the frozen one of what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Select, select

from newsroom.issues import document as documents
from newsroom.issues import kinds, rules
from newsroom.issues.document import (
    Imprint,
    IssueDocument,
    Masthead,
    Navigation,
    NavigationLink,
    Section,
    Standing,
)
from newsroom.issues.manuscript import Manuscript
from newsroom.issues.models import FrozenIssue, Issue, PublishedPiece
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.queries.archived import Withdrawal, frozen, tombstone_words, withdrawals
from newsroom.issues.references import numbers_named
from newsroom.issues.typed import Typed
from newsroom.library import queries as library
from newsroom.library.queries import PieceVersion
from newsroom.pictures import queries as pictures
from newsroom.pictures.rules import addresses_in
from newsroom.platform.db import db
from newsroom.platform.settings import current
from newsroom.platform.text import slugify
from newsroom.publication.queries import publication, standing_blocks
from newsroom.stories import queries as stories
from newsroom.stories.queries import PrintableStory

# The blocks that stand around the sections of every issue; others belong to pages of their own.
AROUND = (
    "about",
    "forward",
    "quick-links",
    "call-for-stories",
    "column-intro",
    "testimonials",
    "privacy-note",
)
MOST_EARLIER = 5
NO_LONGER_HERE = "A story that may not be printed"
# What a line of consent in a manuscript is recorded as when it is imported.
CONSENT_IN_WORDS = 2
# The states of a story in which no consent counts.
NOT_FOR_PRINT = ("withdrawn", "unpublished", "expired", "declined", "spam")


def document(row: Issue, typed: Typed | None = None) -> IssueDocument:
    """The issue as it stands now, made from its sections at their pinned versions.

    With what is `typed` in a form of the composer it is the issue as it would be if that were saved.
    """
    pieces = library.pinned(_pinned(row, "library"))
    told = stories.printables(_pinned(row, "story"))
    sections = tuple(_section(section, pieces, told) for section in row.sections)
    return _around(row.number, row.issue_on, row.subject, row.preheader, sections, typed)


def _pinned(row: Issue, source: str) -> list[tuple[str, int]]:
    """The pieces of the issue from the library, or its stories, at their versions."""
    return [
        (section.piece_id, section.piece_version)
        for section in row.sections
        if section.piece_id and section.piece_version and kinds.kind_of(section.kind).source == source
    ]


def document_as_known(row: Issue) -> IssueDocument:
    """What was frozen of an issue that is going out or sent, or any other one as it stands now."""
    record = frozen(row.number) if row.state in (rules.GOING_OUT, rules.SENT) else None
    if record is None:
        return document(row)
    whole = frozen_document(record)
    return whole if row.state == rules.SENT else _without_taken_back(whole)


def document_of(manuscript: Manuscript) -> IssueDocument:
    """The issue that a manuscript would make, without storing it.

    A column that is known by its id has the consent that is on record. A new one with consent in words counts
    as printable; the words are the importer's responsibility.
    """
    sections = tuple(_as_imported(section) for section in manuscript.sections)
    return _around(manuscript.number, manuscript.issue_on, manuscript.subject, manuscript.preheader, sections)


def _as_imported(section: Section) -> Section:
    if kinds.kind_of(section.kind).source == "story":
        known = stories.printable(section.id) if section.id else None
        level = _live_level(known) if known else CONSENT_IN_WORDS if section.value("consent") else None
        return replace(section, consent_level=level)
    if section.value("series"):
        return replace(section, series_slug=slugify(section.value("series")))
    return section


def manuscript(row: Issue) -> Manuscript:
    """The issue as the manuscript that `flask issues export` writes; a sent one says what it says now.

    A place that was left empty is no part of it.
    """
    whole = document_as_known(row)
    return Manuscript(
        whole.number,
        whole.masthead.issue_on,
        whole.subject,
        whole.preheader,
        tuple(_as_written(section) for section in whole.sections if not _is_empty_place(section)),
    )


def written(section: SectionRow) -> Section:
    """One section of an issue in preparation as its manuscript would write it."""
    pairs = [(section.piece_id, section.piece_version)] if section.piece_id and section.piece_version else []
    is_story = kinds.kind_of(section.kind).source == "story"
    told = stories.printables(pairs) if is_story else {}
    return _as_written(_section(section, {} if is_story else library.pinned(pairs), told))


def _is_empty_place(section: Section) -> bool:
    """Whether it waits for a piece: there is nothing of it that a manuscript could say."""
    is_own = kinds.kind_of(section.kind).source == "own"
    return not is_own and section.piece_version is None and not section.title


def _as_written(section: Section) -> Section:
    """A section with nothing but what a manuscript says of it."""
    return Section(
        kind=section.kind,
        title=section.title,
        body=section.body,
        note=section.note,
        fields=section.fields,
        id=section.id,
    )


def newer_versions(row: Issue) -> dict[str, int]:
    """The sections, by their ids, whose piece or story has a newer version than the pinned one, and which."""
    held = {section.public_id: section for section in row.sections if section.piece_id}
    pieces = library.newest_versions({section.piece_id or "" for section in held.values()})
    newest = {public_id: _newest(section, pieces) for public_id, section in held.items()}
    return {
        public_id: version
        for public_id, version in newest.items()
        if version is not None and version != held[public_id].piece_version
    }


def _newest(section: SectionRow, pieces: Mapping[str, int]) -> int | None:
    if kinds.kind_of(section.kind).source != "story":
        return pieces.get(section.piece_id or "")
    story = stories.printable(section.piece_id or "")
    return story.version if story else None


def _around(
    number: int,
    issue_on: date,
    subject: str,
    preheader: str,
    sections: tuple[Section, ...],
    typed: Typed | None = None,
) -> IssueDocument:
    settings = publication()
    masthead = Masthead(
        publication=settings.name,
        number=number,
        issue_on=issue_on,
        tagline=settings.tagline,
        publisher=settings.publisher,
        editor=settings.editor_name,
        language=settings.language,
        accent_colour=settings.accent_colour,
        logo_url=settings.logo_url,
        logo_alt=settings.logo_alt,
    )
    blocks = tuple(
        Standing(block.key, block.title, block.body, block.version)
        for block in standing_blocks()
        if block.key in AROUND
    )
    imprint = Imprint(settings.postal_address, settings.telephone, settings.reply_address)
    whole = IssueDocument(masthead, subject, preheader, sections, blocks, imprint)
    whole = _with_downloads(_with_pictures(typed.put_into(whole) if typed else whole))
    return replace(whole, navigation=navigation(whole))


def _with_downloads(whole: IssueDocument) -> IssueDocument:
    """The document with what its links to our downloads say of each: name, type and size."""
    known = library.downloads_at(address for section in whole.sections for address in section.fields.values())
    if not known:
        return whole

    def named(section: Section) -> dict[str, str]:
        return {
            address: known[address].described
            for address in sorted(set(section.fields.values()))
            if address in known
        }

    return replace(
        whole, sections=tuple(replace(section, downloads=named(section)) for section in whole.sections)
    )


def _with_pictures(whole: IssueDocument) -> IssueDocument:
    """The document with what was decided about the uploaded pictures that it shows."""
    texts = [f"{section.body}\n{section.note}" for section in whole.sections]
    texts += [block.body for block in whole.standing]
    cards = pictures.at(address for text in texts for address in addresses_in(text))
    if not cards:
        return whole

    def shown(text: str) -> dict[str, str]:
        return {address: cards[address].alt for address in sorted(addresses_in(text)) if address in cards}

    return replace(
        whole,
        sections=tuple(
            replace(section, pictures=shown(f"{section.body}\n{section.note}")) for section in whole.sections
        ),
        standing=tuple(replace(block, pictures=shown(block.body)) for block in whole.standing),
    )


def _section(
    row: SectionRow,
    pieces: Mapping[tuple[str, int], PieceVersion],
    told: Mapping[tuple[str, int], PrintableStory],
) -> Section:
    kind = kinds.kind_of(row.kind)
    if kind.source == "story" and row.piece_id:
        return _column(row, told.get((row.piece_id, row.piece_version or 0)))
    if kind.source == "library" and row.piece_id and row.piece_version:
        return _from_library(row, pieces[row.piece_id, row.piece_version])
    return Section(kind=row.kind, title=row.title, body=row.body, fields=dict(row.fields), id=row.public_id)


def _from_library(row: SectionRow, piece: PieceVersion) -> Section:
    return Section(
        kind=row.kind,
        title=piece.title,
        body=piece.body,
        fields={**piece.fields, **row.fields},
        id=piece.public_id,
        slug=piece.slug,
        author_slug=piece.author_slug,
        series_slug=piece.series_slug,
        piece_version=piece.version,
    )


def _column(row: SectionRow, story: PrintableStory | None) -> Section:
    if story is None:
        return Section(kind=row.kind, title=NO_LONGER_HERE, id=row.piece_id or "")
    if _is_taken_back(story):
        # The check stops it, the editor takes it out or takes a version that is allowed; until then no
        # rendering of the issue shows a word of it.
        return Section(kind=row.kind, title=NO_LONGER_HERE, id=story.public_id, piece_version=story.version)
    own = {"consent": story.consent, "attribution": story.attribution}
    return Section(
        kind=row.kind,
        title=story.title,
        body=story.body,
        note=story.note,
        fields={**{key: value for key, value in own.items() if value}, **row.fields},
        id=story.public_id,
        slug=story.slug,
        piece_version=story.version,
        consent_level=_live_level(story),
    )


def _is_taken_back(story: PrintableStory) -> bool:
    """Whether its author withdrew it, or no longer allows that version.

    A manuscript that never gave a line of consent is not fit for print, and nothing was taken back.
    """
    return story.state in NOT_FOR_PRINT or (story.consent_level is not None and not story.is_allowed)


def _live_level(story: PrintableStory) -> int | None:
    """The author's consent; none for a story that was withdrawn, whatever is on record besides."""
    return None if story.state in NOT_FOR_PRINT else story.consent_level


# What stands around it in the archive


def navigation(whole: IssueDocument) -> Navigation:
    """The previous issue, and for each part of a series and each story what was printed before."""
    series = {section.series_slug for section in whole.sections if section.series_slug}
    parts = {slug: _earlier_parts(whole.number, slug) for slug in series}
    columns = [place for place, section in enumerate(whole.sections) if _is_column(section)]
    earlier = _earlier_stories(whole.number) if columns else ()
    return Navigation(
        previous_issue=_previous(whole.number),
        earlier_parts={
            place: parts[section.series_slug]
            for place, section in enumerate(whole.sections)
            if parts.get(section.series_slug)
        },
        earlier_stories=dict.fromkeys(columns, earlier) if earlier else {},
        issues=_sent_issues_named(whole),
    )


def _sent_issues_named(whole: IssueDocument) -> tuple[int, ...]:
    """The numbers of those issues that our own texts name and that readers can open."""
    own = (section.note if _is_column(section) else section.body for section in whole.sections)
    texts = (*own, *(block.body for block in whole.standing))
    named = frozenset().union(*map(numbers_named, texts))
    if not named:
        return ()
    query = select(Issue.number).where(Issue.state == rules.SENT, Issue.number.in_(sorted(named)))
    return tuple(db.session.scalars(query.order_by(Issue.number)))


def _previous(number: int) -> NavigationLink | None:
    query = select(Issue.number).where(Issue.state == rules.SENT, Issue.number < number)
    previous = db.session.scalar(query.order_by(Issue.number.desc()).limit(1))
    return NavigationLink(f"Issue {previous}", f"/issues/{previous}") if previous else None


def _is_column(section: Section) -> bool:
    return kinds.kind_of(section.kind).source == "story"


def _earlier_parts(number: int, series_slug: str) -> tuple[NavigationLink, ...]:
    query = _published_before(number).where(PublishedPiece.series_slug == series_slug)
    rows = list(db.session.execute(query.limit(MOST_EARLIER)).scalars())
    return tuple(NavigationLink(row.title, f"/articles/{row.slug}") for row in reversed(rows))


def _earlier_stories(number: int) -> tuple[NavigationLink, ...]:
    columns = [kind.name for kind in kinds.by_name.values() if kind.source == "story"]
    query = _published_before(number).where(PublishedPiece.kind.in_(columns))
    rows = db.session.execute(query.limit(MOST_EARLIER)).scalars()
    return tuple(NavigationLink(row.title, f"/stories/{row.piece_id}-{row.slug}") for row in rows)


def _published_before(number: int) -> Select[PublishedPiece]:
    return (
        select(PublishedPiece)
        .join(PublishedPiece.issue)
        .where(PublishedPiece.withdrawn_at.is_(None), Issue.number < number)
        .order_by(Issue.number.desc(), PublishedPiece.position)
    )


# What was frozen


def frozen_document(record: FrozenIssue) -> IssueDocument:
    """The document of a frozen record without anything that was withdrawn since.

    A dated tombstone stands in place of each piece, and no link leads to one of another issue.
    """
    whole = documents.from_json(record.document)
    gone = withdrawals()
    if not gone:
        return whole
    sections = tuple(
        _tombstone(section, gone[section.id]) if section.id in gone else section for section in whole.sections
    )
    return replace(whole, sections=sections, navigation=_without(whole.navigation, gone))


def _without_taken_back(whole: IssueDocument) -> IssueDocument:
    """An issue that is going out and not published yet, without what was taken back meanwhile."""
    return replace(whole, sections=tuple(map(_shown, whole.sections)))


def _shown(section: Section) -> Section:
    story = stories.printable(section.id, section.piece_version) if _is_column(section) else None
    if story is None or not _is_taken_back(story):
        return section
    return Section(kind=section.kind, title=NO_LONGER_HERE, id=section.id, piece_version=story.version)


def _without(around: Navigation, gone: Mapping[str, Withdrawal]) -> Navigation:
    """What stands around an issue, less the links to what was withdrawn."""

    def kept(rows: Mapping[int, tuple[NavigationLink, ...]]) -> dict[int, tuple[NavigationLink, ...]]:
        left = {
            position: tuple(
                link for link in links if not any(one.leads_here(link.path) for one in gone.values())
            )
            for position, links in rows.items()
        }
        return {position: links for position, links in left.items() if links}

    return replace(
        around, earlier_stories=kept(around.earlier_stories), earlier_parts=kept(around.earlier_parts)
    )


def _tombstone(section: Section, gone: Withdrawal) -> Section:
    title = rules.stood_here(kinds.kind_of(section.kind).noun)
    return Section(kind="Note", title=title, body=tombstone_words(gone.at, gone.because), id=section.id)


def base_url() -> str:
    """The site's own address without a slash at its end, for everything that leaves the site."""
    return current().base_url.rstrip("/")
