"""Tables of stories: sealed originals, revisions, consent, sign-off, the thread with the author; no verbs.

The printable text of a revision is computed from the original and the revision's spans
(`redaction.apply`) and stored nowhere else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsroom.platform.db import UtcDateTime, db
from newsroom.stories import seal


class Contributor(db.Model):
    """Who told a story, as far as they chose to say."""

    __tablename__ = "contributor"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    town: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    # Set when somebody who read a letter there also knew the four words: from then on a letter's own link
    # opens the story's status. Until then anybody may have typed that address.
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Story(db.Model):
    """One experience as a customer, from its arrival to its page in the archive."""

    __tablename__ = "story"
    __table_args__ = (
        CheckConstraint("verdict IN ('up', 'down')", name="verdict_known"),
        Index("ix_story_state_submitted", "state", "submitted_at"),
        Index("ix_story_state_changed", "state", "state_changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    # A keyed hash of the four words; nobody here can read a receipt back.
    receipt_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    verdict: Mapped[str] = mapped_column(String(4))
    state: Mapped[str] = mapped_column(String(20), index=True)
    state_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_reason: Mapped[str] = mapped_column(String(300), default="")
    company: Mapped[str] = mapped_column(String(120), default="")
    channel: Mapped[str] = mapped_column(String(20), default="")
    when_words: Mapped[str] = mapped_column(String(120), default="")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    wants_preview: Mapped[bool] = mapped_column(default=False)
    criticality: Mapped[int] = mapped_column(default=0)
    on_hold_reason: Mapped[str] = mapped_column(String(300), default="")
    # Why the filter put it on the spam shelf; for the desk, never for the contributor.
    suspicion: Mapped[str] = mapped_column(String(200), default="")
    corrected: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(20), default="form")
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contributor_id: Mapped[int | None] = mapped_column(ForeignKey("contributor.id"), index=True)
    # The story that this one was merged into.
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"), index=True)
    # The last step that can still be taken back (`rules.UNDOABLE`): what was there before it, and until when.
    undo: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # When original, contact details and messages were destroyed; hash, consents and audit stay.
    purged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # The newest revision's number, and what a save must name to be accepted.
    version: Mapped[int] = mapped_column(default=0)
    # The revision that readers see; set with the state `published` and kept when the story leaves it.
    published_version: Mapped[int | None] = mapped_column()
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contributor: Mapped[Contributor | None] = relationship()
    original: Mapped[StoryOriginal] = relationship(back_populates="story", uselist=False)
    revisions: Mapped[list[StoryRevision]] = relationship(
        back_populates="story", order_by="StoryRevision.version"
    )
    consents: Mapped[list[ConsentRecord]] = relationship(back_populates="story", order_by="ConsentRecord.id")
    messages: Mapped[list[StoryMessage]] = relationship(back_populates="story", order_by="StoryMessage.id")
    approvals: Mapped[list[ApprovalRequest]] = relationship(
        back_populates="story", order_by="ApprovalRequest.id"
    )
    follow_ups: Mapped[list[FollowUp]] = relationship(back_populates="story", order_by="FollowUp.id")
    redaction_sign_offs: Mapped[list[RedactionSignOff]] = relationship(
        back_populates="story", order_by="RedactionSignOff.id"
    )


class StoryOriginal(db.Model):
    """The words as their author confirmed them: sealed, never updated, destroyed only by retention."""

    __tablename__ = "story_original"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    story: Mapped[Story] = relationship(back_populates="original")


seal.fasten(StoryOriginal.__table__)


class StoryRevision(db.Model):
    """A printable version: spans over the original, title, attribution, Editor's note; append-only."""

    __tablename__ = "story_revision"
    __table_args__ = (UniqueConstraint("story_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"))
    version: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(200), default="")
    spans: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    attribution: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    # The printed text itself, once the original that the spans refer to has been destroyed; None until then.
    kept_text: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    story: Mapped[Story] = relationship(back_populates="revisions")


class ConsentRecord(db.Model):
    """What an author allowed, in which words, and every change of it; append-only, the newest counts."""

    __tablename__ = "consent_record"
    __table_args__ = (CheckConstraint("action IN ('given', 'changed', 'withdrawn')", name="action_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    action: Mapped[str] = mapped_column(String(10))
    level: Mapped[int] = mapped_column()
    wording: Mapped[str] = mapped_column(Text)
    wording_version: Mapped[int] = mapped_column(default=0)
    recorded_by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    story: Mapped[Story] = relationship(back_populates="consents")


class StoryMessage(db.Model):
    """One message of a story's thread: between the desk and the author, or a note among editors."""

    __tablename__ = "story_message"
    __table_args__ = (
        CheckConstraint("kind IN ('question', 'message', 'answer', 'change', 'note')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    # `question` and `message` come from the desk, `answer` and `change` from the author; `note` stays inside.
    kind: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Who at the desk wrote it; None for the author's own.
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    story: Mapped[Story] = relationship(back_populates="messages")


class ApprovalRequest(db.Model):
    """The author was shown a version and asked whether it may be printed; append-only but for the answer."""

    __tablename__ = "approval_request"
    __table_args__ = (
        CheckConstraint(
            "verdict IN ('', 'approved', 'change', 'refused', 'expired', 'superseded')", name="verdict_known"
        ),
        Index("ix_approval_request_verdict_due", "verdict", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    version: Mapped[int] = mapped_column()
    # SHA-256 of the words that were shown, typography aside (`rules.signed_words`).
    words_sha256: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Empty while it is open.
    verdict: Mapped[str] = mapped_column(String(10), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    story: Mapped[Story] = relationship(back_populates="approvals")


class FollowUp(db.Model):
    """What happened next, told by the author of a published story; shown once an editor made it printable.

    Words that an editor changed are `printed` only when its author has said yes to them; until then `asked`.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("state IN ('received', 'asked', 'published', 'declined')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    # As its author wrote it: sealed like an original, and destroyed with it.
    body: Mapped[str] = mapped_column(Text)
    # As it is printed, or as its author is asked for it.
    printed: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="received")
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    story: Mapped[Story] = relationship(back_populates="follow_ups")


class StoryDraft(db.Model):
    """What an editor has typed on a story's page and not saved yet, valid or not; one for each of them."""

    __tablename__ = "story_draft"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    # The version it started from, and the fields of the form as they were typed.
    version: Mapped[int] = mapped_column()
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    typed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ListedCompany(db.Model):
    """A company that the publication knows: how it is named, and what a thumbs down calls it instead."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Folded (`disguises.folded`), so that one company is not listed twice in two spellings.
    key: Mapped[str] = mapped_column(String(200), unique=True)
    canonical: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[list[str]] = mapped_column(JSON)
    domains: Mapped[list[str]] = mapped_column(JSON)
    slogans: Mapped[list[str]] = mapped_column(JSON)
    # Without an article: “electronics superstore”.
    descriptor: Mapped[str] = mapped_column(String(120), default="")
    # Counts every change; a save must name the version it started from.
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class StoryMark(db.Model):
    """What an editor said about a passage of the original: that it names somebody, or that it does not.

    Everything else that the desk shows as found is computed from the original and the list of companies.
    """

    __tablename__ = "story_mark"
    __table_args__ = (
        UniqueConstraint("story_id", "start", "end"),
        CheckConstraint("says IN ('names', 'harmless')", name="says_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    # Code points of the sealed original.
    start: Mapped[int] = mapped_column()
    end: Mapped[int] = mapped_column()
    says: Mapped[str] = mapped_column(String(10))
    # What it names (`entities.Kind`, or a class of `suggestions`), and whom, where the editor said so.
    kind: Mapped[str] = mapped_column(String(20), default="")
    entity: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class StoryNaming(db.Model):
    """What an editor decided about one entity of a story; what is empty here the naming matrix decides."""

    __tablename__ = "story_naming"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    entity: Mapped[str] = mapped_column(String(200), primary_key=True)
    # What the entity is, where the desk took it for something else, and which other entity it is the same as.
    kind: Mapped[str] = mapped_column(String(20), default="")
    same_as: Mapped[str] = mapped_column(String(200), default="")
    stance: Mapped[str] = mapped_column(String(10), default="")
    role: Mapped[str] = mapped_column(String(80), default="")
    descriptor: Mapped[str] = mapped_column(String(120), default="")
    # A publisher's decision against the matrix, with its reason.
    treatment: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RedactionSignOff(db.Model):
    """Somebody at the desk went through the checklist and signed for exactly these words; append-only."""

    __tablename__ = "redaction_sign_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    version: Mapped[int] = mapped_column()
    # SHA-256 of title, text, attribution and note, typography aside.
    words_sha256: Mapped[str] = mapped_column(String(64))
    # The checklist as it stood: each line's name with its count, and what was ticked by hand.
    checklist: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    story: Mapped[Story] = relationship(back_populates="redaction_sign_offs")


class StoryTakeaway(db.Model):
    """A takeaway of a story's newest Editor's note, written with it so that other notes can find it."""

    __tablename__ = "story_takeaway"
    __table_args__ = (Index("ix_story_takeaway_behaviour_story", "behaviour", "story_id"),)

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    behaviour: Mapped[str] = mapped_column(String(80), default="")


class StoryGlance(db.Model):
    """What the queue shows of a story's newest text, written with it so that a list reads no texts.

    It goes when the story is withdrawn or destroyed.
    """

    __tablename__ = "story_glance"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    opening: Mapped[str] = mapped_column(String(400), default="")
    word_count: Mapped[int] = mapped_column(default=0)
    # How many passages look private (`hints`), and how many are links.
    private_count: Mapped[int] = mapped_column(default=0)
    link_count: Mapped[int] = mapped_column(default=0)


class StoryBand(db.Model):
    """One band of a story's shingle signature: stories that share a band may be near-duplicates."""

    __tablename__ = "story_band"
    __table_args__ = (Index("ix_story_band_place_digest_story", "place", "digest", "story_id"),)

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(16))


class StoryLikeness(db.Model):
    """Two stories that are much alike, the later one first; `dismissed` when an editor says they are not."""

    __tablename__ = "story_likeness"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True)
    earlier_id: Mapped[int] = mapped_column(ForeignKey("story.id"), primary_key=True, index=True)
    percent: Mapped[int] = mapped_column()
    dismissed: Mapped[bool] = mapped_column(default=False)


class MailedStory(db.Model):
    """A story that came by mail: a draft that nobody at the desk can print, until its author consents.

    With consent it becomes a `Story` like any other, and its text here is destroyed.
    """

    __tablename__ = "mailed_story"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'consented', 'refused', 'expired')", name="state_known"),
        Index("ix_mailed_story_state_received", "state", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # A hash of the Message-ID, or of the message where it has none: a message collected twice is one draft.
    message_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120), default="")
    subject: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str] = mapped_column(Text)
    attachment_count: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"))
