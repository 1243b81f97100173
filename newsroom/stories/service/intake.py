"""What a story's author does: tell it, and take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from newsroom.platform import clock
from newsroom.platform.db import db, new_public_id
from newsroom.platform.jobs import enqueue
from newsroom.platform.settings import current
from newsroom.stories import messages, queries, receipts, rules
from newsroom.stories.events import story_withdrawn
from newsroom.stories.models import Contributor, Story, StoryOriginal
from newsroom.stories.rules import State
from newsroom.stories.service.catalogue import COMPARE, catalogue, forget
from newsroom.stories.service.record import add_consent, consent_record, record, step, story_to_change
from newsroom.stories.submission import Submission

AUTHOR = "its author"
WELCOME = "stories.welcome"
"""The task that does for a new story what its author need not wait for: the receipt letter, and `COMPARE`."""


@dataclass(frozen=True)
class Received:
    """A story that is ours now, and the seed of its receipt (`receipts.words`), which is kept nowhere."""

    public_id: str
    receipt_seed: str


def submit(
    sent: Submission, *, suspicion: str = "", source: str = "form", is_address_confirmed: bool = False
) -> Received:
    """Seal a story as its author confirmed it, with the consent given; what is suspicious is shelved.

    `source` is `form`, or `email` for a story that came by mail. `is_address_confirmed` says that its author
    has followed a link that went to the address given.
    """
    seed, receipt_hash = fresh_receipt()
    now = clock.now()
    first = "consent to a mailed story" if source == "email" else "submit"
    beginning, _who = rules.BEGINNINGS["submit, suspicious" if suspicion else first]
    wording = queries.consent_wording()
    row = Story(
        public_id=new_public_id(),
        receipt_hash=receipt_hash,
        verdict=sent.verdict,
        state=beginning,
        state_changed_at=now,
        suspicion=suspicion[:200],
        company=sent.company,
        channel=sent.channel,
        when_words=sent.when_words,
        outcome=sent.outcome,
        wants_preview=sent.wants_preview,
        criticality=rules.starting_criticality(sent.verdict),
        source=source,
        submitted_at=now,
        contributor=_contributor(sent, now if is_address_confirmed else None),
        original=sealed(sent.story),
        consents=[consent_record("given", sent.level, wording.record(sent.level), wording.version, AUTHOR)],
        # Said, so that nobody asks the database for what cannot be there yet.
        revisions=[],
    )
    db.session.add(row)
    record(
        row, "submitted", f"consent level {sent.level}" + (f"; suspicious: {suspicion}" if suspicion else "")
    )
    db.session.flush()
    catalogue(row, is_new=True)
    # A robot's favourite address is somebody else's: the spam shelf writes to nobody.
    enqueue(COMPARE if suspicion else WELCOME, row.id)
    return Received(row.public_id, seed)


def write_receipt(story_id: int) -> None:
    """Tell a story's author by letter that it has reached us: once, however often this is asked.

    Who has taken it back meanwhile has had another letter, which says more.
    """
    row = db.session.scalar(select(Story).where(Story.id == story_id).with_for_update())
    if row is not None and row.state != State.WITHDRAWN and not messages.is_receipt_written(row):
        messages.received(row)


def sealed(body: str) -> StoryOriginal:
    """The words as they will stay, with the fingerprint that shows it."""
    return StoryOriginal(body=body, sha256=sha256(body.encode()).hexdigest(), sealed_at=clock.now())


def _contributor(sent: Submission, confirmed_at: datetime | None) -> Contributor | None:
    if not sent.is_signed:
        return None
    return Contributor(
        name=sent.name,
        town=sent.town,
        email=sent.email,
        email_confirmed_at=confirmed_at,
        created_at=clock.now(),
    )


def fresh_receipt() -> tuple[str, str]:
    """A seed and the hash of its four words, which no other story has."""
    secret = current().secret_key
    while True:
        seed = receipts.new_seed()
        receipt_hash = receipts.fingerprint(receipts.words(seed, secret), secret)
        taken = db.session.scalar(select(Story.id).where(Story.receipt_hash == receipt_hash))
        if receipt_hash is not None and taken is None:
            return seed, receipt_hash


def withdraw(public_id: str, *, asked_by: str = AUTHOR) -> None:
    """Take a story back for its author: at once, from every state. Withdrawing twice changes nothing.

    `asked_by` goes into the record of consent.
    """
    row = story_to_change(public_id)
    if row.state == State.WITHDRAWN:
        return
    was = row.state
    step(row, "withdraw", "withdrawn", f"was {was}")
    row.on_hold_reason, row.claimed_by_id = "", None
    consent = queries.live_consent(row)
    if consent is not None:
        add_consent(row, "withdrawn", consent.level, consent.wording, consent.wording_version, asked_by)
    forget(row)
    messages.withdrawn(row, was_published=was == State.PUBLISHED)
    story_withdrawn.send(None, public_id=row.public_id, was=was)


def confirm_address(public_id: str, address: str) -> None:
    """Somebody who read a letter at that address also knew the four words: it is the author's address.

    From then on a letter's own link opens the status without them. Nothing happens when the story's address
    is another one by now: nobody has read a letter there.
    """
    row = story_to_change(public_id)
    who = row.contributor
    if who is not None:
        db.session.refresh(who)
    if who is None or not address or who.email != address or who.email_confirmed_at is not None:
        return
    who.email_confirmed_at = clock.now()
    record(row, "address confirmed")
