"""Words between the desk and a story's author, and notes among editors; the questions of the desk too.

`actor_id` is the staff member who writes. What an author writes is kept as they wrote it and shown as text.
"""

from __future__ import annotations

from newsroom.platform import clock
from newsroom.platform.text import clean_text
from newsroom.stories import messages, rules
from newsroom.stories.models import Story, StoryMessage
from newsroom.stories.rules import StoryRefusal
from newsroom.stories.service.record import step, story_to_change


def ask(public_id: str, question: str, *, actor_id: int) -> None:
    """Ask the author something; the story waits for the answer.

    Raises StoryRefusal where nobody could answer.
    """
    row = story_to_change(public_id)
    said = message_text(question, "Write your question.")
    _refuse_without_author(row)
    step(row, "ask", "asked")
    add_message(row, "question", said, staff_id=actor_id)
    messages.question(row)


def stop_asking(public_id: str) -> None:
    """Go on without the answer."""
    step(story_to_change(public_id), "stop_asking", "went on without an answer")


def answer(public_id: str, text: str) -> None:
    """The author answers the desk's question."""
    row = story_to_change(public_id)
    said = message_text(text, "Write your answer.")
    step(row, "answer", "answered")
    add_message(row, "answer", said)


def write(public_id: str, text: str) -> None:
    """The author writes to the desk; nothing changes but that it is read."""
    row = story_to_change(public_id)
    said = message_text(text, "Write your message.")
    step(row, "write", "written by its author")
    add_message(row, "answer", said)


def write_to_author(public_id: str, text: str, *, actor_id: int) -> None:
    """The desk writes to the author without asking anything."""
    row = story_to_change(public_id)
    said = message_text(text, "Write your message.")
    _refuse_without_author(row)
    step(row, "write_to_author", "written to its author")
    add_message(row, "message", said, staff_id=actor_id)
    messages.message(row)


def note(public_id: str, text: str, *, actor_id: int) -> None:
    """A note for colleagues, which the author never sees."""
    row = story_to_change(public_id)
    said = message_text(text, "Write your note.")
    step(row, "note", "noted")
    add_message(row, "note", said, staff_id=actor_id)


def add_message(row: Story, kind: str, body: str, *, staff_id: int | None = None) -> None:
    """Append to the thread."""
    row.messages.append(StoryMessage(kind=kind, body=body, at=clock.now(), staff_id=staff_id))


def message_text(text: str, missing: str) -> str:
    """A message as it is kept. Raises StoryRefusal when it is empty or too long."""
    said = clean_text(text)
    if not said:
        raise StoryRefusal(missing)
    if len(said) > rules.LONGEST_MESSAGE:
        raise StoryRefusal(f"That is {len(said):,} characters. Please keep it to {rules.LONGEST_MESSAGE:,}.")
    return said


def _refuse_without_author(row: Story) -> None:
    if row.receipt_hash is None:
        raise StoryRefusal("This story came with a manuscript: nobody has a receipt to read this with.")
