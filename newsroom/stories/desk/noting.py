"""The note on a story's page: its buttons that save nothing, what is offered and what is said about it.

A button of the note sends the whole form, so that nothing typed is lost, and the page comes back with the
note as it was asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from newsroom.platform.markup import Note, Takeaway, parse_note
from newsroom.stories import takeaways
from newsroom.stories.behaviours import likely
from newsroom.stories.forms import Edited, RevisionForm
from newsroom.stories.guidance import DoubtfulQuotation, advice, doubtful_quotations
from newsroom.stories.models import Story
from newsroom.stories.takeaways import Offered

_CARD = re.compile(r"(?P<what>up|down|remove)-(?P<number>[1-9]\d{0,3})")
_STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True)
class NoteHelp:
    """What stands beside a note: doubts about its quotations, advice, and takeaways of earlier ones."""

    doubts: tuple[DoubtfulQuotation, ...]
    advice: tuple[str, ...]
    likely: tuple[str, ...]
    offered: tuple[Offered, ...]


def shape_note(form: RevisionForm, pressed: MultiDict[str, str]) -> bool | None:
    """Do to the note what one of its buttons asks; None where none was pressed, False where it cannot be."""
    if "more" in pressed:
        form.add_takeaway()
    elif "note_shape" in pressed:
        form.show_note(form.note_source(), in_parts=not form.in_parts)
    elif "card" in pressed:
        _move(form, pressed["card"])
    elif "use" in pressed:
        return _use(form, pressed["use"])
    elif "quote_words" in pressed:
        return form.insert_quotation()
    else:
        return True if "offers" in pressed else None
    return True


def _move(form: RevisionForm, asked: str) -> None:
    if asked == "back":
        form.put_back()
    elif found := _CARD.fullmatch(asked):
        place = int(found["number"]) - 1
        if found["what"] == "remove":
            form.remove_takeaway(place)
        else:
            form.move_takeaway(place, _STEPS[found["what"]])


def _use(form: RevisionForm, key: str) -> bool:
    takeaway = takeaways.offered_takeaway(key)
    if takeaway is None:
        form.form_errors.append("That takeaway is not offered any more; its story was taken back or changed.")
        return False
    form.add_takeaway(takeaway)
    return True


def note_help(story: Story, form: RevisionForm, edited: Edited) -> NoteHelp:
    """What is said and offered about the note as it is typed, saved or not."""
    note = parse_note(edited.note)
    form.offer_places()
    pointed_to = likely(edited.text)
    return NoteHelp(
        doubts=doubts(story, edited),
        advice=advice(note),
        likely=pointed_to[:3],
        offered=takeaways.offered(story, pointed_to, tag=form.offer_tag.data or "", besides=note.takeaways),
    )


def doubts(story: Story, edited: Edited) -> tuple[DoubtfulQuotation, ...]:
    """The quotations of a note that its printable text does not say."""
    return doubtful_quotations(edited.note, edited.title, edited.text, story.original.body)


# Two notes beside each other


@dataclass(frozen=True)
class NotePart:
    """A part of somebody's note: its name, how it was and how it is, both in plain words."""

    name: str
    was: str
    now: str


def parts_beside(base: str, note: str) -> tuple[NotePart, ...] | None:
    """A note part by part, each beside what it was before; None where one of both is not simple.

    A takeaway is told by its behaviour, or else by its place; one that was there no more comes last, empty.
    """
    before, after = parse_note(base), parse_note(note)
    if not (before.simple and after.simple):
        return None
    parts = [
        NotePart("Opening", before.opening, after.opening),
        *_cards_beside(before.takeaways, after.takeaways),
        NotePart("Closing", before.closing, after.closing),
        NotePart("Call to action", _asked(before), _asked(after)),
    ]
    return tuple(part for part in parts if part.was or part.now)


def _cards_beside(before: tuple[Takeaway, ...], after: tuple[Takeaway, ...]) -> list[NotePart]:
    left = dict(enumerate(before))
    pairs: dict[int, int] = {}
    for place, card in enumerate(after):
        same = next((was for was, one in left.items() if one.label and one.label == card.label), None)
        if same is not None:
            pairs[place] = same
            del left[same]
    for place in range(len(after)):
        if place not in pairs and left.pop(place, None) is not None:
            pairs[place] = place
    found = [
        NotePart(
            f"Takeaway {place + 1}", _words(before[pairs[place]]) if place in pairs else "", _words(card)
        )
        for place, card in enumerate(after)
    ]
    return found + [NotePart("Taken out", _words(card), "") for card in left.values()]


def _words(card: Takeaway) -> str:
    tag = f"[{card.behaviour}]" if card.behaviour else ""
    return " ".join(part for part in (card.label, card.text, tag) if part)


def _asked(note: Note) -> str:
    button = f"{note.call.button} ({note.call.link})" if note.call.link else note.call.button
    return "\n\n".join(part for part in (note.call.text, button) if part)
