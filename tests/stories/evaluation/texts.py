"""Reads the evaluation set: stories with their private passages marked in place."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CLASSES = (
    "email",
    "phone",
    "url",
    "card",
    "iban",
    "account",
    "date",
    "amount",
    "person",
    "company",
    "place",
    "street",
    "handle",
    "slogan",
)
_LABEL = re.compile(r"\[\[(?P<kind>[a-z]+):(?P<words>(?:(?!\]\]).)+)\]\]")


@dataclass(frozen=True)
class Label:
    """A marked passage: code points `start` up to `end` of the text without its marks."""

    start: int
    end: int
    kind: str
    words: str


@dataclass(frozen=True)
class Text:
    """One story of the set, and whether it is kept aside from tuning."""

    id: str
    verdict: str
    heldout: bool
    text: str
    labels: tuple[Label, ...]


@cache
def texts() -> tuple[Text, ...]:
    """The whole set, in the order of its files."""
    found: list[Text] = []
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for story in tomllib.loads(path.read_text(encoding="utf-8"))["story"]:
            plain, labels = without_marks(story["text"].strip())
            found.append(Text(story["id"], story["verdict"], story["heldout"], plain, labels))
    return tuple(found)


def tuning() -> tuple[Text, ...]:
    """What detectors may be tuned on."""
    return tuple(text for text in texts() if not text.heldout)


def kept_aside() -> tuple[Text, ...]:
    """What only the benchmark looks at."""
    return tuple(text for text in texts() if text.heldout)


def without_marks(marked: str) -> tuple[str, tuple[Label, ...]]:
    """A marked text as its author wrote it, and where its labels stand in that."""
    labels: list[Label] = []
    pieces: list[str] = []
    length = position = 0
    for match in _LABEL.finditer(marked):
        before = marked[position : match.start()]
        start = length + len(before)
        length = start + len(match["words"])
        pieces += (before, match["words"])
        labels.append(Label(start, length, match["kind"], match["words"]))
        position = match.end()
    return "".join((*pieces, marked[position:])), tuple(labels)
