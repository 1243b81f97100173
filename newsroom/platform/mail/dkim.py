"""DKIM signatures for finished messages: RFC 6376 relaxed/relaxed, by RSA and by Ed25519 (RFC 8463).

Pure: it reads no settings and no clock, looks nothing up in the DNS, and keeps nothing between two messages.
Each message is canonicalised whole, because that costs little beside the RSA operation
(`benchmarks/letter.py`), and what is not kept cannot be out of date.

It takes messages as `message` and `compiled` write them, every line ended by CRLF. It will not ask whether
the sender's domain is the one that signs.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

# A name listed once more than it stands in the message cannot be added on the way (RFC 6376 8.15): neither
# another subject or sender above ours, nor a copy to others, nor another way out (RFC 8058 4).
SEALED = (
    "from", "to", "cc", "reply-to", "subject", "date", "message-id", "mime-version", "content-type",
    "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
# These are covered where they stand, and may be added to: whoever hands letters on to a group puts list
# headers of their own above ours, and the letter should still be known as ours behind them (RFC 6376 5.4.1).
COVERED = (
    "sender", "content-transfer-encoding", "content-language", "list-id", "list-help", "list-archive",
    "list-owner", "list-post", "feedback-id", "precedence", "auto-submitted", "in-reply-to", "references",
)  # fmt: skip

_FIELD = "DKIM-Signature"
_WIDTH = 76
_SPACES = re.compile(rb"  +")


@dataclass(frozen=True)
class Key:
    """A private key: its algorithm as `a=` names it, its selector, and what signs bytes with it."""

    algorithm: str
    selector: str
    sign: Callable[[bytes], bytes]


def signatures(message: bytes, domain: str, keys: Sequence[Key], at: int) -> bytes:
    """The `DKIM-Signature` fields to put before a message, one a key, each with its CRLF.

    `domain` (an A-label) is `d=`; `at` is `t=`, in seconds since 1970.
    """
    head, _, body = message.partition(b"\r\n\r\n")
    header = canonical_fields(head)
    names = covered_names([name for name, _ in header])
    covered = _chosen(header, names)
    body_hash = base64.b64encode(sha256(canonical_body(body)).digest()).decode("ascii")
    return b"".join(_signature(key, domain, at, names, covered, body_hash) for key in keys)


def covered_names(present: Sequence[str]) -> list[str]:
    """The names for `h=`, given those that stand in a message, repetitions included."""
    counted = Counter(present)
    names = [name for name in SEALED for _ in range(counted[name] + 1)]
    return names + [name for name in COVERED for _ in range(counted[name])]


def canonical_fields(head: bytes) -> list[tuple[str, bytes]]:
    """The header fields as RFC 6376 3.4.2 (relaxed) hashes them, each with its name; without a final CRLF."""
    unfolded = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").replace(b"\t", b" ")
    found = []
    for line in unfolded.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            lowered = name.rstrip(b" ").lower()
            words = b" ".join([word for word in value.split(b" ") if word])
            # Names are ASCII; a byte that is none must not stop us, and is no name that we cover.
            found.append((lowered.decode("latin-1"), lowered + b":" + words))
    return found


def canonical_body(body: bytes) -> bytes:
    """The body as RFC 6376 3.4.4 (relaxed) hashes it; one without a word in it is empty."""
    if not body.endswith(b"\r\n"):
        # The mail server gets it so: the dot that ends a message stands on a line of its own.
        body += b"\r\n"
    if b"\t" in body:
        body = body.replace(b"\t", b" ")
    # Only where two stand together: they are rare, and each single space would be a piece of work.
    body = _SPACES.sub(b" ", body).replace(b" \r\n", b"\r\n")
    end = len(body)
    while body.endswith(b"\r\n", 0, end):
        end -= 2
    return body[: end + 2] if end else b""


def _chosen(header: Sequence[tuple[str, bytes]], names: Sequence[str]) -> bytes:
    """What `h=` names, in that order; of fields with one name the lowest comes first (RFC 6376 5.4.2)."""
    by_name: dict[str, list[bytes]] = {}
    for name, line in header:
        by_name.setdefault(name, []).append(line)
    lines = [by_name[name].pop() for name in names if by_name.get(name)]
    return b"".join(line + b"\r\n" for line in lines)


def _signature(key: Key, domain: str, at: int, names: Sequence[str], covered: bytes, body_hash: str) -> bytes:
    written = "\r\n ".join(
        [
            f"{_FIELD}: v=1; a={key.algorithm}; c=relaxed/relaxed; t={at};",
            f"d={domain};",
            f"s={key.selector};",
            *_wrapped_names(names),
            f"bh={body_hash};",
            "b=",
        ]
    ).encode("ascii")
    ((_, own_line),) = canonical_fields(written)
    value = base64.b64encode(key.sign(covered + own_line))
    room = _WIDTH - len("b=")
    lines = [value[:room], *(value[at : at + _WIDTH] for at in range(room, len(value), _WIDTH))]
    return written + b"\r\n ".join(lines) + b"\r\n"


def _wrapped_names(names: Sequence[str]) -> list[str]:
    lines, line = [], "h="
    for position, name in enumerate(names, start=1):
        piece = name + (";" if position == len(names) else ":")
        if len(line) + len(piece) > _WIDTH:
            lines.append(line)
            line = ""
        line += piece
    return [*lines, line]
