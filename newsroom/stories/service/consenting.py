"""The author allows more, or less, than before: at once, and whatever state the story is in."""

from __future__ import annotations

from newsroom.stories import messages, queries, rules
from newsroom.stories.events import consent_changed, story_unpublished
from newsroom.stories.models import Story
from newsroom.stories.rules import State, StoryRefusal
from newsroom.stories.service.record import add_consent, record, step, story_to_change
from newsroom.stories.service.signoff import close_open_request

TAKEN_DOWN = "You no longer allow it to be printed as it was."


def change_consent(public_id: str, level: int, *, wants_preview: bool) -> None:
    """Record the author's new answer, in the words they read now.

    What is being prepared and says more than the new level allows goes back to editing; what is published
    and does so leaves the web at once; an issue that holds it is stopped by its own checks. Raises
    StoryRefusal for a level that does not exist, or that needs a name which the author never gave.
    """
    row = story_to_change(public_id)
    rules.state_after("change_consent", row.state)
    live = queries.live_consent(row)
    _refuse_level(row, level, live.level if live else 0)
    if live is not None and live.level == level and row.wants_preview == wants_preview:
        return
    _refuse_late_preview(row, wants_preview)
    row.wants_preview = wants_preview
    was = live.level if live else None
    if was != level:
        wording = queries.consent_wording()
        add_consent(row, "changed", level, wording.record(level), wording.version, "its author")
    step(row, "change_consent", "consent changed", f"level {was} → {level}, preview {wants_preview}")
    if not still_covers(row, level, was):
        _take_back(row, "the consent no longer covers it")
    elif row.state == State.READY and queries.must_agree(row) and not queries.is_signed_off(row):
        _take_back(row, "its author wants to see it first")
    messages.consent_changed(row, allows_less=was is not None and level < was)
    consent_changed.send(None, public_id=row.public_id, state=row.state)


def _refuse_level(row: Story, level: int, was: int) -> None:
    if not 0 <= level <= 4:
        raise StoryRefusal("Choose what we may do with your story.")
    who = row.contributor
    # Allowing less is never refused, whatever else may have been destroyed since.
    if level >= 3 and level > was and not (who and who.name):
        raise StoryRefusal(
            "To be printed with your name, tell us your name first: below, under “Who you are”."
        )
    if level == 4 and level > was and not (who and who.email):
        raise StoryRefusal("To be printed with your full name, you have to be somebody whom we can reach.")


def _refuse_late_preview(row: Story, wants_preview: bool) -> None:
    late = row.state == State.SCHEDULED and not row.wants_preview
    if wants_preview and late and not queries.is_signed_off(row):
        raise StoryRefusal(
            "Your story has its place in an issue already, so we cannot show it to you first any more. "
            "Write to us, or withdraw it, if you do not want it printed as it is."
        )


def still_covers(row: Story, level: int, was: int | None) -> bool:
    """Whether what is printed of the story, or would be, keeps to that level.

    Where the original and its author's name are destroyed nobody can compare them any more, and less is too
    little.
    """
    shown = queries.shown_revision(row)
    if shown is None:
        return True
    if row.purged_at is not None and was is not None and level < was:
        return False
    return queries.is_covered(row, shown, level)


def _take_back(row: Story, why: str) -> None:
    if row.state == State.PUBLISHED:
        row.closed_reason = TAKEN_DOWN
        step(row, "consent_taken_down", "taken off the web", why)
        story_unpublished.send(None, public_id=row.public_id, because="consent")
    elif rules.may("consent_narrowed", row.state):
        close_open_request(row, "superseded")
        step(row, "consent_narrowed", "back to editing", why)
    else:
        record(row, "consent no longer covers it", f"in the state {row.state}")
