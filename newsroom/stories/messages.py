"""The letters to people who told us a story and left an address; nobody else ever gets one.

One named function a letter. None of them quotes the story or holds the receipt code: a letter lies around,
and we keep no copy of the code that we could put into it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsroom.platform import clock, links
from newsroom.platform.mail import outbox
from newsroom.platform.mail.letters import Letter
from newsroom.platform.mail.models import OutboxLetter
from newsroom.publication.queries import publication
from newsroom.stories import queries, rules
from newsroom.stories.links import mailed_link, status_link
from newsroom.stories.models import MailedStory, Story

_RECEIVED = "story-received"
_MAILED = "story-mailed"
_CONSENT = "story-consent"
_WITHDRAWN = "story-withdrawn"
_ADDRESS = "story-address"
_CAUSED_BY_ANYBODY = (_RECEIVED, _MAILED, _CONSENT, _WITHDRAWN, _ADDRESS)
"""What somebody can make us write to an address that is not theirs, by typing it into a form or a mail."""


def received(story: Story) -> None:
    """We have it, and this is what happens next.

    Whoever sends a form can make us write this to anybody. So it says nothing that was typed, not even the
    name, and a few a day are all that one mailbox gets.
    """
    _post(story, _RECEIVED, "Your story has reached us", "story_received", name="")


def is_receipt_written(story: Story) -> bool:
    """Whether the letter that we have it was written already, and is not so old that it was forgotten."""
    return outbox.is_any_about(queries.subject_of(story.public_id), _RECEIVED)


def may_be_mailed(address: str) -> bool:
    """Whether a mail from there may cause one more letter today."""
    since = clock.now() - timedelta(days=1)
    return outbox.count_since(since, address, _CAUSED_BY_ANYBODY) < rules.LETTERS_A_DAY


def wants_no_mail(address: str) -> bool:
    """Whether its owner asked never to be written to again."""
    return outbox.is_vetoed(address, _MAILED)


def mailed(draft: MailedStory) -> None:
    """Their mail has come, and nothing happens to it until they say what we may do with it.

    Anybody can write a mail in somebody else's name. So it repeats nothing of the mail, not even the name.
    """
    outbox.post(
        Letter(
            to=draft.email,
            to_name="",
            subject="May we keep what you wrote to us?",
            template="story_mailed",
            context={"link": mailed_link(draft), "days": rules.MAILED_LIFE.days},
            kind=_MAILED,
            headers={"Auto-Submitted": "auto-replied"},
            about=queries.mailed_subject_of(draft.id),
        )
    )


def address_given(story: Story) -> None:
    """Letters about a story come to this address from now on. Anybody may have typed it, so nothing else is
    said, not even the name."""
    _post(story, _ADDRESS, "Letters about a story come here from now on", "story_address", name="")


def question(story: Story) -> None:
    """An editor asks something."""
    _post(story, "story-question", "A question about the story you told us", "story_question")


def message(story: Story) -> None:
    """An editor has written, and asks for nothing."""
    _post(story, "story-message", "A message about the story you told us", "story_message")


def approval_asked(story: Story, due_at: datetime) -> None:
    """The edited version is there to be read; until `due_at` it can be agreed to."""
    _post(story, "story-approval", "May we print it like this?", "story_approval", due_on=_day(due_at))


def approval_reminder(story: Story, due_at: datetime) -> None:
    """The one reminder: nothing is printed without an answer."""
    _post(
        story,
        "story-approval-reminder",
        "May we print your story? We have not heard from you yet",
        "story_approval_reminder",
        due_on=_day(due_at),
    )


def approved(story: Story) -> None:
    """They agreed, and what happens now."""
    _post(story, "story-approved", "Thank you: we print it as you read it", "story_approved")


def refused(story: Story) -> None:
    """They did not agree, so nothing is printed."""
    _post(story, "story-refused", "We shall not print your story", "story_refused")


def expired(story: Story) -> None:
    """Nobody answered in time, so nothing is printed; it can be taken up again."""
    _post(story, "story-expired", "We have put your story aside", "story_expired")


def consent_changed(story: Story, *, allows_less: bool) -> None:
    """What we may do with it has changed, as they wished; and what that stops, where they allow less."""
    _post(
        story,
        _CONSENT,
        "You changed what we may do with your story",
        "story_consent",
        allows_less=allows_less,
    )


def reopened(story: Story) -> None:
    """We have taken it up again after all."""
    _post(story, "story-reopened", "We are reading your story again", "story_reopened")


def unpublished(story: Story) -> None:
    """It is no longer in the archive, and why."""
    _post(
        story,
        "story-unpublished",
        "Your story is no longer on the web",
        "story_unpublished",
        reason=story.closed_reason,
    )


def follow_up_published(story: Story) -> None:
    """What they told us next stands below their story now."""
    _post(story, "story-follow-up", "What happened next is in print", "story_follow_up")


def follow_up_asked(story: Story) -> None:
    """An editor changed words of what they told us next, and asks whether it may be printed so."""
    _post(story, "story-follow-up-asked", "May we print what happened next?", "story_follow_up_asked")


def merged(story: Story) -> OutboxLetter | None:
    """Somebody else had told us the same; waits as long as merging can be undone."""
    return _post(
        story,
        "story-merged",
        "We have put your story together with another",
        "story_merged",
        wait=rules.UNDO_LIFE,
    )


def joined(story: Story) -> OutboxLetter | None:
    """Somebody else told us the same, and theirs was put to this one; waits like `merged`."""
    return _post(
        story,
        "story-joined",
        "Somebody else told us of the same thing",
        "story_joined",
        wait=rules.UNDO_LIFE,
    )


def declined(story: Story) -> OutboxLetter | None:
    """We will not print it, and why; waits as long as declining can be undone."""
    return _post(
        story,
        "story-declined",
        "We shall not print the story you told us",
        "story_declined",
        wait=rules.UNDO_LIFE,
        reason=story.closed_reason,
    )


def published(story: Story, page: str) -> None:
    """It is in print; `page` is its web address, or empty where it has none of its own."""
    _post(story, "story-published", "Your story is in print", "story_published", page=page)


def withdrawn(story: Story, *, was_published: bool) -> None:
    """It is withdrawn, and what that can and cannot undo."""
    _post(story, _WITHDRAWN, "Your story is withdrawn", "story_withdrawn", was_published=was_published)


def _post(
    story: Story, kind: str, subject: str, template: str, *, wait: timedelta = timedelta(), **context: object
) -> OutboxLetter | None:
    """Write it, unless nobody left an address, or its owner asked never to be written to again, or has had
    enough for today: that the author is the owner may be something that nobody has confirmed."""
    who = story.contributor
    if who is None or not who.email or outbox.is_vetoed(who.email, kind):
        return None
    is_somebodys = kind in _CAUSED_BY_ANYBODY and who.email_confirmed_at is None
    if is_somebodys and not may_be_mailed(who.email):
        return None
    told = {
        "name": who.name,
        "status_url": status_link(story),
        "asks_words": who.email_confirmed_at is None,
        "days": publication().unprinted_retention_days,
        "status_page": links.absolute("stories.status"),
        **context,
    }
    return outbox.post(
        Letter(
            to=who.email,
            to_name=str(told["name"]),
            subject=subject,
            template=template,
            context=told,
            kind=kind,
            about=queries.subject_of(story.public_id),
        ),
        wait,
    )


def _day(at: datetime) -> str:
    return clock.long_date(at.astimezone(ZoneInfo(publication().time_zone)).date())
