"""What may happen to a story: its states, who leads it on, what its author is told, what ready means.

Pure. One table says every transition; whoever wants to know whether something may happen asks `state_after`.
It knows no person: that an editor is an editor is decided at the door (`accounts.guards`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from newsroom.platform.text import word_count

FEWEST_WORDS = 40
MOST_WORDS = 1000
# A thousand words of the longest language we know stay far below this; a megabyte does not.
MOST_CHARACTERS = 20_000
# Twice what a reader may tell: more is a mistake of the clipboard, and keeps everybody waiting who opens it.
LONGEST_TEXT = 2 * MOST_CHARACTERS
LONGEST_TITLE = 200
LONGEST_ATTRIBUTION = 200
LONGEST_REASON = 300

VERDICTS = {"up": "Thumbs up", "down": "Thumbs down"}

CHANNELS = {
    "phone": "On the telephone",
    "shop": "In a shop or at a counter",
    "web": "On a website",
    "chat": "In a chat",
    "email": "By e-mail or letter",
    "field": "Somebody came to me",
}

OUTCOMES = {
    "stay": "I stayed their customer",
    "leave": "I left",
    "told_others": "I told others about it",
    "came_back": "I left and came back",
    "nothing": "Nothing changed",
}

BEHAVIOURS = (
    "acknowledge presence",
    "own the apology",
    "know the history",
    "pick up the phone",
    "no policy talk",
    "don't blame the user",
    "diagnose before upselling",
    "empower staff",
    "do what you said",
    "live greeting",
)
"""The tags of takeaways; together they make the lessons of the archive."""

CRITICALITY = (
    "praise",
    "mild",
    "poor service",
    "serious loss or repeated failure",
    "alleges dishonesty, discrimination or danger",
    "alleges a crime or names a person",
)
"""By the worst statement in the story; the place in this list is the level."""

SECOND_EDITOR_FROM = 3

WAITS_TOO_LONG = timedelta(days=14)
"""Older than this, a story that nobody has decided about is marked in the queue."""


class StoryRefusal(Exception):
    """Something that may not happen to a story as it is; the text is a sentence for the person who asked."""


class State(StrEnum):
    """Where a story is on its way. One name in database, code and glossary."""

    RECEIVED = "received"
    TRIAGE = "triage"
    NEEDS_INFO = "needs_info"
    EDITING = "editing"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    READY = "ready"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    SPAM = "spam"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    UNPUBLISHED = "unpublished"


DESK_WORDS = {
    State.RECEIVED: "Received",
    State.TRIAGE: "Being read",
    State.NEEDS_INFO: "Question asked",
    State.EDITING: "In editing",
    State.AWAITING_APPROVAL: "Awaiting approval",
    State.APPROVED: "Approved",
    State.READY: "Ready",
    State.SCHEDULED: "In an issue",
    State.PUBLISHED: "Published",
    State.SPAM: "On the spam shelf",
    State.DECLINED: "Declined",
    State.DUPLICATE: "Duplicate",
    State.EXPIRED: "Expired",
    State.WITHDRAWN: "Withdrawn",
    State.UNPUBLISHED: "Unpublished",
}
"""What editors read for a state."""

ON_THE_DESK = frozenset(
    {
        State.RECEIVED,
        State.TRIAGE,
        State.NEEDS_INFO,
        State.EDITING,
        State.AWAITING_APPROVAL,
        State.APPROVED,
        State.READY,
    }
)
"""The states in which a story waits for something that the desk can do."""


class Who(StrEnum):
    """Whose verb it is. `ISSUE` is the floor above, `CLOCK` a deadline that has passed."""

    READER = "reader"
    AUTHOR = "author"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    ISSUE = "issue"
    CLOCK = "clock"


@dataclass(frozen=True)
class Transition:
    """A verb leads from any of these states to that one; None means that the story stays where it is."""

    verb: str
    sources: frozenset[State]
    target: State | None
    who: Who


def _row(verb: str, sources: Iterable[State], target: State | None, who: Who) -> Transition:
    return Transition(verb, frozenset(sources), target, who)


BEGINNINGS = {
    "submit": (State.RECEIVED, Who.READER),
    "submit, suspicious": (State.SPAM, Who.READER),
    "consent to a mailed story": (State.RECEIVED, Who.AUTHOR),
    "import": (State.RECEIVED, Who.EDITOR),
    "import_column": (State.READY, Who.EDITOR),
}
"""The states in which a story comes into the world."""

KEPT_UNPRINTED = (State.DECLINED, State.DUPLICATE, State.EXPIRED, State.WITHDRAWN, State.UNPUBLISHED)
"""Closed and not in print: their words are destroyed after the publication's shorter time."""

_DESTROYED_IN_TIME = (*KEPT_UNPRINTED, State.SPAM, State.PUBLISHED)
_ASKABLE = [State.RECEIVED, State.TRIAGE, State.EDITING]
_SIGNED_OFF = [State.AWAITING_APPROVAL, State.APPROVED]
_EDITABLE = [State.EDITING, State.APPROVED, State.SCHEDULED]
_IMPORTABLE = [State.EDITING, State.READY, State.SCHEDULED]
_ANY = frozenset(State) - {State.WITHDRAWN}

TRANSITIONS = (
    #    verb                 from                                    to                       whose
    _row("claim",              [State.RECEIVED],                      State.TRIAGE,            Who.EDITOR),
    _row("claim",              ON_THE_DESK - {State.RECEIVED},        None,                    Who.EDITOR),
    _row("release",            ON_THE_DESK,                           None,                    Who.EDITOR),
    _row("assess",             ON_THE_DESK,                           None,                    Who.EDITOR),
    _row("hold",               ON_THE_DESK,                           None,                    Who.EDITOR),
    _row("resume",             ON_THE_DESK,                           None,                    Who.EDITOR),
    _row("ask",                _ASKABLE,                              State.NEEDS_INFO,        Who.EDITOR),
    _row("stop_asking",        [State.NEEDS_INFO],                    State.TRIAGE,            Who.EDITOR),
    _row("answer",             [State.NEEDS_INFO],                    State.TRIAGE,            Who.AUTHOR),
    _row("start_editing",      [State.RECEIVED, State.TRIAGE],        State.EDITING,           Who.EDITOR),
    _row("save_revision",      _EDITABLE,                             None,                    Who.EDITOR),
    _row("sign_redaction",     _EDITABLE,                             None,                    Who.EDITOR),
    _row("ask_approval",       [State.EDITING],                       State.AWAITING_APPROVAL, Who.EDITOR),
    _row("ask_again",          [State.APPROVED],                      State.AWAITING_APPROVAL, Who.EDITOR),
    _row("approve",            [State.AWAITING_APPROVAL],             State.APPROVED,          Who.AUTHOR),
    _row("request_change",     _SIGNED_OFF,                           State.EDITING,           Who.AUTHOR),
    _row("refuse",             _SIGNED_OFF,                           State.DECLINED,          Who.AUTHOR),
    _row("remind",             [State.AWAITING_APPROVAL],             None,                    Who.CLOCK),
    _row("expire",             [State.AWAITING_APPROVAL],             State.EXPIRED,           Who.CLOCK),
    _row("wake",               [State.EXPIRED],                       State.AWAITING_APPROVAL, Who.AUTHOR),
    _row("mark_ready",         [State.EDITING, State.APPROVED],       State.READY,             Who.EDITOR),
    _row("back_to_editing",    [State.READY, *_SIGNED_OFF],           State.EDITING,           Who.EDITOR),
    _row("decline",            ON_THE_DESK,                           State.DECLINED,          Who.EDITOR),
    _row("merge",              ON_THE_DESK,                           State.DUPLICATE,         Who.EDITOR),
    _row("shelve_as_spam",     [State.RECEIVED, State.TRIAGE],        State.SPAM,              Who.EDITOR),
    _row("restore_from_spam",  [State.SPAM],                          State.RECEIVED,          Who.EDITOR),
    _row("reopen",             [State.DECLINED, State.DUPLICATE],     State.TRIAGE,            Who.EDITOR),
    _row("import_column",      _IMPORTABLE,                           None,                    Who.EDITOR),
    _row("schedule",           [State.READY],                         State.SCHEDULED,         Who.ISSUE),
    _row("take_newer",         [State.SCHEDULED],                     None,                    Who.ISSUE),
    _row("release_from_issue", [State.SCHEDULED],                     State.READY,             Who.ISSUE),
    _row("release_to_editing", [State.SCHEDULED],                     State.EDITING,           Who.ISSUE),
    _row("publish",            [State.SCHEDULED],                     State.PUBLISHED,         Who.ISSUE),
    _row("unpublish",          [State.PUBLISHED],                     State.UNPUBLISHED,       Who.PUBLISHER),
    _row("follow_up",          [State.PUBLISHED],                     None,                    Who.AUTHOR),
    _row("agree_follow_up",    [State.PUBLISHED],                     None,                    Who.AUTHOR),
    _row("refuse_follow_up",   [State.PUBLISHED],                     None,                    Who.AUTHOR),
    _row("write",              _ANY - {State.SPAM},                   None,                    Who.AUTHOR),
    _row("write_to_author",    _ANY - {State.SPAM},                   None,                    Who.EDITOR),
    _row("introduce",          _ANY - {State.SPAM},                   None,                    Who.AUTHOR),
    _row("note",               _ANY,                                  None,                    Who.EDITOR),
    _row("change_consent",     _ANY,                                  None,                    Who.AUTHOR),
    _row("consent_narrowed",   [State.READY, *_SIGNED_OFF],           State.EDITING,           Who.AUTHOR),
    _row("consent_taken_down", [State.PUBLISHED],                     State.UNPUBLISHED,       Who.AUTHOR),
    _row("withdraw",           _ANY,                                  State.WITHDRAWN,         Who.AUTHOR),
    _row("purge",              _DESTROYED_IN_TIME,                    None,                    Who.CLOCK),
)  # fmt: skip
"""Everything that can happen to a story. `withdrawn` leads nowhere else: its only row destroys what is left.

A scheduled story may be saved: its issue keeps the version that it holds, and takes a newer one only when
that one is ready too. Taken out of its issue, a story is ready as the issue held it; what was saved since was
never marked ready, so then it goes back to editing.

An approved story may be saved as well. Where only typography changed it stays approved; other words are shown
to its author again (`ask_again`), because an agreement is to words.
"""

VERBS = tuple(dict.fromkeys(row.verb for row in TRANSITIONS))

_DONE = {
    "claim": "claimed",
    "release": "released",
    "assess": "assessed",
    "hold": "put on hold",
    "resume": "taken off hold",
    "ask": "asked about",
    "stop_asking": "read on without an answer",
    "answer": "answered about",
    "start_editing": "edited",
    "save_revision": "saved",
    "sign_redaction": "signed for",
    "ask_approval": "sent to its author for approval",
    "ask_again": "sent to its author for approval again",
    "approve": "approved",
    "request_change": "sent back with a change",
    "refuse": "refused",
    "remind": "reminded of",
    "expire": "closed for want of an answer",
    "wake": "taken up again",
    "mark_ready": "marked ready",
    "back_to_editing": "taken back to editing",
    "decline": "declined",
    "merge": "merged into another",
    "shelve_as_spam": "put on the spam shelf",
    "restore_from_spam": "restored",
    "reopen": "opened again",
    "import_column": "changed by a manuscript",
    "schedule": "placed in an issue",
    "take_newer": "taken at a newer version",
    "release_from_issue": "taken out of its issue",
    "release_to_editing": "taken out of its issue",
    "publish": "published",
    "unpublish": "taken out of the archive",
    "follow_up": "followed up",
    "agree_follow_up": "followed up",
    "refuse_follow_up": "followed up",
    "write": "written about",
    "write_to_author": "written about",
    "introduce": "written about",
    "note": "noted on",
    "change_consent": "given another consent",
    "consent_narrowed": "taken back to editing",
    "consent_taken_down": "taken out of the archive",
    "withdraw": "withdrawn",
    "purge": "destroyed",
}

UNDO_LIFE = timedelta(minutes=10)
"""How long a step at the desk can be taken back. Letters that such a step causes wait as long."""

UNDOABLE = frozenset(
    {
        "claim",
        "release",
        "start_editing",
        "mark_ready",
        "back_to_editing",
        "decline",
        "merge",
        "shelve_as_spam",
    }
)
"""The verbs of editors that can be taken back."""

APPROVAL_LIFE = timedelta(days=14)
"""How long an author has to answer for the edited version."""

REMINDER_AFTER = timedelta(days=7)
"""When the one reminder goes out."""

SPAM_LIFE = timedelta(days=30)
"""How long the spam shelf can be put back."""

MAILED_LIFE = timedelta(days=30)
"""How long the author of a mailed story has to consent, before its words are destroyed."""

LETTERS_A_DAY = 3
"""How many letters a day anybody can make us write to a mailbox that nobody has shown to be theirs."""

LONGEST_MESSAGE = 4_000
"""Characters of one message between desk and author."""


def approval_due(asked_at: datetime, zone: tzinfo) -> datetime:
    """When an author has to have answered: the last second of a whole day by the publication's clock, because
    a letter names the day, and a day that is named can be used to its end."""
    last_day = (asked_at + APPROVAL_LIFE).astimezone(zone).date()
    return datetime.combine(last_day, time(23, 59, 59), zone).astimezone(UTC)


NO_PUBLIC_IDS = frozenset({"bank", "bulk", "mail"})
"""What would be the id of a story by its shape, but is an address of the desk's own."""


def is_public_id(text: str) -> bool:
    """Whether a text has the shape of a story's public id, which a manuscript may choose for itself."""
    return text not in NO_PUBLIC_IDS and re.fullmatch(r"[a-z0-9]{4,16}", text) is not None


def state_after(verb: str, state: State | str) -> State:
    """The state a verb leads to. Raises `StoryRefusal` with a sentence where the table knows no such way."""
    now = State(state)
    for row in TRANSITIONS:
        if row.verb == verb and now in row.sources:
            return row.target or now
    raise StoryRefusal(f"This story cannot be {_DONE[verb]}: its state is “{DESK_WORDS[now]}”.")


def may(verb: str, state: State | str) -> bool:
    """Whether the table knows a way."""
    return any(row.verb == verb and State(state) in row.sources for row in TRANSITIONS)


def undo_target(verb: str, was: State | str, state: State | str) -> State:
    """The state that taking back `verb` leads to, when it led from `was` and the story is in `state` now.

    Raises `StoryRefusal` when that verb cannot be taken back, or something else has happened since.
    """
    before, now = State(was), State(state)
    if verb not in UNDOABLE or not may(verb, before) or state_after(verb, before) != now:
        raise StoryRefusal("That cannot be undone any more: something else has happened to the story since.")
    return before


def verbs_for(state: State | str, who: Who = Who.EDITOR) -> tuple[str, ...]:
    """What that person may do to a story in this state, in the table's order."""
    return tuple(
        verb
        for verb in VERBS
        if any(r.verb == verb and r.who == who and State(state) in r.sources for r in TRANSITIONS)
    )


def age(waited: timedelta) -> str:
    """How long a story has waited, as people say it."""
    if waited < timedelta(days=1):
        return "since today"
    if waited < timedelta(days=2):
        return "for a day"
    if waited < timedelta(weeks=3):
        return f"for {waited.days} days"
    return f"for {waited.days // 7} weeks"


class Label(StrEnum):
    """The seven things a contributor reads about a story."""

    RECEIVED = "Received"
    READING = "Reading"
    QUESTION = "Question for you"
    APPROVAL = "Your approval needed"
    WAITING = "Waiting for an issue"
    PUBLISHED = "Published"
    CLOSED = "Closed"


_LABELS = {
    State.RECEIVED: Label.RECEIVED,
    State.TRIAGE: Label.READING,
    State.NEEDS_INFO: Label.QUESTION,
    State.EDITING: Label.READING,
    State.AWAITING_APPROVAL: Label.APPROVAL,
    State.APPROVED: Label.WAITING,
    State.READY: Label.WAITING,
    State.SCHEDULED: Label.WAITING,
    State.PUBLISHED: Label.PUBLISHED,
    State.SPAM: Label.RECEIVED,
    State.DECLINED: Label.CLOSED,
    State.DUPLICATE: Label.CLOSED,
    State.EXPIRED: Label.CLOSED,
    State.WITHDRAWN: Label.CLOSED,
    State.UNPUBLISHED: Label.CLOSED,
}

_NEXT = {
    State.RECEIVED: "An editor will read it. You need not do anything.",
    State.TRIAGE: "An editor is reading it and will decide whether we can print it.",
    State.NEEDS_INFO: "We would like to know something before we go on. Nothing happens until you answer.",
    State.EDITING: "An editor is making it ready for print and writing a note on what it teaches.",
    State.AWAITING_APPROVAL: "Read the edited version and say if we may print it. Silence never means yes.",
    State.APPROVED: "You agreed to the edited version. It waits for a place in an issue.",
    State.READY: "It is ready for print and waits for a place in an issue.",
    State.SCHEDULED: "It has its place in an issue that is being prepared.",
    State.PUBLISHED: "It is in print. Thank you: other people can learn from it now.",
    State.SPAM: "Our filter was not sure about it, so a person looks at it before anything else happens.",
    State.DECLINED: "We will not print it.",
    State.DUPLICATE: "Somebody else had told us the same, and the two were put together.",
    State.EXPIRED: "We did not hear from you in time, so nothing will be printed.",
    State.WITHDRAWN: "You withdrew it. Nothing of it will be printed from now on.",
    State.UNPUBLISHED: "We took it out of the archive.",
}


@dataclass(frozen=True)
class Standing:
    """What a contributor is told: one of the seven labels, why it is closed if it is, and what comes next."""

    label: Label
    next_step: str
    reason: str = ""


def standing(state: State | str, *, wants_preview: bool, reason: str = "") -> Standing:
    """Where a story stands, in the words its author reads.

    `reason` is what the desk gave when it closed the story. A story that an editor took for advertising is
    closed and says so; one that only the filter stopped has in truth been received and nothing more.
    """
    now = State(state)
    if now is State.SPAM and reason:
        return Standing(Label.CLOSED, "If we are wrong about it, please write to us.", reason)
    next_step = _NEXT[now]
    if now is State.EDITING and wants_preview:
        next_step += (
            " You asked to see the edited version first: nothing is printed before you have agreed to it."
        )
    return Standing(_LABELS[now], next_step, reason if _LABELS[now] is Label.CLOSED else "")


def starting_criticality(verdict: str) -> int:
    """The level before anybody has read the story: praise for a thumbs up, poor service for a thumbs down."""
    return 0 if verdict == "up" else 2


def length_problem(text: str) -> str | None:
    """Why a story of this length cannot be taken, as a sentence; None when it can. Expects a clean text."""
    if not text:
        return "Tell us what happened, in your own words."
    if len(text) > MOST_CHARACTERS:
        return f"That is {len(text):,} characters. Please keep it to about {MOST_WORDS:,} words."
    count = word_count(text)
    if count < FEWEST_WORDS:
        words = "1 word" if count == 1 else f"{count} words"
        return f"That is {words}. We need at least {FEWEST_WORDS} to understand it: who said and did what?"
    if count > MOST_WORDS:
        return f"That is {count:,} words. Please keep it to {MOST_WORDS:,}: what would you tell a friend?"
    return None
