"""What the floor of issues does with a story: bring one in with a manuscript, place it, print it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from newsroom.accounts.queries import staff_member
from newsroom.platform import clock
from newsroom.platform import db as database
from newsroom.platform.db import db
from newsroom.platform.text import clean_line, clean_text
from newsroom.stories import messages, queries, redaction, rules
from newsroom.stories.consent import DEFAULT_LEVEL
from newsroom.stories.models import Story
from newsroom.stories.queries import PrintableStory
from newsroom.stories.rules import State, StoryRefusal
from newsroom.stories.service.intake import sealed
from newsroom.stories.service.record import (
    add_consent,
    add_revision,
    record,
    refuse_unless_ready,
    step,
    story_to_change,
)


@dataclass(frozen=True)
class ColumnDraft:
    """A column as a manuscript says it: its words, and the line of consent that it prints."""

    verdict: str
    title: str
    body: str
    note: str = ""
    attribution: str = ""
    consent: str = ""

    def cleaned(self) -> ColumnDraft:
        """The draft as it is stored and compared."""
        return ColumnDraft(
            self.verdict,
            clean_line(self.title),
            clean_text(self.body),
            clean_text(self.note),
            clean_line(self.attribution),
            clean_line(self.consent),
        )

    def says_the_same_words(self, told: PrintableStory) -> bool:
        """Whether title, body, note and attribution are those of that version."""
        mine = (self.title, self.body, self.note, self.attribution)
        return mine == (told.title, told.body, told.note, told.attribution)


def import_column(
    said: ColumnDraft,
    *,
    actor_id: int | None = None,
    public_id: str | None = None,
    new_public_id: str | None = None,
) -> PrintableStory:
    """The story of a manuscript's column, ready for its issue; made here unless its id is known.

    The body of a new story is its original; `consent`, the line that the manuscript prints, is recorded at
    level 2 under the importer's name, and nothing is recorded without it. A new story gets `new_public_id`,
    or one of its own. Of a known story changed words become a new revision and unchanged ones nothing.

    Raises StoryRefusal for a verdict that contradicts the known story's, for a state in which its words stand
    still, and for an attempt to change the consent of a story that a reader told.
    """
    said = said.cleaned()
    known = public_id or new_public_id
    if known and not rules.is_public_id(known):
        raise StoryRefusal(f"“{known}” is not an id of ours; leave it out, and the story gets a new one.")
    exists = known and db.session.scalar(select(Story.id).where(Story.public_id == known)) is not None
    row = story_to_change(known) if known and exists else _born(said, known or "", actor_id)
    if exists:
        rules.state_after("import_column", row.state)
        _refuse_other_story(row, said)
        _take_over(row, said, actor_id)
    if row.source == "manuscript":
        _record_consent(row, said.consent, actor_id)
    found = queries.printable(row.public_id)
    if found is None:
        raise StoryRefusal("This story has not been edited yet; it cannot stand in an issue.")
    return found


def _born(said: ColumnDraft, public_id: str, actor_id: int | None) -> Story:
    if said.verdict not in rules.VERDICTS:
        raise StoryRefusal(f"“{said.verdict}” is not a verdict; it is up or down.")
    now = clock.now()
    row = Story(
        public_id=public_id or database.new_public_id(),
        verdict=said.verdict,
        state=rules.BEGINNINGS["import_column"][0],
        state_changed_at=now,
        criticality=rules.starting_criticality(said.verdict),
        source="manuscript",
        submitted_at=now,
        original=sealed(said.body),
    )
    db.session.add(row)
    db.session.flush()
    add_revision(
        row, title=said.title, spans=(), attribution=said.attribution, note=said.note, actor_id=actor_id
    )
    record(row, "imported", "from a manuscript")
    return row


def _refuse_other_story(row: Story, said: ColumnDraft) -> None:
    if row.verdict != said.verdict:
        raise StoryRefusal(
            f"Story {row.public_id} is a {rules.VERDICTS[row.verdict].lower()}; its verdict cannot change."
        )
    if row.source == "manuscript" or not said.consent:
        return
    printed = queries.printable(row.public_id)
    if printed is None or said.consent != printed.consent:
        raise StoryRefusal(
            f"Story {row.public_id} was told by a reader and has its consent on record; leave that line out."
        )


def _take_over(row: Story, said: ColumnDraft, actor_id: int | None) -> None:
    newest = queries.printable(row.public_id)
    if newest and said.says_the_same_words(newest):
        return
    if row.source != "manuscript":
        raise StoryRefusal(
            f"Story {row.public_id} was told by a reader: its words change on its page at the desk, not in a "
            "manuscript."
        )
    step(row, "import_column", "imported", f"version {row.version + 1}")
    spans = redaction.spans_from_edit(row.original.body, said.body)
    add_revision(
        row, title=said.title, spans=spans, attribution=said.attribution, note=said.note, actor_id=actor_id
    )


def _record_consent(row: Story, consent: str, actor_id: int | None) -> None:
    live = queries.live_consent(row)
    if not consent or (live and live.wording == consent):
        return
    action = "changed" if row.consents else "given"
    add_consent(row, action, DEFAULT_LEVEL, consent, 0, _importer(actor_id))
    record(row, "consent recorded", f"level {DEFAULT_LEVEL}, from a manuscript")


def _importer(actor_id: int | None) -> str:
    staff = staff_member(actor_id) if actor_id is not None else None
    return staff.email if staff else "a manuscript"


def schedule(public_id: str) -> None:
    """Give a ready story its place in an issue. Raises StoryRefusal unless it is ready and not on hold."""
    row = story_to_change(public_id)
    rules.state_after("schedule", row.state)
    if row.on_hold_reason:
        raise StoryRefusal("This story is on hold; take it off hold first.")
    step(row, "schedule", "scheduled")


def take_newer(public_id: str, *, actor_id: int | None) -> int:
    """Let the issue that holds a story print its newest version; gives that version.

    Raises NotReady unless the newest version is fit for print, just as if it were marked ready now.
    """
    row = story_to_change(public_id)
    rules.state_after("take_newer", row.state)
    refuse_unless_ready(row, actor_id)
    step(row, "take_newer", "newer version taken", f"version {row.version}")
    return row.version


def release_from_issue(public_id: str, version: int | None) -> None:
    """Take a story out of an issue that will not print it; one that is not waiting there stays as it is.

    `version` is the one that the issue held: a newer one was never marked ready, and goes back to editing.
    """
    row = story_to_change(public_id)
    if row.state != State.SCHEDULED:
        return
    verb = "release_from_issue" if version == row.version else "release_to_editing"
    step(row, verb, "released from issue", f"version {row.version}")


def publish(public_id: str, version: int, at: datetime, *, page: str = "") -> None:
    """Print this version, in the unit of work that publishes its issue; its author gets one letter.

    `page` is the story's absolute web address, for the letter. Raises StoryRefusal when there is no such
    version, or its author does not allow it: nothing without consent leaves this floor, whatever was checked
    above.
    """
    row = story_to_change(public_id)
    rules.state_after("publish", row.state)
    printed = queries.printable(public_id, version)
    if printed is None:
        raise StoryRefusal(f"Story {public_id} has no version {version}.")
    if not printed.is_allowed:
        raise StoryRefusal(f"Story {public_id} has no live consent to be printed at version {version}.")
    row.published_version, row.published_at = version, at
    row.claimed_by_id = None
    step(row, "publish", "published", f"version {version}")
    messages.published(row, page)
