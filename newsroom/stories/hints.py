"""What in a text looks private: shown to its author on the check page, counted for lists, kept out of print.

Pure. These are the suggestions of the redaction desk (`suggestions`) that anybody understands without it:
people and how to reach them. A hint is a remark, never a gate, and it is sometimes wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from newsroom.stories.redaction.suggestions import Thing, suggest

REACHES: frozenset[Thing] = frozenset(
    {"email", "phone", "url", "card", "iban", "account", "handle", "street"}
)
"""By which somebody can be reached or found."""


@dataclass(frozen=True)
class Hint:
    """A passage (code points `start` up to `end`) and what kind of private thing it looks like."""

    start: int
    end: int
    kind: Thing
    words: str
    reason: str

    @property
    def sentence(self) -> str:
        """What to tell the person who wrote it."""
        return f"“{self.words}” {self.looks_like}"

    @property
    def looks_like(self) -> str:
        """The end of that sentence."""
        return "seems to name a person." if self.kind == "person" else f"{self.reason}."


# One page of the desk asks for the same few texts again and again.
@lru_cache(maxsize=16)
def hints_in(text: str) -> tuple[Hint, ...]:
    """Everything in a text that looks private, in its order; no two hints share a letter."""
    return tuple(
        Hint(one.start, one.end, one.kind_of_thing, one.words, one.reason)
        for one in suggest(text)
        if one.kind_of_thing == "person" or one.kind_of_thing in REACHES
    )
