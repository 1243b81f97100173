"""What the page of a story offers in each state: the words on the buttons, and what pressing one means.

Pure. The table in `rules` says what may happen; here stands how it is said, and which one is the next step.
Every offer says what its author is told, because whoever decides should know that before and not after.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from newsroom.stories import rules
from newsroom.stories.rules import State


@dataclass(frozen=True)
class Offer:
    """One thing that may be done now. `verb` names the row of the table and the door of the desk."""

    verb: str
    words: str
    does: str
    told: str
    key: str = ""
    danger: bool = False
    # A button that stands by itself; the others open first, because they ask for more or weigh more.
    plain: bool = False


_NOTHING = "Its author is told nothing."
_DAYS = rules.APPROVAL_LIFE.days
_MINUTES = int(rules.UNDO_LIFE.total_seconds() // 60)

_OFFERS = (
    Offer(
        "start_editing",
        "Start editing",
        "You make it printable, and it is claimed for you.",
        "Its author reads “Reading” on the status page; no letter goes out.",
        key="e",
        plain=True,
    ),
    Offer(
        "ask_approval",
        "Ask for approval",
        f"Its author sees this version beside the original and has {_DAYS} days to agree, to wish for a "
        "change or to refuse. Silence never means yes: without an answer it expires.",
        "Its author is asked {how}.",
    ),
    Offer(
        "mark_ready",
        "Mark ready",
        "It lies on the shelf of every issue in preparation, in the words that were saved last.",
        "Its author reads “Waiting for an issue” on the status page; no letter goes out.",
    ),
    Offer(
        "restore_from_spam",
        "Restore to the queue",
        "It is received as if it had never been on the spam shelf.",
        "Its author reads “Received” on the status page; no letter goes out.",
        plain=True,
    ),
    Offer("claim", "Claim", "Your colleagues see that you are working on it.", _NOTHING, key="c", plain=True),
    Offer("release", "Release", "Anybody may claim it again.", _NOTHING, plain=True),
    Offer(
        "resume",
        "Take off hold",
        "It can be marked ready and placed in an issue again.",
        _NOTHING,
        plain=True,
    ),
    Offer(
        "ask",
        "Ask its author",
        "The story waits for the answer. You can go on without one.",
        "Its author reads your question {how}.",
    ),
    Offer(
        "stop_asking",
        "Go on without an answer",
        "It is being read again; the question stays in the conversation.",
        _NOTHING + " What they write later still arrives here.",
    ),
    Offer("back_to_editing", "Back to editing", "", ""),
    Offer(
        "reopen",
        "Open it again",
        "It is being read again, as if it had just come in, and the reason for closing it is taken away.",
        "Its author is told {how} that we are reading it after all.",
    ),
    Offer(
        "hold",
        "Put on hold",
        "It is neither ready nor offered to an issue until somebody takes it off hold.",
        _NOTHING,
    ),
    Offer(
        "decline",
        "Decline this story",
        f"It is closed. For {_MINUTES} minutes this can be undone, and a letter waits as long.",
        "Its author reads your reason as it stands, {how}.",
        danger=True,
    ),
    Offer(
        "shelve_as_spam",
        "Spam",
        f"It goes onto the spam shelf; what nobody restores within {rules.SPAM_LIFE.days} days is destroyed.",
        "Nobody is written to; the status page says that we took it for advertising.",
        danger=True,
    ),
    Offer(
        "unpublish",
        "Take it off the web",
        "Its web page becomes a dated tombstone at once, and it leaves its issue on the web, the feeds, the "
        "lists and the lessons, for good. Letters that lie in inboxes cannot be recalled.",
        "Its author reads your reason as it stands, {how}.",
        danger=True,
    ),
)

_BACK = {
    State.AWAITING_APPROVAL: (
        "The request is taken back: its author can no longer agree to this version.",
        "Its author reads “Reading” on the status page again; no letter goes out.",
    ),
    State.APPROVED: (
        "You edit it again. The agreement stays for these words, typography aside; others need a new one.",
        "Its author reads “Reading” on the status page again; no letter goes out.",
    ),
    State.READY: (
        "It is taken off the shelf. What its author agreed to stays agreed to, in the same words.",
        "Its author reads “Reading” on the status page again; no letter goes out.",
    ),
}

NOW = {
    State.RECEIVED: "Nobody has looked at it yet. Edit it, ask its author something, or decline it kindly.",
    State.TRIAGE: "It is being read. Edit it, ask its author something, or decline it kindly.",
    State.NEEDS_INFO: "Its author has been asked something. Nothing happens until they answer.",
    State.EDITING: "It is being made printable.",
    State.AWAITING_APPROVAL: "Its author looks at the edited version. Nothing happens until they answer.",
    State.APPROVED: "Its author has agreed to these words.",
    State.READY: "It is ready for print.",
    State.SCHEDULED: "It stands in an issue. To decline it or to let it wait, take it out there first.",
    State.PUBLISHED: "It is in print. A printed text changes by a correction.",
    State.SPAM: "It is on the spam shelf, where its author was told nothing but that it was received.",
    State.DECLINED: "It is closed: we do not print it.",
    State.DUPLICATE: "It is closed: somebody else told us the same, and the two were put together.",
    State.EXPIRED: "It is closed: its author did not answer in time. Only they can take it up again.",
    State.WITHDRAWN: "Its author withdrew it, for good. Nothing of it may be printed.",
    State.UNPUBLISHED: "It was taken off the web, for good.",
}
"""Where a story stands, in a sentence for whoever opens it."""


@dataclass(frozen=True)
class Circumstances:
    """What decides, beside the state, what may be offered."""

    state: State
    claimed: bool
    on_hold: bool
    # Somebody with a receipt is there to be asked, and left an address for letters.
    has_author: bool
    has_address: bool
    may_publish: bool
    # Nothing but the author's word stands between the story and print.
    must_ask: bool
    # There is a title and a text to show; nothing is missing for print.
    is_askable: bool
    is_complete: bool
    # The redaction checklist waits for a signature, and nothing is open that would stop it.
    must_sign: bool = False


def offers(seen: Circumstances) -> tuple[Offer, ...]:
    """Everything that may be done now, in the order of the page, each in the words for this story."""
    how = "on the status page and by letter" if seen.has_address else "on the status page"
    found = []
    for offer in _OFFERS:
        if not rules.may(offer.verb, seen.state) or not _makes_sense(offer.verb, seen):
            continue
        if offer.verb == "back_to_editing":
            offer = replace(offer, does=_BACK[seen.state][0], told=_BACK[seen.state][1])  # noqa: PLW2901
        told = offer.told.replace("{how}", how)
        if not seen.has_author:
            told = "It came with a manuscript, so there is no author here to be told."
        elif "{how}" in offer.told and not seen.has_address:
            told += " They left no address for letters."
        found.append(replace(offer, told=told))
    return tuple(found)


def _makes_sense(verb: str, seen: Circumstances) -> bool:
    return {
        "claim": not seen.claimed,
        "release": seen.claimed,
        "hold": not seen.on_hold,
        "resume": seen.on_hold,
        "ask": seen.has_author,
        "ask_approval": seen.has_author,
        "unpublish": seen.may_publish,
    }.get(verb, True)


def next_step(seen: Circumstances) -> str:
    """The verb of the one obvious next step: `save_revision` while something is missing, `sign_redaction`
    when nothing but the signature is; empty where the desk has none and the queue comes next."""
    if seen.state in (State.RECEIVED, State.TRIAGE):
        return "start_editing"
    if seen.state == State.SPAM:
        return "restore_from_spam"
    if seen.on_hold and seen.state in (State.EDITING, State.APPROVED, State.READY):
        return "resume"
    if seen.must_sign and seen.state in (State.EDITING, State.APPROVED):
        return "sign_redaction"
    if seen.state == State.EDITING and seen.must_ask and seen.has_author:
        return "ask_approval" if seen.is_askable else "save_revision"
    if seen.state in (State.EDITING, State.APPROVED):
        return "mark_ready" if seen.is_complete else "save_revision"
    return ""
