"""Checks of the letter as it would leave: its parts, its size, its way out, nothing left unfilled."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from newsroom.issues.checks.finding import LETTER, Finding, Renderings, place
from newsroom.issues.document import IssueDocument

# One large mailbox provider clips a letter of more than 102 kB; the decoded limit leaves room for wrapping.
MOST_DECODED_BYTES, MOST_ENCODED_BYTES = 90_000, 102_000
_TOKEN = re.compile(r"\{\{|\}\}|\{%|%\}|%%\w+%%")


def sizes(html: str) -> tuple[int, int]:
    """The bytes of the letter's HTML part as a mail program reads it, and encoded as it travels."""
    decoded = html.encode()
    return len(decoded), len(binascii.b2a_qp(decoded, istext=True))


def has_a_text_part(_document: IssueDocument, renderings: Renderings) -> Iterator[Finding]:
    """Some people read text only, and a letter without a text part looks like spam."""
    if not renderings.text.strip():
        yield Finding("blocker", "no-text-part", LETTER, "The letter has no text edition.")


def can_be_unsubscribed(_document: IssueDocument, renderings: Renderings) -> Iterator[Finding]:
    """Both parts show the way out."""
    for part, text in (("HTML", renderings.html), ("text", renderings.text)):
        if "unsubscribe" not in text.lower():
            yield Finding("blocker", "no-unsubscribe", LETTER, f"The {part} part has no way to unsubscribe.")


def is_small_enough(document: IssueDocument, renderings: Renderings) -> Iterator[Finding]:
    """A clipped letter hides its end, and with it the way to unsubscribe."""
    decoded, encoded = sizes(renderings.html)
    if decoded > MOST_DECODED_BYTES or encoded > MOST_ENCODED_BYTES:
        longest = sorted(document.sections, key=lambda section: -len(section.body) - len(section.note))[:2]
        names = " and ".join(place(section) for section in longest)
        yield Finding(
            "blocker",
            "too-large",
            LETTER,
            f"The letter has {decoded // 1000} kB and would be clipped at 90; shorten {names or 'it'}.",
        )


def has_no_token_left(_document: IssueDocument, renderings: Renderings) -> Iterator[Finding]:
    """A template's own signs are never meant for a reader."""
    for part, text in (("HTML", renderings.html), ("text", renderings.text)):
        found = _TOKEN.search(re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL))
        if found:
            yield Finding(
                "blocker", "unfilled-token", LETTER, f"The {part} part still contains “{found[0]}”."
            )
