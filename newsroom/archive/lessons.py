"""The lessons of all stories: takeaways of the published Editor's notes, by the behaviour they show.

Pure. It decides the order of behaviours and of the takeaways in them; which notes are published, it is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from newsroom.platform.markup import Dialect, Takeaway, parse_note, to_html
from newsroom.platform.text import slugify

# Where takeaways go that an editor filed under nothing.
OTHER = "other lessons"


@dataclass(frozen=True)
class Source:
    """A published story: where it stands, how it is called, and its Editor's note in Markdown."""

    path: str
    title: str
    verdict: str
    note: str


@dataclass(frozen=True)
class Lesson:
    """One takeaway and the story behind it."""

    takeaway: Takeaway
    source: Source

    @property
    def label(self) -> Markup:
        """The behaviour in a few words; empty where the editor gave none."""
        return to_html(self.takeaway.label, Dialect.LINE)

    @property
    def reason(self) -> Markup:
        """Why, as an HTML fragment."""
        return to_html(self.takeaway.text, Dialect.ARTICLE)


@dataclass(frozen=True)
class Chapter:
    """All lessons about one behaviour, the newest story's first."""

    behaviour: str
    lessons: tuple[Lesson, ...]

    @property
    def slug(self) -> str:
        """The behaviour's name in an address."""
        return slugify(self.behaviour)

    @property
    def title(self) -> str:
        """The behaviour as a heading."""
        return self.behaviour[:1].upper() + self.behaviour[1:]

    @property
    def story_count(self) -> int:
        """How many stories stand behind it."""
        return len({lesson.source.path for lesson in self.lessons})


def chapters(sources: Iterable[Source], known: Iterable[str]) -> tuple[Chapter, ...]:
    """The playbook: `known` behaviours in their order, then others by name, then what has no behaviour.

    Behaviours are compared without regard to case; one without a lesson is left out. `sources` come newest
    first, and so do the lessons of a chapter.
    """
    found: dict[str, list[Lesson]] = {}
    for source in sources:
        for takeaway in takeaways(source.note):
            found.setdefault(takeaway.behaviour.casefold() or OTHER, []).append(Lesson(takeaway, source))
    order = [name.casefold() for name in known]
    rest = sorted(found.keys() - {*order, OTHER})
    names = [name for name in (*order, *rest, OTHER) if name in found]
    return tuple(Chapter(name, tuple(found[name])) for name in names)


@lru_cache(maxsize=4096)
def takeaways(note: str) -> tuple[Takeaway, ...]:
    """The takeaways of a note in their order. Frozen notes never change, so each is read once a process."""
    return parse_note(note).takeaways
