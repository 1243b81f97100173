"""What editors do with a story, from the queue to ready. `actor_id` is always the staff member who acts."""

from __future__ import annotations

from newsroom.platform import clock
from newsroom.platform.text import clean_line
from newsroom.stories import messages, queries, rules
from newsroom.stories.events import story_unpublished
from newsroom.stories.models import Story
from newsroom.stories.rules import State, StoryRefusal
from newsroom.stories.service import signoff
from newsroom.stories.service.record import (
    SaveConflict,
    refuse_unless_ready,
    reversible_step,
    step,
    story_to_change,
    takes_back,
    undone,
)


def claim(public_id: str, *, actor_id: int) -> None:
    """Say that one is working on it. Raises StoryRefusal when somebody else is."""
    row = story_to_change(public_id)
    if row.claimed_by_id == actor_id:
        return
    if row.claimed_by_id is not None:
        raise StoryRefusal("A colleague has claimed this story; it has to be released first.")
    reversible_step(row, "claim", "claimed")
    _claim_for(row, actor_id)


def release(public_id: str) -> None:
    """Give a claimed story back to everybody; any editor may, so that no story waits for a holiday to end."""
    row = story_to_change(public_id)
    if row.claimed_by_id is None:
        return
    reversible_step(row, "release", "released")
    row.claimed_by_id = row.claimed_at = None


def start_editing(public_id: str, *, actor_id: int) -> None:
    """Begin to make it printable; claims it when nobody has."""
    row = story_to_change(public_id)
    reversible_step(row, "start_editing", "editing started")
    if row.claimed_by_id is None:
        _claim_for(row, actor_id)


def _claim_for(row: Story, actor_id: int) -> None:
    row.claimed_by_id, row.claimed_at = actor_id, clock.now()


def assess(public_id: str, criticality: int) -> None:
    """Set how grave its gravest statement is: a place in `rules.CRITICALITY`."""
    row = story_to_change(public_id)
    if not 0 <= criticality < len(rules.CRITICALITY):
        raise StoryRefusal(f"Criticality goes from 0 to {len(rules.CRITICALITY) - 1}.")
    if row.criticality == criticality:
        return
    was, row.criticality = row.criticality, criticality
    step(row, "assess", "assessed", f"criticality {was} → {criticality}")


def mark_ready(public_id: str, *, version: int, actor_id: int) -> None:
    """Say that this version may be printed. Raises NotReady with everything that is missing.

    The audit says who decided, on which consent, and whether its author agreed to the words.
    """
    row = story_to_change(public_id)
    rules.state_after("mark_ready", row.state)
    if version != row.version:
        raise SaveConflict(row.version)
    refuse_unless_ready(row, actor_id)
    consent = queries.live_consent(row)
    level = consent.level if consent else None
    agreed = "agreed to the words" if row.wants_preview else "left the preview off"
    detail = f"version {version}, consent level {level}; its author {agreed}"
    reversible_step(row, "mark_ready", "ready", detail)


def back_to_editing(public_id: str) -> None:
    """Take a story back to change it; a request for approval that is open is taken back with it."""
    row = story_to_change(public_id)
    if row.state == State.AWAITING_APPROVAL:
        step(row, "back_to_editing", "back to editing", "the request for approval was taken back")
        signoff.close_open_request(row, "superseded")
    else:
        reversible_step(row, "back_to_editing", "back to editing")


def hold(public_id: str, reason: str) -> None:
    """Let it wait, for a reason; a story on hold is neither ready nor offered to an issue."""
    row = story_to_change(public_id)
    row.on_hold_reason = _reason(reason, "Say why it has to wait.")
    step(row, "hold", "held")


def resume(public_id: str) -> None:
    """Take it off hold."""
    row = story_to_change(public_id)
    if not row.on_hold_reason:
        return
    row.on_hold_reason = ""
    step(row, "resume", "resumed")


def decline(public_id: str, reason: str) -> None:
    """Decide not to print it. The contributor reads the reason, and gets a letter with it."""
    row = story_to_change(public_id)
    said = _reason(reason, "Give its author a reason; they will read it as you write it.")
    reversible_step(row, "decline", "declined")
    signoff.close_open_request(row, "superseded")
    row.closed_reason = said
    _close(row)
    takes_back(row, messages.declined(row))


def shelve_as_spam(public_id: str) -> None:
    """Put it on the spam shelf: nobody is written to, and it can be restored."""
    row = story_to_change(public_id)
    reversible_step(row, "shelve_as_spam", "shelved")
    row.closed_reason = "We took it for advertising."
    _close(row)


def restore_from_spam(public_id: str) -> None:
    """Take it off the spam shelf; it is received as if it had never been there.

    Whom the filter had stopped gets the letter that was held back. Whoever had it already gets no other one.
    """
    row = story_to_change(public_id)
    rules.state_after("restore_from_spam", row.state)
    _refuse_destroyed(row)
    step(row, "restore_from_spam", "restored")
    was_held_back = bool(row.suspicion)
    row.closed_reason = row.suspicion = ""
    if was_held_back:
        messages.received(row)


def reopen(public_id: str) -> None:
    """Take up a story that was declined or merged. Raises StoryRefusal when its words are destroyed."""
    row = story_to_change(public_id)
    rules.state_after("reopen", row.state)
    _refuse_destroyed(row)
    step(row, "reopen", "opened again")
    row.closed_reason, row.duplicate_of_id = "", None
    messages.reopened(row)


def unpublish(public_id: str, reason: str) -> None:
    """Take a published story out of the archive; its author reads why."""
    row = story_to_change(public_id)
    said = _reason(reason, "Say why; its author will read it as you write it.")
    step(row, "unpublish", "unpublished")
    row.closed_reason = said
    messages.unpublished(row)
    story_unpublished.send(None, public_id=row.public_id, because="publisher")


def undo(public_id: str) -> None:
    """Take back the last step at the desk. Raises StoryRefusal when that is no longer possible."""
    undone(story_to_change(public_id))


def _refuse_destroyed(row: Story) -> None:
    if row.purged_at is not None:
        raise StoryRefusal("The words of this story have been destroyed; there is nothing left to read.")


def _close(row: Story) -> None:
    row.on_hold_reason, row.claimed_by_id = "", None


def _reason(text: str, missing: str) -> str:
    reason = clean_line(text)
    if not reason:
        raise StoryRefusal(missing)
    if len(reason) > rules.LONGEST_REASON:
        raise StoryRefusal(f"The reason has {len(reason)} characters; keep it to {rules.LONGEST_REASON}.")
    return reason
