"""What the author of a story may allow, in which words, and whether a printed text keeps to it.

Pure. What the levels mean lives here; how they are worded is the publication's standing block `consent`,
whose version is recorded with every consent. It stores nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsroom.platform.text import words_in

DEFAULT_LEVEL = 2
# A summary is in other words than the author's. A date and a shop's full name make a run of seven.
_LONGEST_RUN = 8


@dataclass(frozen=True)
class Level:
    """One answer to “What may we do with your story?”, as its author reads it."""

    number: int
    label: str
    sentence: str


LEVELS = (
    Level(0, "Editors only", "You may read my story and learn from it. Print nothing of it."),
    Level(
        1,
        "You may summarise",
        "You may describe what happened in your own words. Do not quote me or name me.",
    ),
    Level(
        2,
        "Edited and anonymous",
        "You may edit my story and print it without my name, my town or anything else that points to me.",
    ),
    Level(3, "First name and town", "You may edit my story and print it with my first name and my town."),
    Level(4, "Full name", "You may edit my story and print it with my full name."),
)
"""The levels as they are worded where the publication's own block does not word all five of them."""

_PRINTED = (
    "",
    "Told in our own words, with its author’s consent and without names",
    "Printed with its author’s consent, edited and without names",
    "Printed with its author’s consent, edited, with first name and town",
    "Printed with its author’s consent, edited, under the author’s own name",
)

DECLARATION = (
    "By sending this I say that it happened to me, or to somebody who agreed to my telling it; "
    "that it is true as I remember it; and that nobody paid me for it."
)


_WORDED_LEVEL = re.compile(
    r"^- \*\*(?P<number>[0-4])\. (?P<label>[^*\n]+?)\.?\*\* (?P<sentence>[^\n]+)$", re.MULTILINE
)


@dataclass(frozen=True)
class Wording:
    """What an author reads before choosing: the five levels, and the terms that hold for all of them."""

    levels: tuple[Level, ...]
    terms: str
    version: int

    def record(self, level: int) -> str:
        """What goes into the record: everything that was read, and what was chosen."""
        offered = "\n".join(f"{one.number}. {one.label}: {one.sentence}" for one in self.levels)
        chosen = f"Chosen: {level}. {self.levels[level].label}"
        return "\n\n".join(part for part in (offered, self.terms, DECLARATION, chosen) if part)


def wording(body: str = "", version: int = 0) -> Wording:
    """The wording that the body of the standing block `consent` gives, at its version.

    List items such as `- **2. Edited and anonymous.** You may …` word the levels; the other paragraphs are
    the terms. A block that does not word all five once leaves the levels as they are here.
    """
    found = list(_WORDED_LEVEL.finditer(body))
    worded = {int(item["number"]): item for item in found}
    if len(found) != len(LEVELS) or len(worded) != len(LEVELS):
        return Wording(LEVELS, body.strip(), version)
    levels = tuple(
        Level(number, worded[number]["label"], worded[number]["sentence"]) for number in sorted(worded)
    )
    terms = re.sub(r"\n{3,}", "\n\n", _WORDED_LEVEL.sub("", body)).strip()
    return Wording(levels, terms, version)


def printed_line(level: int) -> str:
    """The sentence below a reader's story in print; empty at the level that allows no print."""
    return _PRINTED[level]


def names_allowed(level: int | None, name: str, town: str) -> str:
    """The words about its author that a level lets print say: the first name and the town, or all of both."""
    if level is None or level < 3:
        return ""
    return f"{name if level >= 4 else name.split(' ', maxsplit=1)[0]} {town}"


def naming_problems(level: int, *, name: str, town: str, attribution: str, printed: str) -> list[str]:
    """Where a text says more about its author than this level allows, a sentence each.

    In the attribution every part of the name counts; in the running text only the full name does, because a
    first name alone may well be somebody else's.
    """
    problems = []
    parts = words_in(_folded(name))
    if level < 4 and len(parts) > 1 and _holds(printed, name):
        problems.append("The author’s full name stands in the text; the consent does not cover it.")
    allowed = set(words_in(_folded(town))) if level >= 3 else set()
    if level >= 3:
        allowed.update(parts if level >= 4 else parts[:1])
    told = set(words_in(_folded(attribution)))
    if told & (set(parts) - allowed):
        problems.append(
            f"The attribution names its author further than the consent goes (“{LEVELS[level].label}”)."
        )
    if level < 3 and town and _holds(attribution, town):
        problems.append("The attribution gives the author’s town; the consent does not cover it.")
    return problems


def own_words_problem(original: str, text: str) -> list[str]:
    """A sentence when a text that may only sum up a story still speaks in its author's words."""
    theirs = set(_runs(words_in(original.casefold())))
    run = next((run for run in _runs(words_in(text.casefold())) if run in theirs), None)
    if run is None:
        return []
    words = " ".join(run)
    return [f"Its author allowed a summary in our own words only, and this is still theirs: “{words} …”."]


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every run of as many words as nobody hits upon by chance. One for each word, so that even a text of one
    word repeated is soon compared."""
    for start in range(len(words) - _LONGEST_RUN + 1):
        yield tuple(words[start : start + _LONGEST_RUN])


def _holds(text: str, phrase: str) -> bool:
    wanted = " ".join(words_in(_folded(phrase)))
    found = " ".join(words_in(_folded(text)))
    return bool(wanted) and re.search(rf"(?<!\S){re.escape(wanted)}(?!\S)", found) is not None


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
