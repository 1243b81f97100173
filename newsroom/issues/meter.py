"""How long an issue is and what it leans to: words, minutes, the letter's size against its limits, thumbs.

Pure. It judges nothing: pre-flight says what is too large to be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from newsroom.issues import kinds
from newsroom.issues.checks.letter import MOST_DECODED_BYTES, MOST_ENCODED_BYTES, sizes
from newsroom.issues.document import IssueDocument
from newsroom.platform.text import word_count

WORDS_A_MINUTE = 230


@dataclass(frozen=True)
class Meter:
    """What is measured of an issue; sizes are in bytes."""

    words: int
    decoded: int
    encoded: int
    up: int
    down: int

    @property
    def minutes(self) -> int:
        """How long somebody reads it."""
        return max(1, round(self.words / WORDS_A_MINUTE)) if self.words else 0

    @property
    def is_clipped(self) -> bool:
        """Whether a large mailbox provider would cut its end off, and with it the way to unsubscribe."""
        return self.decoded > MOST_DECODED_BYTES or self.encoded > MOST_ENCODED_BYTES

    @property
    def balance(self) -> str:
        """What the thumbs lean to, in words."""
        if not (self.up or self.down):
            return "no thumbs yet"
        if self.up == self.down:
            return "in balance"
        return "more praise" if self.up > self.down else "more complaints"

    @property
    def warning(self) -> str:
        """What has to be heard at once; empty while all is well."""
        if not self.is_clipped:
            return ""
        return "The letter is too large: mail programs would cut its end off. Shorten it."

    def shown(self) -> Mapping[str, str]:
        """Each number as it stands on the page, by its name there."""
        return {
            "words": f"{self.words:,}",
            "minutes": str(self.minutes),
            "decoded": _kilobytes(self.decoded),
            "encoded": _kilobytes(self.encoded),
            "thumbs": f"{self.up} / {self.down}",
            "balance": self.balance,
            "warning": self.warning,
        }


def measured(document: IssueDocument, html: str) -> Meter:
    """The meter of a document and of the HTML part that was made from it."""
    # A place that waits for a story praises and blames nobody yet.
    told = [section for section in document.sections if section.title or section.body]
    verdicts = [kinds.kind_of(section.kind).verdict for section in told]
    decoded, encoded = sizes(html)
    words = sum(_words(section.title, section.body, section.note) for section in document.sections)
    return Meter(words, decoded, encoded, verdicts.count("up"), verdicts.count("down"))


@lru_cache(maxsize=512)
def _words(*texts: str) -> int:
    """By content: while somebody types in one section, the others say what they said."""
    return sum(map(word_count, texts))


def _kilobytes(size: int) -> str:
    return str(round(size / 1000))
