"""Write one e-mail message as bytes, by the letter of the standards.

Pure: no Flask, database, network or clock, and the same parts always give the same bytes.  The standard
library's writer is not used, because in Python 3.11 it folds a long List-Unsubscribe address into
encoded-words (cpython #85725) and writes quoted-printable lines longer than RFC 2045 allows.

What it guarantees: CRLF line ends only; header lines folded at 78 columns where that is possible and never
beyond 998; addresses and list headers never broken nor encoded; body lines of at most 76 characters; every
header once.  What it refuses, it refuses with an exception before a byte is written: a control character in
a header (`HeaderInjection`), an address that is none (`BadAddress`), anything else (`Unsendable`).

It will not render templates, invent a Message-ID or a date, sign, or send.
"""

from __future__ import annotations

import base64
import binascii
import enum
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

import idna

FOLD_AT = 78
"""RFC 5322 2.1.1: a line should be no longer than this, without its CRLF."""
LONGEST_LINE = 998
"""RFC 5322 2.1.1: a line must be no longer than this, without its CRLF."""
ENCODED_WORD_LIMIT = 75
"""RFC 2047 2: an encoded-word is no longer than this, delimiters included."""

_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BODY_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_WAYS_OUT = re.compile(r"<https?://[!-;=?-~]+>(?:, <mailto:[!-;=?-~]+>)?|<mailto:[!-;=?-~]+>")
_LIST_ID = re.compile(r"[A-Za-z0-9_.-]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+")
_DOT_ATOM = re.compile(r"[^\s()<>\[\]:;@\\,\".\x00-\x20\x7f]+(?:\.[^\s()<>\[\]:;@\\,\".\x00-\x20\x7f]+)*")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])*"')
# How each byte is written in an encoded-word's Q encoding (RFC 2047 4.2, in the alphabet of 5 (3)).
_QUOTED = tuple(
    "_" if byte == 0x20 else chr(byte) if re.match(r"[A-Za-z0-9!*+/-]", chr(byte)) else f"={byte:02X}"
    for byte in range(256)
)
_COSTS = bytes(len(each) for each in _QUOTED)
_AROUND_A_WORD = len("=?utf-8?q??=")

_WRITTEN_BY_BUILD = frozenset(
    {
        "from", "to", "subject", "date", "message-id", "reply-to", "mime-version", "content-type",
        "content-transfer-encoding", "content-disposition", "list-unsubscribe", "list-unsubscribe-post",
        "list-id", "precedence", "auto-submitted", "content-language",
    }
)  # fmt: skip
_NEVER_ALLOWED = frozenset(
    {"bcc", "cc", "sender", "return-path", "received", "resent-to", "resent-cc", "resent-bcc"}
)
_READ_BY_MACHINES = frozenset(
    {"feedback-id", "references", "in-reply-to", "precedence", "auto-submitted", "content-language"}
)
_NEVER_FOLDED_AFTER_COLON = frozenset({"from", "to", "cc", "reply-to", "message-id", "date", "subject"})


class Unsendable(ValueError):
    """The parts cannot be written as a message; the text says which part and why."""


class HeaderInjection(Unsendable):
    """A header value carries a line end or another control character."""


class BadAddress(Unsendable):
    """An address is not one that can stand in a header or an envelope."""


class Kind(enum.Enum):
    """How the value of a header is written."""

    MAILBOXES = "mailboxes"
    """Names and addresses: names may become encoded-words, addresses never change or break."""
    TEXT = "text"
    """Words for people: folded at spaces, encoded-words where they are needed."""
    TOKENS = "tokens"
    """Values for machines: folded at spaces only, never encoded; ASCII or an error."""


@dataclass(frozen=True)
class Mailbox:
    """An address with the name that is shown for it (which may be empty)."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Field:
    """One header before it is written.  `value` is a tuple of mailboxes for `Kind.MAILBOXES`."""

    name: str
    value: str | tuple[Mailbox, ...]
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class MessageParts:
    """Everything a message says.

    `date` is aware; `message_id` is written with its angle brackets; `list_unsubscribe` is one web address
    (RFC 8058), `list_unsubscribe_mailto` a `mailto:` address beside it.  `list_id` is the identifier without
    brackets (RFC 2919) and `list_name` the words before it.  `headers` holds further ones (List-Help,
    Feedback-ID …), never one that a field above stands for.  `html` may be absent: a text-only message.
    """

    sender: Mailbox
    to: Mailbox
    subject: str
    text: str
    message_id: str
    date: datetime
    html: str | None = None
    reply_to: Mailbox | None = None
    list_unsubscribe: str | None = None
    list_unsubscribe_mailto: str | None = None
    list_id: str | None = None
    list_name: str = ""
    precedence: str | None = None
    auto_submitted: str | None = None
    language: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def build(parts: MessageParts) -> bytes:
    """Give the whole message, headers first, every line ended by CRLF; raise `Unsendable` and kin."""
    head = b"".join(write_field(each) for each in fields(parts)) + b"MIME-Version: 1.0\r\n"
    plain = entity("plain", parts.text)
    if parts.html is None:
        return head + plain
    return head + multipart("alternative", boundary(parts), [plain, entity("html", parts.html)])


def multipart(subtype: str, limit: str, entities: Sequence[bytes]) -> bytes:
    """Join finished entities, in this order, to one multipart entity with its Content-Type."""
    opening = b"\r\n--" + limit.encode("ascii")
    joined = b"".join(opening + b"\r\n" + each for each in entities)
    return multipart_head(subtype, limit) + joined.removeprefix(b"\r\n") + opening + b"--\r\n"


def multipart_head(subtype: str, limit: str) -> bytes:
    """Give the Content-Type of a multipart entity and the empty line that ends its headers."""
    return f'Content-Type: multipart/{subtype};\r\n boundary="{limit}"\r\n\r\n'.encode("ascii")


def boundary(parts: MessageParts) -> str:
    """Give a boundary that no body line can hold and that does not depend on the recipient.

    It begins with `=_`, which neither quoted-printable nor base64 can produce (RFC 2045 6.7, 6.8), so no
    search through the bodies is needed.
    """
    seed = f"{parts.sender.address}|{parts.date.isoformat()}".encode()
    return "=_" + hashlib.sha256(seed).hexdigest()[:24]


def fields(parts: MessageParts) -> list[Field]:
    """Give the headers in the order they are written, without the MIME ones."""
    found = [
        Field("From", (parts.sender,), Kind.MAILBOXES),
        Field("To", (parts.to,), Kind.MAILBOXES),
    ]
    if parts.reply_to is not None:
        found.append(Field("Reply-To", (parts.reply_to,), Kind.MAILBOXES))
    found += [
        Field("Subject", parts.subject, Kind.TEXT),
        Field("Date", rfc5322_date(parts.date), Kind.TOKENS),
        Field("Message-ID", parts.message_id, Kind.TOKENS),
    ]
    found += _list_fields(parts)
    for name, value in (
        ("Precedence", parts.precedence),
        ("Auto-Submitted", parts.auto_submitted),
        ("Content-Language", parts.language),
    ):
        if value is not None:
            found.append(Field(name, value, Kind.TOKENS))
    return found + _further_fields(parts.headers)


def _list_fields(parts: MessageParts) -> list[Field]:
    found = []
    if parts.list_id is not None:
        if not _LIST_ID.fullmatch(parts.list_id):
            raise Unsendable(f"“{parts.list_id}” is not a list identifier (RFC 2919).")
        phrase = [*_phrase(clean_value("List-Id", parts.list_name), len("List-Id: ")), f"<{parts.list_id}>"]
        found.append(Field("List-Id", " ".join(phrase), Kind.TOKENS))
    ways = [way for way in (parts.list_unsubscribe, parts.list_unsubscribe_mailto) if way is not None]
    if ways:
        found.append(Field("List-Unsubscribe", ", ".join(f"<{way}>" for way in ways), Kind.TOKENS))
    if parts.list_unsubscribe is not None:
        found.append(Field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click", Kind.TOKENS))
    return found


def _further_fields(headers: Mapping[str, str]) -> list[Field]:
    found, seen = [], set()
    for name, value in headers.items():
        key = name.lower()
        if key in _WRITTEN_BY_BUILD or key in _NEVER_ALLOWED or key.startswith("content-") or key in seen:
            raise Unsendable(f"The header {name!r} may not be given here: it has its own field, or none.")
        seen.add(key)
        found.append(Field(name, value, kind_of(name)))
    return found


def kind_of(name: str) -> Kind:
    """Say how a further header is written: machine-read ones are never encoded."""
    lowered = name.lower()
    return Kind.TOKENS if lowered.startswith("list-") or lowered in _READ_BY_MACHINES else Kind.TEXT


def write_field(header: Field) -> bytes:
    """Write one header with its CRLF.  Local parts beyond ASCII stay as UTF-8 (RFC 6532)."""
    if not _FIELD_NAME.fullmatch(header.name):
        raise HeaderInjection(f"{header.name!r} is not a header name.")
    if isinstance(header.value, tuple):
        return _fold(header.name, _mailbox_tokens(header.name, header.value))
    value = clean_value(header.name, header.value)
    if header.kind is Kind.TOKENS:
        return _fold(header.name, _machine_tokens(header.name, value))
    return _fold(header.name, _text_tokens(header.name, value))


def clean_value(name: str, value: str) -> str:
    """Give a header value on one line with single spaces, or raise `HeaderInjection`.

    Control characters are refused rather than removed: whoever puts one here has skipped the cleaning that
    belongs to the door, and a silent repair would hide it.
    """
    found = _CONTROLS.search(value)
    if found:
        raise HeaderInjection(f"{name} holds the control character U+{ord(found[0]):04X}.")
    return re.sub(r"[ \t]+", " ", value).strip(" ")


def _machine_tokens(name: str, value: str) -> list[str]:
    if not value.isascii():
        raise Unsendable(f"{name} may hold ASCII only.")
    lowered = name.lower()
    if lowered == "message-id" and not _MESSAGE_ID.fullmatch(value):
        raise Unsendable(f"{value!r} is not a Message-ID (RFC 5322 3.6.4).")
    if lowered == "list-unsubscribe" and not _WAYS_OUT.fullmatch(value):
        raise Unsendable(
            f"{value!r} is not one web address, or e-mail address, by which one can unsubscribe."
        )
    return value.split(" ")


def _text_tokens(name: str, value: str) -> list[str]:
    words = value.split(" ")
    plain = value.isascii() and "=?" not in value and all(len(word) < FOLD_AT - 1 for word in words)
    if plain and len(name) + 2 + len(words[0]) <= FOLD_AT:
        return words
    return encoded_words(value, len(name) + 2)


def _mailbox_tokens(name: str, mailboxes: Iterable[Mailbox]) -> list[str]:
    tokens: list[str] = []
    used = len(name) + 2
    for mailbox in mailboxes:
        if tokens:
            tokens[-1] += ","
        address = wire_address(mailbox.address)
        shown = clean_value(name, mailbox.name)
        tokens += [*_phrase(shown, used), f"<{address}>"] if shown else [address]
        used = 1
    return tokens


def _phrase(name: str, used: int) -> list[str]:
    """Write a display name as atoms, a quoted string or encoded-words, whichever is the plainest."""
    if not name:
        return []
    words = name.split(" ")
    if name.isascii() and "=?" not in name and all(len(word) < 60 for word in words):
        if _ATOMS.fullmatch(name):
            return words
        quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if used + len(quoted) <= FOLD_AT:
            return [quoted]
    return encoded_words(name, used)


def encoded_words(text: str, used: int = 1) -> list[str]:
    """Give `text` as RFC 2047 words in UTF-8, none splitting a character; `used` columns stand before them.

    The alphabet is the one allowed in a phrase, which is allowed everywhere else too.
    """
    raw = text.encode("utf-8")
    as_quoted = sum(raw.translate(_COSTS)) <= -(-len(raw) // 3) * 4
    room = min(ENCODED_WORD_LIMIT, FOLD_AT - used) - _AROUND_A_WORD
    words, chunk, size = [], b"", 0
    for character in text:
        each = character.encode("utf-8")
        length = sum(each.translate(_COSTS)) if as_quoted else len(each)
        if chunk and size + length > (room if as_quoted else room // 4 * 3):
            words.append(_encoded_word(chunk, as_quoted))
            chunk, size, room = b"", 0, ENCODED_WORD_LIMIT - _AROUND_A_WORD
        chunk += each
        size += length
    return [*words, _encoded_word(chunk, as_quoted)] if chunk else words


def _encoded_word(raw: bytes, as_quoted: bool) -> str:
    if as_quoted:
        return f"=?utf-8?q?{''.join(_QUOTED[byte] for byte in raw)}?="
    return f"=?utf-8?b?{base64.b64encode(raw).decode('ascii')}?="


def _fold(name: str, tokens: list[str]) -> bytes:
    """Set the tokens on lines of at most 78 columns; a token longer than that keeps a line of its own."""
    lines, line = [], name + ":"
    for token in tokens:
        fits = len(line) + 1 + len(token) <= FOLD_AT
        bare = line == name + ":"
        may_break = not bare or (name.lower() not in _NEVER_FOLDED_AFTER_COLON and len(token) < FOLD_AT)
        if fits or not may_break or not token:
            line += " " + token
        else:
            lines.append(line)
            line = " " + token
    lines.append(line)
    encoded = [each.encode("utf-8") for each in lines]
    if any(len(each) > LONGEST_LINE for each in encoded):
        raise Unsendable(f"{name} does not fit a line of {LONGEST_LINE} characters (RFC 5322 2.1.1).")
    return b"\r\n".join(encoded) + b"\r\n"


def wire_address(address: str) -> str:
    """Give the address as it travels: the domain in ASCII (IDNA 2008), the local part as it is.

    Raises `BadAddress` (or `HeaderInjection`) for what is no address; it is no check that anybody reads it.
    """
    found = _CONTROLS.search(address)
    if found:
        raise HeaderInjection(f"An address holds the control character U+{ord(found[0]):04X}.")
    local, at, domain = address.rpartition("@")
    if not at or not (_DOT_ATOM.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)):
        raise BadAddress(f"{address!r} is not an e-mail address.")
    if len(local.encode("utf-8")) > 64:
        raise BadAddress(f"{address!r} has more than 64 bytes before the @ (RFC 5321 4.5.3.1.1).")
    return f"{local}@{wire_domain(domain)}"


def wire_domain(domain: str) -> str:
    """Give a domain in ASCII: `bücher.example` becomes `xn--bcher-kva.example`."""
    if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?", domain) and ".." not in domain:
        return domain
    if re.fullmatch(r"\[[0-9A-Za-z:.]+\]", domain):
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as problem:
        raise BadAddress(f"{domain!r} is not a domain: {problem}") from problem


def needs_smtputf8(*addresses: str) -> bool:
    """Say whether one of these cannot travel without RFC 6531: a local part beyond ASCII."""
    return any(not address.rpartition("@")[0].isascii() for address in addresses)


def rfc5322_date(moment: datetime) -> str:
    """Give `Tue, 17 Nov 2026 09:00:00 +0000`; a time without a zone is an error."""
    if moment.tzinfo is None:
        raise Unsendable("The date of a message needs a time zone.")
    return format_datetime(moment)


def clean_body(text: str) -> str:
    """Give body text with LF line ends, one at the very end, and no control characters but tab and LF.

    C1 controls make at least one large mailbox provider cut even a small message, and half a surrogate pair
    cannot be written in UTF-8 at all.
    """
    cleaned = _BODY_CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return cleaned if cleaned.endswith("\n") else cleaned + "\n"


def entity(subtype: str, text: str) -> bytes:
    """Give a text part with its Content headers: quoted-printable, or base64 for what is mostly not ASCII."""
    cleaned = clean_body(text)
    if wants_base64(cleaned):
        return entity_head(subtype, "base64") + encode_base64(cleaned)
    return entity_head(subtype, "quoted-printable") + encode_quoted_printable(cleaned)


def entity_head(subtype: str, encoding: str) -> bytes:
    """Give the Content headers of a text part and the empty line after them."""
    return (
        f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    ).encode("ascii")


def wants_base64(text: str) -> bool:
    """Say whether more than a sixth of the bytes are beyond ASCII, where base64 is the shorter encoding."""
    if text.isascii():
        return False
    length = len(text.encode("utf-8"))
    return (length - len(text.encode("ascii", "ignore"))) * 6 > length


def encode_base64(text: str) -> bytes:
    """Encode cleaned text in lines of 76 characters with CRLF; inside, lines end with CRLF too."""
    return base64_lines(text.replace("\n", "\r\n").encode("utf-8"))


def base64_lines(raw: bytes) -> bytes:
    """Give bytes as base64 in lines of 76 characters with CRLF."""
    return base64.encodebytes(raw).replace(b"\n", b"\r\n")


def encode_quoted_printable(text: str) -> bytes:
    """Encode cleaned text (LF line ends) in lines of at most 76 characters with CRLF."""
    return binascii.b2a_qp(text.encode("utf-8"), istext=True).replace(b"\n", b"\r\n")
