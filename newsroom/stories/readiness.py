"""Whether a story may be printed: what has to be there, and whether its author agreed to these words.

Pure. It gathers nothing (`queries.readiness` does) and changes no state (`rules` says what may happen).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from newsroom.platform.text import clean_line
from newsroom.stories import hints
from newsroom.stories.consent import naming_problems, own_words_problem
from newsroom.stories.guidance import quotation_problems
from newsroom.stories.redaction import checklist
from newsroom.stories.redaction.cast import Withheld
from newsroom.stories.rules import CRITICALITY, SECOND_EDITOR_FROM

# What a typesetter may change without asking: the shape of quotation marks, dashes, points and spaces.
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("‘’‚‛‹›`´", "'"),
        **dict.fromkeys("–—―‒‐‑−", "-"),
        "…": "...",
        "\u00ad": "",
        "\u200b": "",
        "\u2060": "",
        "\ufeff": "",
    }
)


def signed_words(title: str, text: str, attribution: str) -> str:
    """The fingerprint of the words that an author agrees to, typography aside: SHA-256 in hexadecimal.

    Quotation marks, dashes, ellipses, spaces and line breaks may change without asking again; letters,
    capitals, figures and every other sign may not. The Editor’s note is the desk’s own and not part of it.
    """
    return _fingerprint(title, text, attribution)


def redacted_words(title: str, text: str, attribution: str, note: str) -> str:
    """The same of all that somebody at the desk signs for, with the Editor’s note."""
    return _fingerprint(title, text, attribution, note)


def _fingerprint(*parts: str) -> str:
    return sha256("\n".join(_plain(part) for part in parts).encode()).hexdigest()


def are_same_words(one: str, other: str) -> bool:
    """Whether two texts are the same words, typography aside, so that a yes to one is a yes to the other."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY)
    return clean_line(re.sub(r"\s*-+\s*|\s+", lambda found: "-" if "-" in found[0] else " ", composed))


@dataclass(frozen=True)
class Readiness:
    """What the decision whether a story is ready rests on."""

    title: str
    original: str
    text: str
    note: str
    attribution: str
    consent_level: int | None
    wants_preview: bool
    on_hold: bool
    criticality: int
    name: str = ""
    town: str = ""
    # Whether the person who marks it ready is another one than the last who edited it.
    second_editor: bool = False
    # Whether the author agreed to these very words, typography aside.
    signed_off: bool = False
    # Whether somebody signed the redaction checklist for these very words, what is open all the same, and
    # what print must not say. A manuscript has nobody's original behind it, and no checklist.
    is_redacted: bool = True
    open_passages: int = 0
    kept_out: tuple[Withheld, ...] = ()

    @property
    def words(self) -> checklist.Words:
        """What would be printed."""
        return checklist.Words(self.title, self.text, self.attribution, self.note)


Sort = Literal["hold", "words", "agreement", "consent", "private", "redaction", "signature", "second editor"]
"""What a problem is about: the story waits; words are missing, or quote what was taken out; its author has
not agreed; the consent does not cover it; somebody could be reached; the redaction desk has something left to
do; nobody signed; somebody else has to look."""

_ON_THE_CHECKLIST: frozenset[Sort] = frozenset({"private", "redaction", "signature"})
# What stands in the way of print and in nobody's way who would sign.
_BESIDE_A_SIGNATURE: frozenset[Sort] = frozenset({"hold", "agreement", "second editor"})


@dataclass(frozen=True)
class Problem:
    """One reason why a story is not ready."""

    sort: Sort
    sentence: str


@dataclass(frozen=True)
class Problems:
    """Everything that stands between a story and print, and the names that it was found by."""

    found: tuple[Problem, ...]
    # All names in the story's own renderings, also the short and ordinary ones, which are no problem.
    leaks: tuple[checklist.OwnLeak, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Why the story is not ready; empty when it is."""
        return tuple(one.sentence for one in self.found)

    @property
    def beside_the_checklist(self) -> tuple[str, ...]:
        """The same without what the redaction checklist says already."""
        return tuple(one.sentence for one in self.found if one.sort not in _ON_THE_CHECKLIST)

    @property
    def are_on_the_checklist(self) -> bool:
        """Whether the redaction checklist says any of it."""
        return any(one.sort in _ON_THE_CHECKLIST for one in self.found)

    @property
    def wait_for_a_signature(self) -> bool:
        """Whether the redaction checklist is all that the desk has left to do, beside its author's word."""
        left = {one.sort for one in self.found} - _BESIDE_A_SIGNATURE
        return left == {"signature"}


def problems_of(facts: Readiness) -> Problems:
    """Why a story is not ready, in the order in which it is told.

    Silence never means yes: who asked to see the edited version has to have agreed to these very words.
    """
    leaks = checklist.own_leaks(facts.kept_out, facts.words)
    return Problems(tuple(_problems(facts, leaks)), leaks)


def readiness_problems(facts: Readiness) -> tuple[str, ...]:
    """The same, a sentence each."""
    return problems_of(facts).sentences


def _problems(facts: Readiness, leaks: tuple[checklist.OwnLeak, ...]) -> Iterator[Problem]:
    if facts.on_hold:
        yield Problem("hold", "The story is on hold; take it off hold first.")
    yield from (Problem("words", sentence) for sentence in _missing_words(facts))
    if facts.wants_preview and not facts.signed_off:
        yield Problem(
            "agreement", "Its author is to see the edited version first, and has not agreed to these words."
        )
    yield from (Problem("consent", sentence) for sentence in consent_problems(facts))
    yield from (Problem("private", sentence) for sentence in private_problems(facts))
    quoted = quotation_problems(facts.note, facts.title, facts.text, facts.original)
    yield from (Problem("words", sentence) for sentence in quoted)
    yield from (Problem("redaction", sentence) for sentence in _left_to_redact(facts, leaks))
    if not facts.is_redacted:
        yield Problem("signature", "Nobody has signed the redaction checklist for these words.")
    if facts.criticality >= SECOND_EDITOR_FROM and not facts.second_editor:
        yield Problem(
            "second editor",
            f"Criticality {facts.criticality} ({CRITICALITY[facts.criticality]}) takes two pairs of eyes: "
            "somebody else than its last editor has to say that it is ready.",
        )


def _missing_words(facts: Readiness) -> Iterator[str]:
    if not facts.title.strip():
        yield "The story has no title."
    if not facts.text.strip():
        yield "There is no text left to print."
    if not facts.note.strip():
        yield "There is no Editor’s note yet; say what the story teaches."


def _left_to_redact(facts: Readiness, leaks: tuple[checklist.OwnLeak, ...]) -> Iterator[str]:
    if facts.open_passages:
        one = facts.open_passages == 1
        stand = "1 passage still stands" if one else f"{facts.open_passages} passages still stand"
        yield f"{stand} in the text that may not be printed."
    yield from dict.fromkeys(one.sentence for one in checklist.blocking(leaks))


_NEVER_PRINTED = frozenset({"email", "phone", "card", "iban", "account"})
# Three digits with a letter or two are more often a model, a road or a room.
_DIGITS_OF_A_NUMBER = 4


def private_problems(facts: Readiness) -> list[str]:
    """Where an address, a telephone number or an account number would be printed, a sentence each."""
    places = {
        "title": facts.title,
        "text": facts.text,
        "Editor’s note": facts.note,
        "attribution": facts.attribution,
    }
    return [
        f"In the {place}, {hint.sentence.removesuffix('.')}; nothing like that is printed, so take it out."
        for place, words in places.items()
        for hint in dict.fromkeys(hints.hints_in(words))
        if _is_never_printed(hint)
    ]


def _is_never_printed(hint: hints.Hint) -> bool:
    digits = sum(sign.isdigit() for sign in hint.words)
    return hint.kind in _NEVER_PRINTED and (hint.kind != "account" or digits >= _DIGITS_OF_A_NUMBER)


def consent_problems(facts: Readiness) -> list[str]:
    """Where what would be printed says more than the author allows, a sentence each."""
    if facts.consent_level is None:
        return ["There is no live consent of its author."]
    if facts.consent_level == 0:
        return ["Its author allowed only editors to read it; it cannot be printed."]
    problems = naming_problems(
        facts.consent_level,
        name=facts.name,
        town=facts.town,
        attribution=facts.attribution,
        printed=f"{facts.title}\n{facts.text}\n{facts.note}",
    )
    if facts.consent_level == 1:
        problems += own_words_problem(facts.original, facts.text)
    return problems
