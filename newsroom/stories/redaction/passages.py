"""What became of each find in print: still open, done, harmless, or named there with good reason.

Pure. It expects spans in order, and proposals and decisions as `cast` made them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from newsroom.stories.redaction.disguises import folded
from newsroom.stories.redaction.entities import Decision, Treatment, Verdict, lasting
from newsroom.stories.redaction.finds import Find
from newsroom.stories.redaction.remains import still_stands
from newsroom.stories.redaction.spans import Span
from newsroom.stories.redaction.suggestions import Company, Thing

PassageState = Literal["open", "done", "harmless", "named"]
"""Print may not have it and has it; it is out; an editor said that it is nothing; print may have it."""

OPTIONAL: frozenset[Thing] = frozenset({"date", "amount"})
"""Print may have these; they are offered because together with others they can give somebody away."""


@dataclass(frozen=True)
class Passage:
    """A passage of the original that seems private or gives somebody away, and what became of it."""

    start: int
    end: int
    words: str
    thing: Thing
    reason: str
    confidence: float
    entity: str
    proposed: Span | None
    state: PassageState


@dataclass(frozen=True)
class Judge:
    """What became of each find in the text that the spans give, by what was decided about its entity."""

    original: str
    spans: Sequence[Span]
    verdict: Verdict
    houses: Sequence[Company]
    decisions: Mapping[str, Decision]
    forms: Mapping[str, tuple[str, ...]]

    def passage(self, find: Find, key: str, proposed: Span | None) -> Passage:
        """The find with what is proposed for it and what became of it."""
        owner = key or (self._owner_of_slogan(find) if find.thing == "slogan" else "")
        if not key:
            proposed = Span(find.start, find.end, find.usual.kind, owner, find.usual.replacement)
        return Passage(
            find.start,
            find.end,
            find.words,
            find.thing,
            find.reason,
            find.confidence,
            owner,
            proposed,
            self._state(find, key, owner, proposed),
        )

    def _owner_of_slogan(self, find: Find) -> str:
        said = folded(find.words)
        for house in self.houses:
            if any(folded(slogan) == said for slogan in house.slogans):
                return lasting(f"company:{house.canonical}")
        return ""

    def _state(self, find: Find, key: str, owner: str, proposed: Span | None) -> PassageState:
        if find.is_harmless:
            return "harmless"
        if key and proposed is None:
            return "named"
        if find.thing == "slogan" and self._may_stand(owner):
            return "named"
        forms = self.forms.get(key, ()) if key else (find.words,)
        if still_stands(self.original, self.spans, find.start, find.end, find.thing, forms):
            return "named" if find.thing in OPTIONAL else "open"
        return "done"

    def _may_stand(self, owner: str) -> bool:
        """A slogan gives away whose it is, which only praise may."""
        decision = self.decisions.get(owner)
        return self.verdict == "up" if decision is None else decision.treatment is Treatment.NAMED


def apart(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """No proposal reaches into what was before it: the article that it would have taken along stays."""
    found: list[Passage] = []
    free_from = 0
    for passage in passages:
        proposed = passage.proposed
        if proposed and proposed.start < free_from:
            passage = replace(passage, proposed=replace(proposed, start=passage.start))  # noqa: PLW2901
        found.append(passage)
        free_from = max(passage.end, proposed.end if proposed else 0)
    return tuple(found)
