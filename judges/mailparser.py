"""npm's mailparser, which many mail programs read headers with: lines 1, 5 and 6."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from judges import npm
from judges.contract import Judge, Verdict
from judges.letters import JudgedLetter, JudgedMessage

# Characters of a token in the way out: a short one, ours, and one that no line has room for.
_TOKENS = (40, 90, 400)
_FEEDBACK = re.compile(r"[\w-]+(?::[\w.-]+){3}")

Said = dict[str, Any]


def _judge_all(letters: Sequence[JudgedLetter]) -> Iterator[Verdict]:
    asked = [(letter, message) for letter in letters for message in [*letter.messages, *_long_tokens(letter)]]
    said = npm.ask("mailparser", [base64.b64encode(message.raw).decode() for _, message in asked])
    heard: dict[str, list[tuple[JudgedMessage, Said]]] = {}
    for (letter, message), each in zip(asked, said, strict=True):
        heard.setdefault(letter.name, []).append((message, each))
    for letter in letters:
        own = heard[letter.name]
        if any(message.unsubscribe for message, _ in own):
            yield _verdict(1, letter, own, _way_out)
        yield _verdict(5, letter, own, _list_headers if letter.is_issue else _notice_headers)
        yield _verdict(6, letter, own, _names)


def _long_tokens(letter: JudgedLetter) -> list[JudgedMessage]:
    if letter.join is None:
        return []
    alphabet = "Ab9-_Zx0."
    tokens = ((alphabet * length)[:length] for length in _TOKENS)
    return [letter.join(f"{letter.base_url}/unsubscribe/{token}") for token in tokens]


def _verdict(
    line: int,
    letter: JudgedLetter,
    heard: Sequence[tuple[JudgedMessage, Said]],
    check: Callable[[JudgedLetter, JudgedMessage, Said], Iterator[str]],
) -> Verdict:
    found = [problem for message, said in heard for problem in check(letter, message, said)]
    return Verdict(line, letter.name, tuple(dict.fromkeys(found)))


def _way_out(letter: JudgedLetter, message: JudgedMessage, said: Said) -> Iterator[str]:
    found = said["list"].get("unsubscribe", {}).get("url")
    if found != message.unsubscribe:
        yield f"It reads List-Unsubscribe as {found!r} instead of {message.unsubscribe!r}."
    elif not found.startswith("https://"):
        yield f"{found} is no https address."


def _list_headers(letter: JudgedLetter, message: JudgedMessage, said: Said) -> Iterator[str]:
    found = said["list"]
    for name in ("help", "archive"):
        if not str(found.get(name, {}).get("url", "")).startswith(letter.base_url):
            yield f"It reads no address of ours in List-{name.title()}."
    if found.get("id", {}).get("id") != f"newsletter.{letter.domain}":
        yield f"It reads List-Id as {found.get('id')!r}."
    if found.get("owner", {}).get("mail") is None:
        yield "It reads no address in List-Owner."
    if found.get("post", {}).get("name") != "NO":
        yield f"It reads List-Post as {found.get('post')!r}."
    if said["precedence"] != "bulk":
        yield f"It reads Precedence as {said['precedence']!r}."
    yield from _feedback(message, str(said["feedback_id"]))


def _feedback(message: JudgedMessage, feedback: str) -> Iterator[str]:
    if not _FEEDBACK.fullmatch(feedback):
        yield f"Feedback-ID is {feedback!r}: not four fields of plain characters."
    local = message.recipient.partition("@")[0]
    if local.lower() in feedback.lower():
        yield f"Feedback-ID {feedback!r} names the recipient."


def _notice_headers(letter: JudgedLetter, message: JudgedMessage, said: Said) -> Iterator[str]:
    if said["auto_submitted"] not in ("auto-generated", "auto-replied"):
        yield f"It reads Auto-Submitted as {said['auto_submitted']!r}."
    if "id" in said["list"]:
        yield "It reads a List-Id, but this is for one person."


def _names(letter: JudgedLetter, message: JudgedMessage, said: Said) -> Iterator[str]:
    if said["subject"] != message.subject:
        yield f"It reads the subject as {said['subject']!r} instead of {message.subject!r}."
    to = [(each["address"], each["name"]) for each in said["to"]]
    if to != [(message.recipient, message.recipient_name)]:
        yield f"It reads To as {to!r}."
    own = letter.publication
    sender = [(each["address"], each["name"]) for each in said["from"]]
    if sender != [(own.sender_address, own.sender_name or own.name)]:
        yield f"It reads From as {sender!r}."
    for name in ("bcc", "cc", "x-injected"):
        if name in said["names"]:
            yield f"It reads a header {name} that nobody put there."


JUDGE = Judge("mailparser", (1, 5, 6), lambda: npm.version("mailparser"), _judge_all)
