"""How well suggestions meet the labels of the evaluation set.

A label is found when suggestions of its class cover every letter and figure of it: half a telephone number is
not redacted. A suggestion is right when it touches a label of its class. Classes are strict: a company that
is suggested as a person is a miss of the one and a mistake of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from newsroom.stories.redaction.suggestions import Suggestion
from tests.stories.evaluation.texts import CLASSES, Label, Text

CONTACT = ("email", "phone", "url", "card", "iban", "account")
NAMES = ("person", "company")


@dataclass
class Tally:
    """Counts of one class or of several together."""

    found: int = 0
    missed: list[tuple[str, Label]] = field(default_factory=list)
    right: int = 0
    wrong: list[tuple[str, Suggestion]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / (self.found + len(self.missed)) if self.found or self.missed else 1.0

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong)) if self.right or self.wrong else 1.0


def score(texts: Iterable[Text], suggest: Callable[[str], tuple[Suggestion, ...]]) -> dict[str, Tally]:
    """A tally for every class of the set."""
    tallies = {kind: Tally() for kind in CLASSES}
    for text in texts:
        suggestions = suggest(text.text)
        for label in text.labels:
            tally = tallies[label.kind]
            if _covers(text.text, suggestions, label):
                tally.found += 1
            else:
                tally.missed.append((text.id, label))
        for suggestion in suggestions:
            tally = tallies[suggestion.kind_of_thing]
            if any(_meet(suggestion, label) for label in text.labels):
                tally.right += 1
            else:
                tally.wrong.append((text.id, suggestion))
    return tallies


def together(tallies: dict[str, Tally], kinds: Iterable[str]) -> Tally:
    """Several classes as one."""
    whole = Tally()
    for kind in kinds:
        whole.found += tallies[kind].found
        whole.right += tallies[kind].right
        whole.missed += tallies[kind].missed
        whole.wrong += tallies[kind].wrong
    return whole


def _covers(text: str, suggestions: tuple[Suggestion, ...], label: Label) -> bool:
    covered = {
        place
        for suggestion in suggestions
        if suggestion.kind_of_thing == label.kind
        for place in range(suggestion.start, suggestion.end)
    }
    return all(place in covered for place in range(label.start, label.end) if text[place].isalnum())


def _meet(suggestion: Suggestion, label: Label) -> bool:
    return (
        suggestion.kind_of_thing == label.kind
        and suggestion.start < label.end
        and label.start < suggestion.end
    )
