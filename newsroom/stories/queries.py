"""Every read of stories but the desk's queue and bank: one story, what may be printed; nothing here writes.

`PrintableStory` is what other floors see. It is computed from the sealed original and the spans of one
revision; it never holds the original or anything about its author that the consent does not cover.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import joinedload, selectinload

from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.mail.models import OutboxLetter
from newsroom.platform.text import slugify
from newsroom.publication.queries import standing_block
from newsroom.stories import casting, consent, hints, redaction, rules
from newsroom.stories.casting import house_list as house_list
from newsroom.stories.models import (
    ApprovalRequest,
    ConsentRecord,
    MailedStory,
    Story,
    StoryDraft,
    StoryRevision,
)
from newsroom.stories.readiness import (
    Problems,
    Readiness,
    consent_problems,
    problems_of,
    redacted_words,
    signed_words,
)
from newsroom.stories.redaction.cast import Cast, Withheld
from newsroom.stories.redaction.disguises import folded
from newsroom.stories.redaction.leaks import Weight, planted
from newsroom.stories.rules import ON_THE_DESK, State

PER_PAGE = 25
FOUND_AS = "story"
"""The kind under which a search knows stories."""


@dataclass(frozen=True)
class PrintableStory:
    """One version of a story as it may be printed.

    `body` is text in the story's dialect, `note` Markdown. `consent` is the line that stands below the story
    and `consent_level` the author's live consent: None where there is none, and then nothing may be rendered.
    `is_allowed` says whether its author allows this very version: by that consent, and by agreeing to the
    words where they are to be asked first.
    """

    public_id: str
    version: int
    verdict: str
    title: str
    slug: str
    body: str
    note: str
    attribution: str
    consent: str
    consent_level: int | None
    state: str
    is_allowed: bool


@dataclass(frozen=True)
class Waiting:
    """How many stories of a verdict are in a state, and since when the longest-waiting one has been there."""

    state: State
    verdict: str
    count: int
    since: datetime


def story(public_id: str) -> Story | None:
    """A story with its original, revisions, consents and contributor; None where there is none."""
    # Whatever stands in an address comes here, and PostgreSQL breaks off at a NUL.
    if not rules.is_public_id(public_id):
        return None
    return db.session.scalars(_whole().where(Story.public_id == public_id)).one_or_none()


def story_by_receipt(receipt_hash: str) -> Story | None:
    """The story whose receipt has this hash (`receipts.fingerprint`)."""
    return db.session.scalars(_whole().where(Story.receipt_hash == receipt_hash)).one_or_none()


def is_story(public_id: str) -> bool:
    """Whether there is a story with that id."""
    known = select(Story.id).where(Story.public_id == public_id)
    return rules.is_public_id(public_id) and db.session.scalar(known) is not None


def was_told_by_a_reader(public_id: str) -> bool:
    """Whether a reader sent it here, so that its words and consent change at the desk only."""
    source = db.session.scalar(select(Story.source).where(Story.public_id == public_id))
    return source is not None and source != "manuscript"


def printable(public_id: str, version: int | None = None) -> PrintableStory | None:
    """A story as it may be printed, at its newest version or at that one; None where there is none."""
    if version is not None:
        return printables([(public_id, version)]).get((public_id, version))
    found = _for_print([public_id]).get(public_id)
    revision = _revision(found, found.version) if found is not None else None
    return None if found is None or revision is None else _printable(found, revision)


def printables(pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], PrintableStory]:
    """Several stories as they may be printed, each at that version, in as many reads as one takes.

    What is not there is left out.
    """
    wanted = list(pairs)
    found = _for_print([public_id for public_id, _ in wanted])
    return {
        (public_id, version): _printable(found[public_id], revision)
        for public_id, version in wanted
        if public_id in found and (revision := _revision(found[public_id], version)) is not None
    }


def _for_print(public_ids: Collection[str]) -> dict[str, Story]:
    """Stories with nothing but what decides how they are printed: a page of an issue asks for many."""
    known = {public_id for public_id in public_ids if rules.is_public_id(public_id)}
    if not known:
        return {}
    query = select(Story).options(
        joinedload(Story.original),
        joinedload(Story.contributor),
        selectinload(Story.revisions),
        selectinload(Story.consents),
        selectinload(Story.approvals),
    )
    return {row.public_id: row for row in db.session.scalars(query.where(Story.public_id.in_(known)))}


def _revision(found: Story, version: int) -> StoryRevision | None:
    return next((row for row in found.revisions if row.version == version), None)


def ready_stories() -> list[PrintableStory]:
    """The stories that wait for an issue, the longest-waiting first; those on hold are left out."""
    query = (
        _whole()
        .where(Story.state == State.READY, Story.on_hold_reason == "")
        .order_by(Story.state_changed_at, Story.id)
    )
    found = db.session.scalars(query).unique().all()
    return [_printable(row, newest) for row in found if (newest := newest_revision(row)) is not None]


def newest_revision(found: Story) -> StoryRevision | None:
    """The revision that a save has to follow; None before the first one."""
    return found.revisions[-1] if found.revisions else None


def shown_revision(found: Story) -> StoryRevision | None:
    """The revision that the desk shows: the one in print, else the newest."""
    if found.state != State.PUBLISHED:
        return newest_revision(found)
    return next((row for row in found.revisions if row.version == found.published_version), None)


def revision(found: Story, version: int | None) -> StoryRevision | None:
    """The revision of that number; None where there is none."""
    return next((row for row in found.revisions if row.version == version), None)


def text_of(found: Story, revision: StoryRevision | None) -> str:
    """The printable text of a revision; before the first one it is the original.

    Of a story whose words were destroyed nothing is left but what was printed.
    """
    if revision is not None and revision.kept_text is not None:
        return revision.kept_text
    if found.purged_at is not None:
        return ""
    spans = redaction.from_json(revision.spans) if revision else ()
    return redaction.apply(found.original.body, spans)


def words_of(found: Story, revision: StoryRevision) -> str:
    """The fingerprint of what an author agrees to in that version (`readiness.signed_words`)."""
    return signed_words(revision.title, text_of(found, revision), revision.attribution)


# What an editor has to take out


def cast(found: Story, revision: StoryRevision | None = None) -> Cast:
    """Who is in a story, and what of it still stands in that version, or in the newest one. Empty for a
    manuscript, whose words are the publication's own, and where the original was destroyed."""
    return casting.cast_in(found, revision or newest_revision(found))


def withheld(public_id: str, version: int) -> tuple[Withheld, ...]:
    """What print must not show because of this story, wherever it is printed: empty where there is no such
    story or version. What its author allows to be printed of themselves is not among it."""
    found = story(public_id)
    row = revision(found, version) if found else None
    if found is None or row is None:
        return ()
    return forms_to_keep_out(found, casting.cast_in(found, row))


def forms_to_keep_out(found: Story, people: Cast) -> tuple[Withheld, ...]:
    """The forms of a cast that print must not show."""
    record = live_consent(found)
    return casting.kept_out(found, people, record.level if record else None)


def unprintable(found: Story, words: str) -> tuple[str, ...]:
    """What of these words may not be printed beside the story, a sentence each: whatever reaches somebody,
    whoever the story does not name, and what is kept out of the story itself."""
    people = casting.cast_in(found, shown_revision(found))
    named = {folded(one.words) for one in people.passages if one.state == "named"}
    private = [
        f"Take “{hint.words}” out first: it {hint.looks_like}"
        for hint in hints.hints_in(words)
        if hint.kind != "person" or folded(hint.words) not in named
    ]
    leaks = planted([one.form for one in forms_to_keep_out(found, people)], words)
    kept_out = [
        f"Take “{leak.words}” out first: it is kept out of the story itself."
        for leak in leaks
        if leak.weight is Weight.BLOCKER
    ]
    return tuple(dict.fromkeys((*private, *kept_out)))


def words_redacted(found: Story, revision: StoryRevision | None) -> str:
    """The fingerprint of what somebody at the desk signs for in that version."""
    if revision is None:
        return ""
    return redacted_words(revision.title, text_of(found, revision), revision.attribution, revision.note)


def redaction_signed(found: Story) -> bool:
    """Whether somebody signed the checklist for the newest words, typography aside."""
    signed = found.redaction_sign_offs[-1].words_sha256 if found.redaction_sign_offs else None
    return signed is not None and signed == words_redacted(found, newest_revision(found))


def open_approval(found: Story) -> ApprovalRequest | None:
    """The request that waits for the author's answer; None where none does."""
    newest = found.approvals[-1] if found.approvals else None
    return newest if newest and not newest.verdict else None


def is_signed_off(found: Story, revision: StoryRevision | None = None) -> bool:
    """Whether the author's last word was yes, and to the very words of that version, or of the newest."""
    given = [one for one in found.approvals if one.verdict != "superseded"]
    shown = revision or newest_revision(found)
    if not given or shown is None or given[-1].verdict != "approved":
        return False
    return given[-1].words_sha256 == words_of(found, shown)


def must_agree(found: Story) -> bool:
    """Whether nothing may be printed before its author has agreed to the words: they asked to see them first,
    or were asked and have not said yes to these. Who once said no is not printed by leaving them out."""
    return found.wants_preview or any(one.verdict != "superseded" for one in found.approvals)


def live_consent(found: Story) -> ConsentRecord | None:
    """The newest record, unless it says that consent was withdrawn."""
    newest = found.consents[-1] if found.consents else None
    return newest if newest and newest.action != "withdrawn" else None


@dataclass(frozen=True)
class Review:
    """The newest version of a story, looked through once: who is in it, what the decision rests on whether it
    is ready, and why it is not."""

    cast: Cast
    facts: Readiness
    problems: Problems


def review(found: Story, actor_id: int | None) -> Review:
    """The newest version as this staff member has to judge it."""
    people = cast(found)
    facts = _readiness(found, people, actor_id)
    return Review(people, facts, problems_of(facts))


def readiness(found: Story, actor_id: int | None) -> Readiness:
    """What the decision rests on whether a story is ready, when this staff member takes it."""
    return _readiness(found, cast(found), actor_id)


def _readiness(found: Story, people: Cast, actor_id: int | None) -> Readiness:
    newest = newest_revision(found)
    record = live_consent(found)
    facts = readiness_of(found, newest, record.level if record else None)
    if casting.is_redacted_here(found):
        facts = replace(
            facts,
            is_redacted=redaction_signed(found),
            open_passages=people.open_count,
            kept_out=forms_to_keep_out(found, people),
        )
    return replace(
        facts,
        second_editor=newest is not None and newest.created_by_id != actor_id,
        signed_off=is_signed_off(found),
    )


def readiness_of(found: Story, revision: StoryRevision | None, level: int | None) -> Readiness:
    """The same for one version at one level of consent, whoever decides and whatever the author agreed to."""
    who = found.contributor
    return Readiness(
        title=revision.title if revision else "",
        original=found.original.body,
        text=text_of(found, revision),
        note=revision.note if revision else "",
        attribution=revision.attribution if revision else "",
        consent_level=level,
        wants_preview=must_agree(found),
        on_hold=bool(found.on_hold_reason),
        criticality=found.criticality,
        name=who.name if who else "",
        town=who.town if who else "",
    )


def is_covered(found: Story, revision: StoryRevision, level: int | None) -> bool:
    """Whether that level of consent allows this version to be printed."""
    return not consent_problems(readiness_of(found, revision, level))


def _is_allowed(found: Story, revision: StoryRevision, level: int | None) -> bool:
    # What is in print was agreed to, or needed no agreement, when it was printed.
    in_print = revision.version == found.published_version
    agreed = in_print or not must_agree(found) or is_signed_off(found, revision)
    return agreed and is_covered(found, revision, level)


@dataclass(frozen=True)
class ToldNext:
    """What happened next, as an editor made it printable, and when it was told and printed."""

    text: str
    told_at: datetime
    printed_at: datetime


def follow_ups(public_id: str) -> tuple[ToldNext, ...]:
    """What may be read below a story, the oldest first: nothing below one that is not in print itself."""
    found = story(public_id)
    record = live_consent(found) if found is not None and found.state == State.PUBLISHED else None
    if found is None or record is None or record.level == 0:
        return ()
    printed = (one for one in found.follow_ups if one.state == "published")
    return tuple(ToldNext(one.printed, one.told_at, one.decided_at or one.told_at) for one in printed)


def draft_of(found: Story, staff_id: int) -> StoryDraft | None:
    """What that member of staff typed on the story's page and never saved."""
    return db.session.get(StoryDraft, (found.id, staff_id))


def merged_into(found: Story) -> tuple[str, str] | None:
    """The public id and the newest title of the story that this one was merged into."""
    if found.duplicate_of_id is None:
        return None
    other = db.session.get(Story, found.duplicate_of_id)
    newest = newest_revision(other) if other else None
    return (other.public_id, newest.title if newest else "") if other else None


def can_be_undone(public_id: str) -> bool:
    """Whether the last step at the desk can still be taken back, as far as the row itself says."""
    kept = db.session.scalar(select(Story.undo).where(Story.public_id == public_id))
    return kept is not None and clock.now() <= datetime.fromisoformat(kept["until"])


def subject_of(public_id: str) -> str:
    """How the audit log names a story."""
    return f"story {public_id}"


def consent_wording() -> consent.Wording:
    """What an author reads about consent now, with the version of the publication's block."""
    block = standing_block("consent")
    return consent.wording(block.body, block.version) if block else consent.wording()


def state_counts() -> dict[State, int]:
    """How many stories are in each state; every state is there."""
    # Almost all stories are printed ones, and SQLite counts a whole table much quicker than a part of it: so
    # the printed ones are what is left when the others are taken away.
    others = sorted(set(State) - {State.PUBLISHED})
    of_others = select(Story.state, func.count()).where(Story.state.in_(others)).group_by(Story.state)
    of_all = select(literal("all"), func.count()).select_from(Story)
    counted = {row[0]: row[1] for row in db.session.execute(of_others.union_all(of_all))}
    total = counted.pop("all")
    counts = dict.fromkeys(State, 0) | {State(name): count for name, count in counted.items()}
    counts[State.PUBLISHED] = total - sum(counted.values())
    return counts


def waiting() -> list[Waiting]:
    """What waits on the desk, by state and verdict; ready stories on hold wait for nobody's issue."""
    query = (
        select(Story.state, Story.verdict, func.count(), func.min(Story.state_changed_at))
        .where(
            Story.state.in_(ON_THE_DESK),
            (Story.state != State.READY) | (Story.on_hold_reason == ""),
        )
        .group_by(Story.state, Story.verdict)
    )
    return [
        Waiting(State(state), verdict, count, since)
        for state, verdict, count, since in db.session.execute(query)
    ]


def _whole() -> Select[Story]:
    return select(Story).options(
        joinedload(Story.original),
        joinedload(Story.contributor),
        selectinload(Story.revisions),
        selectinload(Story.consents),
        selectinload(Story.approvals),
        selectinload(Story.messages),
        selectinload(Story.follow_ups),
        selectinload(Story.redaction_sign_offs),
    )


def _printable(found: Story, revision: StoryRevision) -> PrintableStory:
    record = live_consent(found)
    return PrintableStory(
        public_id=found.public_id,
        version=revision.version,
        verdict=found.verdict,
        title=revision.title,
        slug=slugify(revision.title),
        body=text_of(found, revision),
        note=revision.note,
        attribution=revision.attribution,
        consent=_line(found, record),
        consent_level=record.level if record else None,
        state=found.state,
        is_allowed=_is_allowed(found, revision, record.level if record else None),
    )


def _line(found: Story, record: ConsentRecord | None) -> str:
    """A manuscript words its own line; a reader's story gets the one of its level."""
    if record is None:
        return ""
    return record.wording if found.source == "manuscript" else consent.printed_line(record.level)


def mailed_subject_of(number: int) -> str:
    """How the audit log names a story that came by mail."""
    return f"mailed story {number}"


def mailed_story(number: int) -> MailedStory | None:
    """A story that came by mail, whatever became of it."""
    return db.session.get(MailedStory, number)


def mailed_stories(page: int = 1) -> Pagination:
    """A page of what came by mail, newest first."""
    newest_first = select(MailedStory).order_by(MailedStory.received_at.desc(), MailedStory.id.desc())
    return db.paginate(newest_first, page=page, per_page=_MAIL_PER_PAGE, error_out=False)


def is_mailed(message_hash: str) -> bool:
    """Whether this message was collected already."""
    query = select(MailedStory.id).where(MailedStory.message_hash == message_hash)
    return db.session.scalar(query) is not None


def answers_our_letter(message_ids: Sequence[str]) -> bool:
    """Whether one of these is a letter that we wrote about a story: then it is no new one."""
    # A thread may name hundreds; what it answers stands first, and last.
    named = [*message_ids[:10], *message_ids[-10:]]
    query = select(OutboxLetter.id).where(
        OutboxLetter.message_id.in_(named), OutboxLetter.kind.startswith("story-")
    )
    return bool(named) and db.session.scalar(query.limit(1)) is not None


_AT_A_TIME = 200
_MAIL_PER_PAGE = 50


def exported(state: str = "", verdict: str = "") -> Iterator[Story]:
    """Stories for a file, in the order in which they came in; never all in memory."""
    cursor = 0
    while True:
        query = (
            _wanted(state, verdict)
            .where(Story.id > cursor)
            .order_by(Story.id)
            .limit(_AT_A_TIME)
            .options(
                joinedload(Story.original),
                joinedload(Story.contributor),
                selectinload(Story.revisions),
                selectinload(Story.consents),
                selectinload(Story.approvals),
            )
        )
        rows = db.session.scalars(query).all()
        if not rows:
            return
        yield from rows
        cursor = rows[-1].id
        # What was written to the file is needed no longer, and there may be hundreds of thousands.
        db.session.expunge_all()


def exported_count(state: str = "", verdict: str = "") -> int:
    """How many they are."""
    wanted = _wanted(state, verdict).subquery()
    return db.session.scalar(select(func.count()).select_from(wanted)) or 0


def _wanted(state: str, verdict: str) -> Select[Story]:
    query = select(Story)
    if state:
        query = query.where(Story.state == state)
    return query.where(Story.verdict == verdict) if verdict else query


def in_print_or_ready(found: Story) -> PrintableStory | None:
    """What may be shown of a story to anybody at all; None where that is nothing."""
    if found.state not in (State.READY, State.SCHEDULED, State.PUBLISHED):
        return None
    revision = shown_revision(found)
    shown = _printable(found, revision) if revision else None
    return shown if shown and shown.is_allowed else None


def notes_with(words: str) -> list[tuple[str, str]]:
    """The stories whose Editor's note, at any version, holds these words: name and desk address."""
    query = (
        select(Story.public_id, StoryRevision.title)
        .join(StoryRevision.story)
        .where(StoryRevision.note.contains(words, autoescape=True))
        .order_by(StoryRevision.version)
    )
    titles = {row.public_id: row.title for row in db.session.execute(query)}
    return [
        (f"Editor’s note of “{title or public_id}”", f"/desk/stories/{public_id}")
        for public_id, title in titles.items()
    ]
