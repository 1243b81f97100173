"""Checks of the letter as it would leave: its parts, its size, its way out, nothing left unfilled."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.issues.checks.finding import LETTER, Finding, Renderings, in_section
from newsroom.issues.document import IssueDocument
from newsroom.issues.openings import left_out
from newsroom.issues.parts import parts_of
from newsroom.platform.mail.message import entity

# One large mailbox provider clips a letter of more than 102 kB; the decoded limit leaves room for wrapping.
MOST_DECODED_BYTES, MOST_ENCODED_BYTES = 90_000, 102_000
# An opening that saves fewer bytes than these would only cost the reader a click.
LEAST_SAVING = 1_000
# Those of templates, and the letter's own places for what differs by reader (`platform.mail.compiled.slot`).
_TOKEN = re.compile(r"\{\{|\}\}|\{%|%\}|%%\w+%%|zqSLOT[a-z]+0*QZ")


def sizes(html: str) -> tuple[int, int]:
    """The bytes of the letter's HTML part as a mail program reads it, and encoded as it travels.

    It is encoded by the function that writes the message, in quoted-printable or base64.
    """
    return len(html.encode()), len(entity("html", html))


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
    """A clipped letter hides its end, and with it the way to unsubscribe.

    The letter is one finding, and each section that has to give something is another, with its weight.
    """
    decoded, encoded = sizes(renderings.html)
    excess = excess_of(decoded, encoded)
    if not excess:
        return
    found = list(_too_heavy(document, renderings, decoded, excess))
    what = (
        "the sections that are named with their weight, or print only their opening"
        if found
        else "it, or divide it in two issues"
    )
    yield Finding(
        "blocker",
        "too-large",
        LETTER,
        f"The letter has {decoded:,} bytes, {encoded:,} as it is sent, and mail programs would cut its end "
        f"off beyond {MOST_DECODED_BYTES:,} and {MOST_ENCODED_BYTES:,}. It must lose {excess:,}: "
        f"shorten {what}.",
    )
    yield from found


def excess_of(decoded: int, encoded: int) -> int:
    """How many decoded bytes a letter of these sizes must lose; 0 for one that is small enough."""
    over = encoded - MOST_ENCODED_BYTES
    # As many bytes as become the surplus by being encoded, rounded up.
    encoded_too_large = -(-over * decoded // encoded) if over > 0 else 0
    return max(decoded - MOST_DECODED_BYTES, encoded_too_large, 0)


def _too_heavy(
    document: IssueDocument, renderings: Renderings, decoded: int, excess: int
) -> Iterator[Finding]:
    """The heaviest sections, until their openings alone would make up for what is too much."""
    parts = zip(parts_of(document), renderings.weights, strict=True)
    by_weight = sorted(parts, key=lambda pair: pair[1], reverse=True)
    for part, weight in by_weight:
        saving = 0 if part.section.value("letter") else int(weight * left_out(part))
        if excess <= 0:
            return
        if saving < LEAST_SAVING:
            continue
        excess -= saving
        yield in_section(
            part.section,
            "too-large",
            f"This section has {weight:,} of the letter’s {decoded:,} bytes, {weight / decoded:.0%}. "
            "Shorten it, or let the letter print its opening and lead to the whole on the web.",
            "letter",
        )


def has_no_token_left(_document: IssueDocument, renderings: Renderings) -> Iterator[Finding]:
    """A template's own signs are never meant for a reader."""
    for part, text in (("HTML", renderings.html), ("text", renderings.text)):
        found = _TOKEN.search(re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL))
        if found:
            yield Finding(
                "blocker", "unfilled-token", LETTER, f"The {part} part still contains “{found[0]}”."
            )
