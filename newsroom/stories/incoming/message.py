"""What a message in the mailbox of stories is: a draft, or something that is left alone, and why.

Pure. Whatever the bytes are, reading them raises nothing. A message that a machine wrote is never a draft,
because a draft causes a letter, and two machines that answer each other never stop.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256

from newsroom.platform import addresses
from newsroom.platform.mail.bounds import takes_too_long
from newsroom.platform.text import clean_line, clean_text
from newsroom.stories import rules
from newsroom.stories.incoming.plain import text_of
from newsroom.stories.incoming.trimming import own_words

LONGEST = 5_000_000
"""Bytes that are read of a message: the words stand before the pictures."""

_LONGEST_TEXT = 400_000
_LONGEST_FIELD = 2_000
_MOST_PARTS = 200
_LONGEST_NAME = 120
_LONGEST_SUBJECT = 300

_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|enc|doorst|vb|vs|pd)\s*:", re.IGNORECASE)
_ANSWERED = re.compile(r"\s*(?:re|aw|sv|antw?|rif|odp|r|res|vs|ref)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+-].*)?", re.IGNORECASE
)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
# What mail programs call Latin-1 is in truth the Windows page: it has the quotation marks that they use.
_LATIN = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii", ""})
# Encodings of names on the internet, which Python has under charsets and reads in the square of the length.
_NO_CHARSETS = frozenset({"punycode", "idna"})


@dataclass(frozen=True)
class MailedDraft:
    """What somebody told us by mail. `body` may be too short or too long for a story: its author is told so.

    `key` is the same for a message that is read twice. `answers` names the messages that it answers.
    """

    key: str
    sender: str
    name: str
    subject: str
    body: str
    attachment_count: int
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftAlone:
    """A message that becomes no draft, and why, as a sentence. `for_a_person` when somebody should look."""

    why: str
    for_a_person: bool = False


_UNREADABLE = LeftAlone("It cannot be read.", for_a_person=True)


def read(data: bytes, own_addresses: Collection[str] = ()) -> MailedDraft | LeftAlone:
    """Judge the bytes of a message (the first `LONGEST` of them). `own_addresses` are those we send from."""
    try:
        return _read(data[:LONGEST], {address.casefold() for address in own_addresses if address})
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError, AssertionError):
        # The standard library's reader stumbles over some of what strangers send.
        return _UNREADABLE


def _read(data: bytes, own: Collection[str]) -> MailedDraft | LeftAlone:
    if takes_too_long(data):
        return _UNREADABLE
    message = message_from_bytes(data)
    machine = _machine(message)
    if machine:
        return LeftAlone(machine)
    sender = _sender(message)
    if isinstance(sender, LeftAlone):
        return sender
    name, address = sender
    if address.key in own:
        return LeftAlone("It comes from our own address.")
    if _MACHINES.fullmatch(address.key.partition("@")[0]):
        return LeftAlone("A machine sent it.")
    words, attachment_count = _content(message)
    if not clean_text(words).strip():
        return LeftAlone("There is no text in it that we can read.", for_a_person=True)
    subject = clean_line(_header(message, "Subject"))[:_LONGEST_SUBJECT]
    body = clean_text(own_words(words, is_answer=_is_answer(message, subject)))
    if len(body) > rules.MOST_CHARACTERS:
        return LeftAlone(f"It has {len(body):,} characters, which no story may have.", for_a_person=True)
    answers = tuple(_MESSAGE_ID.findall(f"{_raw(message, 'In-Reply-To')} {_raw(message, 'References')}"))
    return MailedDraft(
        _key(message, address.key, data), address.email, name, subject, body, attachment_count, answers
    )


def _machine(message: Message) -> str:
    """Why it is a machine's (RFC 3834 and what came before it); empty when a person may have written it."""
    if message.get_content_type() in ("multipart/report", "message/delivery-status"):
        return "It reports on a letter."
    if _raw(message, "Return-Path").replace(" ", "") == "<>":
        return "It has no return path, so a machine sent it."
    if _raw(message, "Auto-Submitted").partition(";")[0].strip().lower() not in ("", "no"):
        return "It is an automatic answer."
    if _raw(message, "X-Auto-Response-Suppress").lower() not in ("", "none"):
        return "It asks for no automatic answer."
    if message.get("X-Autoreply") or message.get("X-Autorespond"):
        return "It is an automatic answer."
    if _raw(message, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return "It was sent to many."
    return "It comes from a mailing list." if message.get("List-Id") else ""


def _sender(message: Message) -> tuple[str, addresses.Address] | LeftAlone:
    fields = message.get_all("From", [])
    found = getaddresses([str(field)[:_LONGEST_FIELD] for field in fields])
    if len(found) != 1:
        return LeftAlone("It does not say from whom it is.", for_a_person=True)
    shown, written = found[0]
    try:
        address = addresses.parse(written)
    except addresses.NoAddress:
        return LeftAlone("It comes from no address that can be written to.", for_a_person=True)
    name = clean_line(_decoded(shown))[:_LONGEST_NAME].strip()
    # A name that is an address, or leads somewhere, is no name.
    return ("" if re.search(r"@|://|www\.", name) else name), address


def _content(message: Message) -> tuple[str, int]:
    """The words of a message, and how many files came with them."""
    plain: list[str] = []
    html: list[str] = []
    attachment_count = 0
    waiting = [message]
    for _ in range(_MOST_PARTS):
        if not waiting:
            break
        part = waiting.pop(0)
        kind = part.get_content_type()
        inner = part.get_payload()
        if part.is_multipart() and kind.startswith("multipart/") and isinstance(inner, list):
            waiting[:0] = [one for one in inner if isinstance(one, Message)]
        elif _is_attached(part, kind):
            attachment_count += kind not in _SIGNATURES
        elif kind == "text/html":
            html.append(text_of(_text(part)[:_LONGEST_TEXT]))
        else:
            plain.append(_text(part)[:_LONGEST_TEXT])
    words = "\n\n".join(part.strip("\n") for part in plain if part.strip())
    # Of the two editions of one letter the plain one is nearer to what was typed.
    return words or "\n\n".join(part for part in html if part), attachment_count


def _is_attached(part: Message, kind: str) -> bool:
    named = part.get_filename() is not None or part.get_content_disposition() == "attachment"
    return named or kind not in ("text/plain", "text/html")


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    text = _characters(data, str(part.get_content_charset(""))).replace("\r\n", "\n").replace("\r", "\n")
    if part.get_content_type() == "text/plain" and str(part.get_param("format", "")).lower() == "flowed":
        return _unfolded(text, deleting=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _characters(data: bytes, charset: str) -> str:
    """The text in the encoding that is given, or in the one that it is in truth."""
    given = [] if charset.lower() in _LATIN else [charset]
    for name in [*given, "utf-8"]:
        try:
            # Under whichever of its many spellings.
            if codecs.lookup(name).name not in _NO_CHARSETS:
                return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _unfolded(text: str, *, deleting: bool) -> str:
    """RFC 3676: a line that ends with a space goes on in the next one, but for the mark of a signature."""
    lines: list[list[str]] = []
    goes_on = False
    for raw in text.split("\n"):
        line = raw.removeprefix(" ")
        is_free = not line.startswith(">") and line.rstrip() != "--"
        if goes_on and is_free:
            lines[-1].append(line)
        else:
            lines.append([line])
        goes_on = is_free and line.endswith(" ")
        if goes_on and deleting:
            lines[-1][-1] = line[:-1]
    return "\n".join("".join(parts) for parts in lines)


def _is_answer(message: Message, subject: str) -> bool:
    """Whether something stands below the words that somebody else wrote; a forwarded letter is the story."""
    if _FORWARDED.match(subject):
        return False
    return bool(message.get("In-Reply-To") or message.get("References") or _ANSWERED.match(subject))


def _key(message: Message, sender: str, data: bytes) -> str:
    identity = _MESSAGE_ID.search(_raw(message, "Message-ID"))
    # Programs that give all their messages one identity are rarer than they were; their senders still differ.
    known = f"{sender}\0{identity[0]}".encode("utf-8", "replace") if identity else data
    return sha256(known).hexdigest()


def _raw(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:_LONGEST_FIELD].strip()


def _header(message: Message, name: str) -> str:
    return _decoded(_raw(message, name))


def _decoded(value: str) -> str:
    """A header's words, whatever became of their encoding."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        part if isinstance(part, str) else _characters(part, str(charset or "")) for part, charset in parts
    )
