"""Putting what was said into a section, or into the piece or story that it points at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from newsroom.issues import kinds
from newsroom.issues.document import Section
from newsroom.issues.kinds.spec import Kind
from newsroom.issues.models import Section as SectionRow
from newsroom.library import queries as library
from newsroom.library import service as library_service
from newsroom.platform.db import db
from newsroom.platform.text import clean_line, clean_text
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from newsroom.stories.rules import DESK_WORDS, State, StoryRefusal

_STORY_KEYS = ("consent", "attribution")


def cleaned(said: Section) -> Section:
    """What was said as it is stored and compared. Raises BadValue for a value that its key cannot take."""
    return Section(
        kind=said.kind,
        title=clean_line(said.title),
        body=clean_text(said.body),
        note=clean_text(said.note),
        fields=_checked(kinds.kind_of(said.kind), said.fields),
        id=said.id,
    )


def fill(section: SectionRow, said: Section, by_id: int | None, new_id: str = "") -> None:
    """Put what was said (`cleaned`) into the section, or into the piece that it points at.

    `new_id` is the id that a piece is to have when it is made here.
    """
    kind = kinds.kind_of(section.kind)
    filler: Callable[[SectionRow, Kind, Section, int | None, str], None] = {
        "own": _fill_own,
        "library": _fill_piece,
        "story": _fill_column,
    }[kind.source]
    filler(section, kind, said, by_id, new_id)
    section.version += 1
    db.session.flush()


def fill_keys(section: SectionRow, said: Mapping[str, str]) -> bool:
    """Take only the keys that belong to this issue, for words that stand elsewhere; whether any changed."""
    kind = kinds.kind_of(section.kind)
    wanted = _of_issue(kind, _checked(kind, said))
    if wanted == section.fields:
        return False
    section.fields = wanted
    section.version += 1
    return True


def words_stand_elsewhere(section: SectionRow) -> bool:
    """Whether the section's words are a reader's story, which is edited on its own page."""
    is_column = kinds.kind_of(section.kind).source == "story"
    return (
        is_column and bool(section.piece_id) and stories_service.was_told_by_a_reader(section.piece_id or "")
    )


def _fill_own(section: SectionRow, _kind: Kind, said: Section, _by_id: int | None, _new_id: str) -> None:
    section.title, section.body, section.fields = said.title, said.body, dict(said.fields)


def _fill_piece(section: SectionRow, kind: Kind, said: Section, by_id: int | None, new_id: str) -> None:
    section.fields = _of_issue(kind, said.fields)
    fields = {key: value for key, value in said.fields.items() if key not in section.fields}
    if section.piece_id and section.piece_version:
        pinned = library.piece(section.piece_id, section.piece_version)
        # What is unchanged stays pinned as it is, even where somebody has written a newer version meanwhile.
        if pinned and (pinned.title, pinned.body, dict(pinned.fields)) == (said.title, said.body, fields):
            return
    piece = library_service.save_piece(
        kind=kind.name,
        title=said.title,
        body=said.body,
        fields=fields,
        actor_id=by_id,
        public_id=section.piece_id,
        new_public_id=new_id,
    )
    section.piece_id, section.piece_version = piece.public_id, piece.version


def _fill_column(section: SectionRow, kind: Kind, said: Section, by_id: int | None, new_id: str) -> None:
    section.fields = _of_issue(kind, said.fields)
    if section.piece_id:
        _refuse_unless_printable(section.piece_id)
    if words_stand_elsewhere(section):
        _refuse_other_words(section, said)
        return
    draft = stories_service.ColumnDraft(
        verdict=kind.verdict,
        title=said.title,
        body=said.body,
        note=said.note,
        attribution=said.value("attribution"),
        consent=said.value("consent"),
    )
    story = stories_service.import_column(
        draft, actor_id=by_id, public_id=section.piece_id, new_public_id=new_id
    )
    if section.piece_id is None:
        stories_service.schedule(story.public_id)
    section.piece_id, section.piece_version = story.public_id, story.version


def _refuse_unless_printable(public_id: str) -> None:
    story = stories.printable(public_id)
    if story is None:
        raise StoryRefusal("This story is no longer here; take its section out.")
    if story.state != State.SCHEDULED:
        words = DESK_WORDS[State(story.state)]
        raise StoryRefusal(f"This story cannot be printed: its state is “{words}”. Take its section out.")


def _refuse_other_words(section: SectionRow, said: Section) -> None:
    told = stories.printable(section.piece_id or "", section.piece_version)
    assert told is not None
    section.piece_version = told.version
    same = (told.title, told.body, told.note, told.attribution) == (
        said.title,
        said.body,
        said.note,
        said.value("attribution"),
    )
    if not same or said.value("consent") not in ("", told.consent):
        raise StoryRefusal(
            "A reader told this story: its words, its note and its consent change on its page at the desk, "
            "not in a manuscript."
        )


def _checked(kind: Kind, said: Mapping[str, str]) -> dict[str, str]:
    """The kind's own keys that were given, in its order. Raises BadValue for a value it cannot take."""
    given = {key: clean_line(said.get(key.name, "")) for key in kind.all_keys}
    checked = {key.name: key.check(value) for key, value in given.items() if value}
    return {name: value for name, value in checked.items() if value}


def _of_issue(kind: Kind, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields that stay with this issue's section: all of its own words', else what no piece keeps."""
    kept = {}
    for name, value in fields.items():
        key = kind.key(name)
        belongs = key is not None and not key.of_piece
        if kind.source == "story":
            belongs = name not in _STORY_KEYS
        if belongs or kind.source == "own":
            kept[name] = value
    return kept
