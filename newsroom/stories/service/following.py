"""What happened next: told by the author of a published story, made printable by an editor.

What an editor changed a word of is printed only when its author has said yes to it. Silence never means yes:
nothing but an answer, or another decision of the desk, leads out of `asked`.
"""

from __future__ import annotations

from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.stories import messages, queries, rules
from newsroom.stories.consent import naming_problems, own_words_problem
from newsroom.stories.models import FollowUp, Story
from newsroom.stories.readiness import are_same_words, signed_words
from newsroom.stories.rules import State, StoryRefusal
from newsroom.stories.service.record import record, step, story_to_change
from newsroom.stories.service.thread import message_text
from newsroom.stories.status import MOST_OPEN


def follow_up(public_id: str, text: str) -> None:
    """The author tells what happened next. Raises StoryRefusal when several wait already."""
    row = story_to_change(public_id)
    said = message_text(text, "Write what happened next.")
    if sum(one.state == "received" for one in row.follow_ups) >= MOST_OPEN:
        raise StoryRefusal("We have not read your last ones yet; please wait for us.")
    step(row, "follow_up", "follow-up told")
    row.follow_ups.append(FollowUp(body=said, told_at=clock.now(), state="received", printed=""))


def publish_follow_up(public_id: str, follow_up_id: int, text: str, *, actor_id: int | None) -> None:
    """Print it below the story as the editor made it: at once where not a word differs from what its author
    wrote, else when they say yes to it. Raises StoryRefusal while it gives something away."""
    row, told = _open_follow_up(public_id, follow_up_id)
    printed = message_text(text, "There is nothing to print.")
    _refuse_unprintable(row, told, printed)
    if are_same_words(told.body, printed):
        _print(row, told, printed, "follow-up published", actor_id)
    elif told.state != "asked" or told.printed != printed:
        _decide(told, "asked", actor_id)
        told.printed = printed
        record(row, "follow-up shown to its author")
        messages.follow_up_asked(row)


def agree_follow_up(public_id: str, follow_up_id: int, *, words: str) -> None:
    """Its author says yes to the words whose fingerprint is `words` (`readiness.signed_words`).

    Agreeing twice is agreeing once. Raises StoryRefusal when other words are asked for, or none any more, and
    when they allow less by now than these words need.
    """
    row = story_to_change(public_id)
    rules.state_after("agree_follow_up", row.state)
    told = _told(row, follow_up_id)
    is_shown = bool(words) and signed_words("", told.printed, "") == words
    if told.state == "published" and is_shown:
        return
    if told.state != "asked" or not is_shown:
        raise StoryRefusal("An editor has changed it since you opened this page. Please read it again.")
    step(row, "agree_follow_up", "follow-up agreed to")
    _refuse_unprintable(row, told, told.printed)
    _print(row, told, told.printed, "follow-up published", told.decided_by_id)


def refuse_follow_up(public_id: str, follow_up_id: int) -> None:
    """Its author does not want it printed as it is shown; it stays with the desk. Refusing twice is once."""
    row = story_to_change(public_id)
    rules.state_after("refuse_follow_up", row.state)
    told = _told(row, follow_up_id)
    if told.state == "declined":
        return
    if told.state != "asked":
        raise StoryRefusal("You are not asked about this any more. This is how it stands now.")
    step(row, "refuse_follow_up", "follow-up refused by its author")
    _decide(told, "declined", None)
    told.printed = ""


def decline_follow_up(public_id: str, follow_up_id: int, *, actor_id: int) -> None:
    """Keep it for the desk alone."""
    row, told = _open_follow_up(public_id, follow_up_id)
    _decide(told, "declined", actor_id)
    told.printed = ""
    record(row, "follow-up declined")


def _refuse_unprintable(row: Story, told: FollowUp, printed: str) -> None:
    consent = queries.live_consent(row)
    if row.state != State.PUBLISHED or consent is None or consent.level < 1:
        raise StoryRefusal("Its story is not in print, so nothing can follow it.")
    if says_too_much := _consent_problems(row, told, printed, consent.level):
        raise StoryRefusal(says_too_much[0])
    if found := queries.unprintable(row, printed):
        raise StoryRefusal(found[0])


def _consent_problems(row: Story, told: FollowUp, printed: str, level: int) -> list[str]:
    """What is added to a story keeps to the same consent as the story."""
    who = row.contributor
    problems = naming_problems(
        level, name=who.name if who else "", town=who.town if who else "", attribution="", printed=printed
    )
    return problems + (own_words_problem(told.body, printed) if level == 1 else [])


def _print(row: Story, told: FollowUp, printed: str, done: str, actor_id: int | None) -> None:
    _decide(told, "published", actor_id)
    told.printed = printed
    record(row, done)
    messages.follow_up_published(row)


def _open_follow_up(public_id: str, follow_up_id: int) -> tuple[Story, FollowUp]:
    row = story_to_change(public_id)
    told = _told(row, follow_up_id)
    if told.state not in ("received", "asked"):
        raise StoryRefusal("Somebody has decided about this follow-up already.")
    return row, told


def _told(row: Story, follow_up_id: int) -> FollowUp:
    told = db.session.get(FollowUp, follow_up_id, populate_existing=True)
    if told is None or told.story_id != row.id:
        raise StoryRefusal("There is no such follow-up.")
    return told


def _decide(told: FollowUp, state: str, actor_id: int | None) -> None:
    told.state, told.decided_at, told.decided_by_id = state, clock.now(), actor_id
