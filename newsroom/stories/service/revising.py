"""The printable version of a story: saved, taken back to an earlier one, or kept while somebody is typing.

Every save is a revision of its own, so nothing that was saved is ever overwritten. What is typed and not
saved yet is a draft: it changes nothing about the story, so the audit log does not hear of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.text import clean_line, clean_text
from newsroom.stories import casting, queries, redaction, rules
from newsroom.stories.models import Story, StoryDraft
from newsroom.stories.redaction import Span
from newsroom.stories.rules import State, StoryRefusal
from newsroom.stories.service import signoff
from newsroom.stories.service.record import SaveConflict, add_revision, step, story_to_change

# Whose text goes into one that two editors changed; more of them at once nobody has seen.
_VERSIONS_AT_A_CONFLICT = 5


class Words(NamedTuple):
    """Everything that an editor types of a story, cleaned."""

    title: str
    text: str
    attribution: str
    note: str


def save_revision(
    public_id: str,
    *,
    version: int,
    title: str,
    text: str,
    attribution: str,
    note: str,
    actor_id: int | None,
    draft: str = "",
) -> int:
    """Keep the printable text, title, attribution and Editor's note as a new revision; gives its number.

    `version` is the one the editor started from. Raises SaveConflict when there is a newer one that says
    something else, StoryRefusal when the story is in no state to be edited. Nothing new makes no revision. An
    issue that holds the story keeps its version until somebody takes the newer one there. Where the author
    has agreed to the words and they are others now, they are asked again. `draft` is the key of the draft
    that is saved with it, which is therefore forgotten.
    """
    row = story_to_change(public_id)
    rules.state_after("save_revision", row.state)
    wanted = Words(clean_line(title), clean_text(text), clean_line(attribution), clean_text(note))
    if wanted != saved_words(row) and version != row.version:
        raise SaveConflict(row.version)
    if actor_id is not None and draft:
        forget_typed(row, actor_id, draft)
    if wanted == saved_words(row):
        return row.version
    spans = revised_spans(row, wanted.text)
    return append(row, wanted, spans, actor_id, "saved")


def restore_revision(public_id: str, wanted: int, *, version: int, actor_id: int) -> int:
    """Make an earlier version the newest one again, as a new revision; gives its number.

    Spans keep their kinds, because nothing is compared anew. Raises SaveConflict when `version` is not the
    newest any more, StoryRefusal for a version that does not exist or a story that may not be edited.
    """
    row = story_to_change(public_id)
    rules.state_after("save_revision", row.state)
    earlier = queries.revision(row, wanted)
    if earlier is None:
        raise StoryRefusal(f"This story has no version {wanted}.")
    if version != row.version:
        raise SaveConflict(row.version)
    words = Words(earlier.title, queries.text_of(row, earlier), earlier.attribution, earlier.note)
    if words == saved_words(row):
        return row.version
    return append(row, words, redaction.from_json(earlier.spans), actor_id, f"version {wanted} restored")


def newest_spans(row: Story) -> tuple[Span, ...]:
    """The spans that the newest text comes of, in order."""
    newest = queries.newest_revision(row)
    return redaction.in_order(row.original.body, redaction.from_json(newest.spans)) if newest else ()


def revised_spans(row: Story, text: str) -> tuple[Span, ...]:
    """The spans that give this text. Decided passages that it leaves alone stay what they are; and what was
    typed, or kept of another editor's version, as it would have been proposed, is taken for what it is."""
    spans = newest_spans(row)
    known = [*casting.cast_over(row, spans).proposals]
    for revision in row.revisions[-_VERSIONS_AT_A_CONFLICT:]:
        known += redaction.from_json(revision.spans)
    return redaction.revise(row.original.body, spans, text, dict.fromkeys(known))


def saved_words(row: Story) -> Words:
    """What the newest revision says; before the first one, the original."""
    newest = queries.newest_revision(row)
    text = queries.text_of(row, newest)
    return Words(newest.title, text, newest.attribution, newest.note) if newest else Words("", text, "", "")


def append(
    row: Story, words: Words, spans: Iterable[Span], actor_id: int | None, done: str, how: str = ""
) -> int:
    """Keep a revision that says these words; gives its number. The author who had agreed to others is asked
    again."""
    kept = tuple(spans)
    add_revision(
        row, title=words.title, spans=kept, attribution=words.attribution, note=words.note, actor_id=actor_id
    )
    detail = f"version {row.version}, {len(kept)} spans"
    step(row, "save_revision", done, f"{how}; {detail}" if how else detail)
    if row.state == State.APPROVED and not queries.is_signed_off(row):
        signoff.ask_again(row, actor_id)
    return row.version


# What is typed and not saved yet


class AnotherDraft(StoryRefusal):
    """There is another unsaved text of the same person, which would have been overwritten; it stays."""


def keep_draft(
    public_id: str, *, actor_id: int, key: str, version: int, fields: Mapping[str, list[str]]
) -> None:
    """Keep what somebody has typed on a story's page so far, valid or not.

    `key` names the page it was typed on: only that page, or one that took the draft up, may change it. Raises
    AnotherDraft for any other, StoryRefusal for a story whose words must not be kept.
    """
    row = story_to_change(public_id)
    if row.state == State.WITHDRAWN or row.purged_at is not None:
        raise StoryRefusal("This story was taken back, so nothing more is kept of it.")
    draft = db.session.get(StoryDraft, (row.id, actor_id), populate_existing=True)
    if draft is None:
        draft = StoryDraft(story_id=row.id, staff_id=actor_id)
        db.session.add(draft)
    elif draft.fields.get("key") != key:
        raise AnotherDraft("You have typed something else here before that was never saved.")
    draft.version = version if 0 <= version <= row.version else row.version
    draft.fields = {"key": key, "typed": {name: list(values) for name, values in fields.items()}}
    draft.typed_at = clock.now()


def forget_draft(public_id: str, *, actor_id: int, key: str | None = None) -> None:
    """Forget what somebody had typed; with a key, only what was typed on that page."""
    forget_typed(story_to_change(public_id), actor_id, key)


def forget_typed(row: Story, actor_id: int, key: str | None) -> None:
    """The same for a story that is being changed already."""
    draft = db.session.get(StoryDraft, (row.id, actor_id), populate_existing=True)
    if draft is not None and (key is None or draft.fields.get("key") == key):
        db.session.delete(draft)
