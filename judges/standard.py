"""Python's own e-mail package and plain bytes: headers (lines 4 and 5), lines and parts (line 7)."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator

from judges.contract import Judge, Verdict, one_by_one
from judges.letters import JudgedLetter, JudgedMessage
from newsroom.platform.mail.message import wire_domain

_ONCE = ("Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type")
_FEEDBACK = re.compile(r"[^:\s]+(?::[^:\s]+){3}")
_LONGEST_LINE, _LONGEST_ENCODED = 998, 76
_C1 = re.compile("[\x80-\x9f]")

Check = Callable[[JudgedLetter, JudgedMessage], Iterator[str]]


def _judge(letter: JudgedLetter) -> Iterator[Verdict]:
    yield _verdict(4, letter, _identity)
    yield _verdict(5, letter, _issue_headers if letter.is_issue else _notice_headers)
    yield _verdict(7, letter, _bytes)


def _verdict(line: int, letter: JudgedLetter, check: Check) -> Verdict:
    found = [problem for message in letter.messages for problem in check(letter, message)]
    return Verdict(line, letter.name, tuple(dict.fromkeys(found)))


def _identity(letter: JudgedLetter, message: JudgedMessage) -> Iterator[str]:
    for name in _ONCE:
        count = len(message.parsed.get_all(name, []))
        if count != 1:
            yield f"{name} stands {count} times."
    message_id = str(message.parsed["Message-ID"])
    if not message_id.strip("<>").endswith("@" + wire_domain(letter.domain)):
        yield f"The Message-ID {message_id} is not at {letter.domain}."
    if message.retried and _head(message.retried, "Message-ID") != _head(message.raw, "Message-ID"):
        yield "A second attempt has another Message-ID."


def _head(raw: bytes, name: str) -> bytes:
    found = re.search(rb"(?im)^" + name.encode() + rb":(.*(?:\r\n[ \t].*)*)", raw.partition(b"\r\n\r\n")[0])
    return found[1].strip() if found else b""


def _issue_headers(letter: JudgedLetter, message: JudgedMessage) -> Iterator[str]:
    said = message.parsed
    for name in ("List-Id", "List-Help", "List-Archive", "List-Owner", "List-Unsubscribe", "Feedback-ID"):
        if len(said.get_all(name, [])) != 1:
            yield f"{name} is missing, or there twice."
    if str(said["List-Post"]) != "NO":
        yield "List-Post is not NO."
    if str(said["Precedence"]) != "bulk":
        yield "Precedence is not bulk."
    feedback = str(said["Feedback-ID"])
    if not _FEEDBACK.fullmatch(feedback):
        yield f"Feedback-ID {feedback} has not four fields."
    yield from _alike(letter, message)


def _alike(letter: JudgedLetter, message: JudgedMessage) -> Iterator[str]:
    """What is the same for all must not differ between recipients: a difference would be personal."""
    first = letter.messages[0]
    for name in ("Feedback-ID", "List-Id", "List-Help", "List-Archive", "List-Owner", "List-Post"):
        if _head(first.raw, name) != _head(message.raw, name):
            yield f"{name} differs by recipient."


def _notice_headers(letter: JudgedLetter, message: JudgedMessage) -> Iterator[str]:
    if str(message.parsed["Auto-Submitted"]) not in ("auto-generated", "auto-replied"):
        yield "Auto-Submitted does not say that nobody typed it (RFC 3834)."
    if message.parsed["Precedence"] or message.parsed["List-Id"]:
        yield "It is for one person, and its headers say that it goes to a list."


def _bytes(letter: JudgedLetter, message: JudgedMessage) -> Iterator[str]:
    raw = message.raw
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        yield "A line ends otherwise than by CRLF."
    head, _, body = raw.partition(b"\r\n\r\n")
    if any(len(line) > _LONGEST_LINE for line in head.split(b"\r\n")):
        yield f"A header line is longer than {_LONGEST_LINE} characters."
    if any(len(line) > _LONGEST_ENCODED for line in body.split(b"\r\n") if not line.startswith(b"--")):
        yield f"A line of the body is longer than {_LONGEST_ENCODED} characters."
    yield from _parts(message)
    if _C1.search(message.text) or _C1.search(message.html) or _C1.search(message.subject):
        yield "It holds a C1 control character."


def _parts(message: JudgedMessage) -> Iterator[str]:
    parts = [part for part in message.parsed.walk() if not part.is_multipart()]
    types = [part.get_content_type() for part in parts]
    wanted = ["text/plain", "text/html"] if message.format == "html" else ["text/plain"]
    if types != wanted:
        yield f"Its parts are {types} instead of {wanted}."
    if message.format == "html" and message.parsed.get_content_type() != "multipart/alternative":
        yield f"It is {message.parsed.get_content_type()} instead of multipart/alternative."
    for part in parts:
        if part.get_content_charset() != "utf-8":
            yield f"{part.get_content_type()} does not say that it is utf-8."
        for defect in part.defects:
            yield f"{part.get_content_type()}: {type(defect).__name__}."


JUDGE = Judge(
    "standard library", (4, 5, 7), lambda: "Python " + platform.python_version(), one_by_one(_judge)
)
