"""What the author of a story sees behind its four words: where it stands, what is wanted, what was said.

It reads, and gives one frozen value for the page. It never shows a note among editors, who at the desk wrote
something, or anything of a story whose words have been destroyed but what stands in print.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsroom.platform import addresses
from newsroom.stories import queries, redaction, rules
from newsroom.stories.events import place_of
from newsroom.stories.models import FollowUp, Story, StoryRevision
from newsroom.stories.readiness import signed_words
from newsroom.stories.redaction import Change
from newsroom.stories.rules import Standing, State, Who

ACTIONS = {
    "answer": "answer",
    "approve": "approve",
    "request_change": "change",
    "refuse": "refuse",
    "wake": "wake",
    "follow_up": "follow-up",
    "agree_follow_up": "follow-up-yes",
    "refuse_follow_up": "follow-up-no",
    "write": "message",
    "change_consent": "consent",
    "introduce": "introduce",
    "withdraw": "withdraw",
}
"""An author's verbs, by the last part of the address that each of their forms is sent to."""

ERASE = "erase"
"""Destroying everything at once, which is withdrawing and then what time does to a withdrawn story."""

MOST_OPEN = 3
"""How many follow-ups may wait for an editor at a time."""

_SHOWS_NEWEST = (State.APPROVED, State.READY)
_NOTES = "note"


@dataclass(frozen=True)
class EditedVersion:
    """A version beside the original. `changes` is empty where the original has been destroyed."""

    version: int
    title: str
    body: str
    attribution: str
    note: str
    line: str
    changes: tuple[tuple[Change, ...], ...]

    @property
    def is_changed(self) -> bool:
        """Whether a single word differs from the original."""
        return any(change.part != "same" for paragraph in self.changes for change in paragraph)


@dataclass(frozen=True)
class Known:
    """Who told it, as far as they said; `email` is masked, `is_confirmed` when letters reach them there."""

    name: str = ""
    town: str = ""
    email: str = ""
    is_confirmed: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether there is nothing that could be added."""
        return bool(self.name and self.town and self.email and self.is_confirmed)


@dataclass(frozen=True)
class Said:
    """One message of the thread, as its author may read it."""

    by_author: bool
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True)
class FollowedUp:
    """What the author told us next, and what became of it.

    `printed` is empty unless it is in print, or the author is asked for it: then `words` is its fingerprint,
    and `changes` what an editor changed.
    """

    id: int
    state: str
    text: str
    printed: str
    told_at: datetime
    words: str = ""
    changes: tuple[tuple[Change, ...], ...] = ()
    is_refused: bool = False


@dataclass(frozen=True)
class Status:
    """The whole page. `actions` names the forms that it offers, and nothing else can be done there."""

    public_id: str
    verdict: str
    state: State
    standing: Standing
    since: datetime
    told_at: datetime
    is_destroyed: bool
    destroyed_at: datetime | None
    actions: frozenset[str]
    wants_preview: bool
    level: int | None
    highest_level: int
    edited: EditedVersion | None
    due_at: datetime | None
    known: Known
    thread: tuple[Said, ...]
    follow_ups: tuple[FollowedUp, ...]

    @property
    def asked_next(self) -> tuple[FollowedUp, ...]:
        """The follow-ups that the author is asked for."""
        return tuple(told for told in self.follow_ups if told.state == "asked")

    @property
    def question(self) -> Said | None:
        """What the desk asked last."""
        return next((said for said in reversed(self.thread) if said.kind == "question"), None)

    @property
    def said_before(self) -> tuple[Said, ...]:
        """The thread without the question that waits: that one stands above, with the box for its answer."""
        waits = self.question if "answer" in self.actions else None
        return tuple(said for said in self.thread if said is not waits)


def status_of(story: Story) -> Status:
    """What its author may know now, and do."""
    consent = queries.live_consent(story)
    request = queries.open_approval(story)
    destroyed = story.purged_at is not None
    return Status(
        public_id=story.public_id,
        verdict=story.verdict,
        state=State(story.state),
        standing=rules.standing(
            story.state, wants_preview=story.wants_preview, reason="" if destroyed else story.closed_reason
        ),
        since=story.state_changed_at,
        told_at=story.submitted_at,
        is_destroyed=destroyed,
        destroyed_at=story.purged_at,
        actions=actions(story),
        wants_preview=story.wants_preview,
        level=consent.level if consent else None,
        highest_level=highest_level(story),
        edited=_edited(story),
        due_at=request.due_at if request and story.state == State.AWAITING_APPROVAL else None,
        known=_known(story),
        thread=() if destroyed else _thread(story),
        follow_ups=() if destroyed else _follow_ups(story),
    )


def actions(story: Story) -> frozenset[str]:
    """The forms that the page offers, by the last part of their address."""
    verbs = set(rules.verbs_for(story.state, Who.AUTHOR))
    if story.purged_at is not None:
        # Nothing is left to talk about; but what stands in print can be taken back for as long as it does.
        verbs &= {"change_consent", "withdraw"} if story.state == State.PUBLISHED else set()
    if sum(one.state == "received" for one in story.follow_ups) >= MOST_OPEN:
        verbs.discard("follow_up")
    if all(one.state != "asked" for one in story.follow_ups):
        verbs -= {"agree_follow_up", "refuse_follow_up"}
    if _known(story).is_everything:
        verbs.discard("introduce")
    found = frozenset(ACTIONS[verb] for verb in verbs if verb in ACTIONS)
    is_anything_left = story.purged_at is None or story.state == State.PUBLISHED
    return found | {ERASE} if is_anything_left else found


def highest_level(story: Story) -> int:
    """The level of consent that its author can choose: a name is printed only of those who gave one, and the
    full name only of those whom we can reach."""
    who = story.contributor
    if who is None or not who.name:
        return 2
    return 4 if who.email else 3


def _edited(story: Story) -> EditedVersion | None:
    revision = _shown(story)
    if revision is None:
        return None
    printed = queries.printable(story.public_id, revision.version)
    if printed is None:
        return None
    return EditedVersion(
        version=revision.version,
        title=printed.title,
        body=printed.body,
        attribution=printed.attribution,
        note=printed.note,
        line=printed.consent,
        changes=_changes(story, revision),
    )


def _shown(story: Story) -> StoryRevision | None:
    """The version that the author is asked for, or that is printed or will be; None while there is none.

    What an editor saved and nobody decided about is not shown: it may be half done.
    """
    version: int | None = None
    if story.state == State.AWAITING_APPROVAL:
        request = queries.open_approval(story)
        version = request.version if request else None
    elif story.state in _SHOWS_NEWEST:
        version = story.version
    elif story.state == State.SCHEDULED:
        place = place_of(story.public_id)
        version = place.version if place and place.version else story.version
    elif story.state == State.PUBLISHED:
        version = story.published_version or story.version
    return queries.revision(story, version)


def _changes(story: Story, revision: StoryRevision) -> tuple[tuple[Change, ...], ...]:
    if story.purged_at is not None or revision.kept_text is not None or story.source == "manuscript":
        return ()
    spans = redaction.from_json(revision.spans)
    return redaction.in_paragraphs(redaction.changes(story.original.body, spans))


def _known(story: Story) -> Known:
    who = story.contributor
    if who is None:
        return Known()
    email = addresses.masked(who.email) if who.email else ""
    return Known(who.name, who.town, email, who.email_confirmed_at is not None)


def _thread(story: Story) -> tuple[Said, ...]:
    return tuple(
        Said(row.kind in ("answer", "change"), row.kind, row.body, row.at)
        for row in story.messages
        if row.kind != _NOTES
    )


def _follow_ups(story: Story) -> tuple[FollowedUp, ...]:
    return tuple(_followed_up(row) for row in story.follow_ups)


def _followed_up(row: FollowUp) -> FollowedUp:
    if row.state != "asked":
        printed = row.printed if row.state == "published" else ""
        refused = row.state == "declined" and row.decided_by_id is None
        return FollowedUp(row.id, row.state, row.body, printed, row.told_at, is_refused=refused)
    changes = redaction.in_paragraphs(redaction.difference(row.body, row.printed))
    words = signed_words("", row.printed, "")
    return FollowedUp(row.id, row.state, row.body, row.printed, row.told_at, words, changes)
