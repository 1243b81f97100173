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
# Subjects and names that writers and readers of headers stumble over.
_AWKWARD = (
    "Tea 🍵, cake 🎂 and a family 👨‍👩‍👧‍👦",
    "受付の椅子、待つ人のために",
    "كرسي بجانب المنضدة",
    "Quoted “so”, \"so\" and 'so'; a comma, a colon: and (brackets) <like@these.example>",
    'back\\slash \\" at \\ the end \\',
    "=?utf-8?q?Not_a_word_of_this_is_encoded?= and =?us-ascii?b?",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
    "unbroken" * 25,
    "many words " * 90 + "and an end",
    "e\u0301 composed, ﷽ wide, \u200fright to left, soft\u00adhyphen, no\u00a0break",
    "Re: [TEST #81] 100 % & <b>bold</b> {{ name }} %s",
    "A line\r\nBcc: everybody@reader.example\r\nX-Injected: yes\r\n\r\nand a body",
    "A line\nX-Injected: yes\x00\x1b[31m\x85 \u2028 next",
    ".",
    "@everybody, #all",
)

_FEEDBACK = re.compile(r"[\w-]+(?::[\w.-]+){3}")

Said = dict[str, Any]


def _judge_all(letters: Sequence[JudgedLetter]) -> Iterator[Verdict]:
    asked = [(letter, message) for letter in letters for message in [*letter.messages, *_long_tokens(letter)]]
    asked += _awkward(letters)
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


def _long_tokens(letter: JudgedLetter) -> Iterator[JudgedMessage]:
    if letter.remade is not None:
        alphabet = "Ab9-_Zx0."
        for length in _TOKENS:
            token = (alphabet * length)[:length]
            yield letter.remade(unsubscribe=f"{letter.base_url}/unsubscribe/{token}")


def _awkward(letters: Sequence[JudgedLetter]) -> Iterator[tuple[JudgedLetter, JudgedMessage]]:
    """One letter is enough: headers do not know what the body says."""
    for letter in letters:
        if letter.remade is not None:
            for words in _AWKWARD:
                yield letter, letter.remade(subject=words, name=words)
            return


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
