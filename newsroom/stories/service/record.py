"""What all verbs share: a story locked for its change, a step along the table, a new revision.

Nothing here decides; `rules` does. Nothing here commits; the door does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from newsroom.accounts.service import audit
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.mail import outbox
from newsroom.platform.mail.models import OutboxLetter
from newsroom.stories import queries, redaction, rules
from newsroom.stories.models import ConsentRecord, Story, StoryRevision
from newsroom.stories.redaction import Span
from newsroom.stories.rules import State, StoryRefusal
from newsroom.stories.service.catalogue import catalogue


def story_to_change(public_id: str) -> Story:
    """The story as it is now, kept for this unit of work alone. Raises StoryRefusal where there is none."""
    # PostgreSQL lets two units write at a time; the lock makes the second one see what the first decided.
    query = select(Story).where(Story.public_id == public_id).with_for_update()
    # Whatever stands in an address comes here, and PostgreSQL breaks off at a NUL.
    row = (
        db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
        if rules.is_public_id(public_id)
        else None
    )
    if row is None:
        raise StoryRefusal("There is no such story.")
    return row


class SaveConflict(Exception):
    """Somebody saved meanwhile; nothing was written. `version` is the newest, to be shown beside ours."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__("Somebody saved this story while you were writing.")


# A refusal may travel in a cookie, of which browsers take four kilobytes.
_MOST_TOLD = 5


class NotReady(StoryRefusal):
    """What stands between a story and print; `problems` holds a sentence each, its text the first few."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        more = len(problems) - _MOST_TOLD
        rest = (f"And {more} more: its page lists them.",) if more > 0 else ()
        super().__init__(" ".join((*problems[:_MOST_TOLD], *rest)))


def refuse_unless_ready(row: Story, actor_id: int | None) -> None:
    """Raises NotReady when the newest version is not fit for print, or not by this person's word alone."""
    problems = queries.review(row, actor_id).problems
    if problems.found:
        raise NotReady(problems.sentences)


def step(row: Story, verb: str, done: str, detail: str = "") -> None:
    """Take the story where the table says that this verb leads, and write down that it is `done`.

    Raises StoryRefusal where the table knows no way.
    """
    target = rules.state_after(verb, row.state)
    if target != row.state:
        row.state, row.state_changed_at = target, clock.now()
    # Whatever happens next, the step before can no longer be taken back by itself.
    row.undo = None
    record(row, done, detail)


def reversible_step(row: Story, verb: str, done: str, detail: str = "") -> None:
    """A step that an editor can take back for a while (`rules.UNDOABLE`): what it will change is kept first.

    Call it before the verb changes anything else of the row.
    """
    before = {name: getattr(row, name) for name in _UNDONE}
    was = row.state
    step(row, verb, done, detail)
    until = clock.now() + rules.UNDO_LIFE
    row.undo = {"verb": verb, "was": was, "until": until.isoformat(), "letters": [], "before": before}


_UNDONE = ("closed_reason", "claimed_by_id", "on_hold_reason", "duplicate_of_id")


def takes_back(row: Story, letter: OutboxLetter | None) -> None:
    """Let undoing the last step take this letter back too, which therefore waits until it no longer can."""
    if letter is not None and row.undo is not None:
        db.session.flush()
        row.undo = {**row.undo, "letters": [*row.undo["letters"], letter.id]}


def undone(row: Story) -> None:
    """Put back what the last reversible step changed. Raises StoryRefusal when that is no longer possible."""
    kept = row.undo
    if kept is None or clock.now() > datetime.fromisoformat(kept["until"]):
        raise StoryRefusal("That cannot be undone any more: it is more than ten minutes ago.")
    target = rules.undo_target(kept["verb"], kept["was"], row.state)
    if not all(outbox.take_back(letter_id) for letter_id in kept["letters"]):
        raise StoryRefusal("That cannot be undone any more: the letter to its author has left.")
    for name in _UNDONE:
        setattr(row, name, kept["before"][name])
    row.claimed_at = clock.now() if row.claimed_by_id is not None else None
    if target == State.AWAITING_APPROVAL:
        _ask_on(row)
    if target != row.state:
        row.state, row.state_changed_at = target, clock.now()
    row.undo = None
    record(row, "undone", f"{kept['verb']} was taken back")


def _ask_on(row: Story) -> None:
    """The request that the undone step had taken back waits for its answer again, and is due as before."""
    if row.approvals and row.approvals[-1].verdict == "superseded":
        row.approvals[-1].verdict, row.approvals[-1].answered_at = "", None


def record(row: Story, done: str, detail: str = "") -> None:
    """An audit row about this story. `detail` never quotes the story or its author."""
    audit(done, queries.subject_of(row.public_id), detail)


def add_revision(
    row: Story,
    *,
    title: str,
    spans: Iterable[Span],
    attribution: str,
    note: str,
    actor_id: int | None,
    at: datetime | None = None,
) -> StoryRevision:
    """Append the next printable version. Raises StoryRefusal for a title or attribution that is too long."""
    if len(title) > rules.LONGEST_TITLE:
        raise StoryRefusal(f"The title has {len(title)} characters; keep it to {rules.LONGEST_TITLE}.")
    if len(attribution) > rules.LONGEST_ATTRIBUTION:
        raise StoryRefusal(
            f"The attribution has {len(attribution)} characters; keep it to {rules.LONGEST_ATTRIBUTION}."
        )
    row.version += 1
    revision = StoryRevision(
        version=row.version,
        title=title,
        spans=redaction.to_json(redaction.in_order(row.original.body, spans)),
        attribution=attribution,
        note=note,
        created_at=at or clock.now(),
        created_by_id=actor_id,
    )
    row.revisions.append(revision)
    db.session.flush()
    catalogue(row)
    return revision


def add_consent(row: Story, action: str, level: int, wording: str, version: int, recorded_by: str) -> None:
    """Append what the author allowed or took back, in the words that were used."""
    row.consents.append(consent_record(action, level, wording, version, recorded_by))
    db.session.flush()


def consent_record(action: str, level: int, wording: str, version: int, recorded_by: str) -> ConsentRecord:
    """The same for a story that is only being made."""
    return ConsentRecord(
        action=action,
        level=level,
        wording=wording,
        wording_version=version,
        recorded_by=recorded_by,
        at=clock.now(),
    )
