"""Every occasion on which the product writes an ordinary letter, acted out with people invented for it.

The letters are written by the product's own functions, so subject, headers and words are the real ones.
Golden files (`tests/letters`) and judges (`ordinary`) read the same list: a letter that is missing here is
neither known nor judged, and a test compares the list with `templates/email`. It sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from newsroom.accounts import messages as about_accounts
from newsroom.accounts.models import Staff
from newsroom.accounts.rules import Role
from newsroom.accounts.service import add as add_staff
from newsroom.delivery import messages as about_schedules
from newsroom.delivery import rules as schedules
from newsroom.delivery.models import Schedule
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail import outbox
from newsroom.platform.mail.models import OutboxLetter
from newsroom.publication import service as publication
from newsroom.publication.service import PublicationSettings
from newsroom.stories import messages as about_stories
from newsroom.stories import queries
from newsroom.stories import service as stories
from newsroom.stories.models import MailedStory, Story
from newsroom.stories.submission import Submission
from newsroom.subscribers import messages as about_subscriptions
from newsroom.subscribers.models import Subscriber

PUBLICATION = PublicationSettings(
    name="The Service Bell",
    tagline="What customers remember, and what the rest of us can learn from it",
    sender_address="letters@service-bell.example",
    sender_name="The Service Bell",
    reply_address="editor@service-bell.example",
    publisher="Halden Quay Press",
    postal_address="12 Ropewalk Lane, Port Ellery PE4 2QX, United Kingdom",
    telephone="+44 1632 960143",
)
WELCOME = (
    "Thank you for asking for us.\n\n"
    "You get one letter every second Tuesday: a story, and what we make of it.\n\n"
    "- [The issues so far](/issues)\n"
    "- [Tell us what happened to you](/share)"
)
DAY = datetime(2026, 12, 4, 23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True)
class Words:
    """What people typed that a letter repeats."""

    name: str = "Rhona Vale"
    editor: str = "Nuala Fenwick"
    reason: str = "It is about a price, and we print what people did."
    trouble: str = "The mail server refused our password: 535 5.7.8 Authentication failed."


@dataclass
class People:
    """Whom the letters are about."""

    story: Story
    draft: MailedStory
    subscriber: Subscriber
    staff: Staff
    words: Words

    def schedule(self, state: str, reason: str = "") -> Schedule:
        """A time that somebody set for issue 82, and what became of it."""
        return Schedule(
            issue_number=82,
            state=state,
            send_at=DAY,
            zone="Europe/London",
            reason=reason or self.words.trouble,
        )


@dataclass(frozen=True)
class Occasion:
    """Something that makes us write: the letter's template, who writes it, a publication's own welcome."""

    template: str
    write: Callable[[People], object]
    welcome: str = ""


def _of_story(name: str, **more: Any) -> Callable[[People], object]:
    return lambda people: getattr(about_stories, name)(people.story, **more)


def _known(write: Callable[[People], object]) -> Callable[[People], object]:
    """The same letter to somebody who has shown that the address is theirs."""

    def written(people: People) -> object:
        assert people.story.contributor is not None
        people.story.contributor.email_confirmed_at = DAY
        return write(people)

    return written


def _subscriber(state: str, write: Callable[[Subscriber], object], **more: Any) -> Callable[[People], object]:
    def written(people: People) -> object:
        people.subscriber.state = state
        for name, value in more.items():
            setattr(people.subscriber, name, value)
        return write(people.subscriber)

    return written


def _ended(state: str, reason: str = "") -> Callable[[People], object]:
    return lambda people: about_schedules.post_schedule_ended(
        people.staff.email, people.staff.name, people.schedule(state, reason)
    )


PAGE = "https://service-bell.example/stories/qw7r2t9xk3mz-the-cable"

OCCASIONS: Mapping[str, Occasion] = {
    "invitation": Occasion(
        "accounts/invitation", lambda people: about_accounts.post_invitation(people.staff, "Ines Carvell")
    ),
    "password_reset": Occasion(
        "accounts/password_reset", lambda people: about_accounts.post_password_reset(people.staff)
    ),
    "schedule_asks": Occasion("schedule_ended", _ended(schedules.ASKING)),
    "schedule_refused": Occasion("schedule_ended", _ended(schedules.NOT_SENT)),
    "schedule_void": Occasion("schedule_ended", _ended(schedules.VOID, "the words of issue 82 were changed")),
    "schedule_stopped": Occasion("schedule_ended", _ended(schedules.STOPPED, "The issue was cancelled.")),
    "story_address": Occasion("story_address", _of_story("address_given")),
    "story_approval": Occasion("story_approval", _of_story("approval_asked", due_at=DAY)),
    "story_approval_reminder": Occasion(
        "story_approval_reminder", _of_story("approval_reminder", due_at=DAY)
    ),
    "story_approved": Occasion("story_approved", _known(_of_story("approved"))),
    "story_consent_less": Occasion("story_consent", _of_story("consent_changed", allows_less=True)),
    "story_consent_more": Occasion("story_consent", _of_story("consent_changed", allows_less=False)),
    "story_declined": Occasion("story_declined", _of_story("declined")),
    "story_expired": Occasion("story_expired", _of_story("expired")),
    "story_follow_up": Occasion("story_follow_up", _known(_of_story("follow_up_published"))),
    "story_follow_up_asked": Occasion("story_follow_up_asked", _known(_of_story("follow_up_asked"))),
    "story_joined": Occasion("story_joined", _of_story("joined")),
    "story_mailed": Occasion("story_mailed", lambda people: about_stories.mailed(people.draft)),
    "story_merged": Occasion("story_merged", _of_story("merged")),
    "story_message": Occasion("story_message", _known(_of_story("message"))),
    "story_published": Occasion("story_published", _of_story("published", page=PAGE)),
    "story_published_without_page": Occasion("story_published", _known(_of_story("published", page=""))),
    "story_question": Occasion("story_question", _of_story("question")),
    "story_received": Occasion("story_received", _of_story("received")),
    "story_refused": Occasion("story_refused", _known(_of_story("refused"))),
    "story_reopened": Occasion("story_reopened", _of_story("reopened")),
    "story_unpublished": Occasion("story_unpublished", _of_story("unpublished")),
    "story_withdrawn": Occasion("story_withdrawn", _of_story("withdrawn", was_published=True)),
    "story_withdrawn_unprinted": Occasion("story_withdrawn", _of_story("withdrawn", was_published=False)),
    "subscriber_address_changed": Occasion(
        "subscriber_address_changed",
        lambda people: about_subscriptions.post_address_changed(people.subscriber.email, people.words.name),
    ),
    "subscriber_address_confirm": Occasion(
        "subscriber_address_confirm",
        lambda people: about_subscriptions.post_address_confirmation(
            people.subscriber, "rhona.vale@elsewhere.example"
        ),
    ),
    "subscriber_address_in_use": Occasion(
        "subscriber_address_in_use", _subscriber("confirmed", about_subscriptions.post_address_in_use)
    ),
    "subscriber_confirm": Occasion(
        "subscriber_confirm", _subscriber("pending", about_subscriptions.post_confirmation)
    ),
    "subscriber_known": Occasion(
        "subscriber_known", _subscriber("confirmed", about_subscriptions.post_already_subscribed)
    ),
    "subscriber_known_paused": Occasion(
        "subscriber_known",
        _subscriber(
            "confirmed",
            about_subscriptions.post_already_subscribed,
            paused_until=datetime(2126, 12, 4, 12, tzinfo=UTC),
        ),
    ),
    "subscriber_links": Occasion(
        "subscriber_links", _subscriber("confirmed", about_subscriptions.post_links)
    ),
    "subscriber_links_pending": Occasion(
        "subscriber_links", _subscriber("pending", about_subscriptions.post_links)
    ),
    "subscriber_links_left": Occasion(
        "subscriber_links", _subscriber("unsubscribed", about_subscriptions.post_links)
    ),
    "subscriber_welcome": Occasion(
        "subscriber_welcome", _subscriber("confirmed", about_subscriptions.post_welcome), WELCOME
    ),
    "subscriber_welcome_unwritten": Occasion(
        "subscriber_welcome", _subscriber("confirmed", about_subscriptions.post_welcome)
    ),
}
"""By name; the name is the template's, with what is special about the occasion where there are several."""


@dataclass(frozen=True)
class Written:
    """A letter as the outbox keeps it, and the bytes that would leave, unsigned."""

    template: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    raw: bytes


class _Rehearsed(Exception):
    """Ends a unit of work of which nothing is to be kept."""


def rehearse(
    names: Iterable[str] = OCCASIONS, settings: PublicationSettings = PUBLICATION, words: Words | None = None
) -> dict[str, Written]:
    """The letters of these occasions. Wants an application context and a database in which nothing is set up
    yet, and leaves nothing in it. `words` are what people typed, the sample's where there are none."""
    found = {}
    said = words or Words()
    with suppress(_Rehearsed), unit_of_work():
        publication.set_up(settings)
        people = _people(said)
        for name in names:
            with db.session.begin_nested() as step:
                found[name] = _written(OCCASIONS[name], people)
                step.rollback()
        raise _Rehearsed
    return found


def _written(occasion: Occasion, people: People) -> Written:
    if occasion.welcome:
        publication.save_block("welcome", "Welcome to our letter", occasion.welcome)
    occasion.write(people)
    db.session.flush()
    (row,) = db.session.scalars(select(OutboxLetter))
    raw = outbox.eml(row.id)
    assert raw is not None
    return Written(
        occasion.template, row.to, row.to_name, row.subject, row.text, row.html, dict(row.headers), raw
    )


def _people(words: Words) -> People:
    taken = stories.submit(
        Submission(
            verdict="up",
            story="I rang them about the lamp for the third time, and the third person listened.",
            level=2,
            wants_preview=True,
            company="Kettlewick Heating",
            name=words.name,
            email="rhona@reader.example",
        )
    )
    story = queries.story(taken.public_id)
    assert story is not None
    story.closed_reason = words.reason
    draft = MailedStory(
        message_hash="0" * 64, email="rhona@reader.example", body="I rang them.", received_at=clock.now()
    )
    subscriber = Subscriber(
        public_id="s000000000000001",
        email="rhona@reader.example",
        email_key="rhona@reader.example",
        name=words.name,
        state="confirmed",
        created_at=clock.now(),
    )
    db.session.add_all([draft, subscriber])
    staff = add_staff("nuala@service-bell.example", "Nuala Fenwick", [Role.EDITOR])
    staff.name = words.editor
    db.session.flush()
    return People(story, draft, subscriber, staff, words)
