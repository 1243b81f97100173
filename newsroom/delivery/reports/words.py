"""Bounces in plain words, as servers write them that know no RFC 3464: read with flufl.bounce. Pure.

Its patterns tell that a letter failed, not why, and they were written for mail that is well meant: they are
given a small part of a message, in short lines. The reason is looked for in the words; a failure whose words
hold no status is soft.
"""

from __future__ import annotations

import logging
import re
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from newsroom.delivery import judging
from newsroom.delivery.reports.notification import STATUS
from newsroom.delivery.reports.said import Report, field
from newsroom.delivery.reports.whose import Whose

# It logs each pattern that it tries, and each that stumbles, before it raises.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

_LONGEST = 32_000
"""Bytes: a bounce says what it has to say at its beginning."""
_LONGEST_LINE = 320
"""Bytes: some patterns take the square of a line's length. An address and a remark have room."""
_LONGEST_DIAGNOSTIC = 300
# What a server said, in the line of its reply (RFC 5321 4.2) or, as qmail does, in brackets at its end.
_REPLY = re.compile(r"(?<!\d)[45]\d\d[ -]|\(#[45]\.")


def read(message: Message, data: bytes, whose: Whose) -> Report | None:
    """What the words report; None where they say nothing of a failure."""
    beginning = b"\n".join(line[:_LONGEST_LINE] for line in data[:_LONGEST].splitlines())
    temporary, permanent = _failures(message_from_bytes(beginning))
    if not temporary and not permanent:
        return None
    status, diagnostic = _reason(beginning.decode("utf-8", "replace"))
    status = status or ("5.0.0" if permanent else "4.0.0")
    return Report(
        whose.sent_to(message),
        judging.kind_of(status, is_final=bool(permanent)),
        status,
        diagnostic[:_LONGEST_DIAGNOSTIC],
        "words",
    )


def _failures(message: Message) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Who is said to have failed for now, and for good."""
    # Some patterns ask whose message it is, and stumble where it does not say or says it in odd bytes.
    sender = field(message, "From") or "nobody@sender.invalid"
    del message["From"]
    message["From"] = sender
    try:
        temporary, permanent = all_failures(message)
    except Exception:
        # They were written for what servers send; what makes them stumble says nothing that we could use.
        return frozenset(), frozenset()
    return frozenset(temporary), frozenset(permanent)


def _reason(text: str) -> tuple[str, str]:
    """The first enhanced status in the body, and its line; else the first line that looks like a reply."""
    body = text.partition("\n\n")[2].splitlines()
    for line in body:
        found = STATUS.search(line)
        if found and _REPLY.search(line):
            return found[0], " ".join(line.split())
    return "", next((" ".join(line.split()) for line in body if _REPLY.search(line)), "")
