"""npm's mailauth, a mail server's library for DKIM, SPF and DMARC: lines 2 and 3."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from judges import npm
from judges.contract import Judge, Verdict
from judges.keys import records
from judges.letters import JudgedLetter, JudgedMessage
from judges.tampering import copies
from newsroom.platform.mail.message import wire_domain

# RFC 8058 4: without a signature over both, a mailbox provider offers no button.
_ONE_CLICK = ("list-unsubscribe", "list-unsubscribe-post")

Said = dict[str, Any]


def _judge_all(letters: Sequence[JudgedLetter]) -> Iterator[Verdict]:
    genuine = [(letter, message) for letter in letters for message in letter.messages]
    forged = [
        (letter, what, message, copy)
        for letter in letters
        for message in letter.messages[:1]
        for what, copy in copies(message.raw).items()
    ]
    questions = [_question(letter, message, message.raw) for letter, message in genuine]
    questions += [_question(letter, message, copy) for letter, _, message, copy in forged]
    answers = npm.ask("mailauth", questions)
    said = [(letter, message, each) for (letter, message), each in zip(genuine, answers, strict=False)]
    caught = [
        (letter, what, each)
        for (letter, what, _, _), each in zip(forged, answers[len(genuine) :], strict=True)
    ]
    for letter in letters:
        own = [(message, each) for whose, message, each in said if whose is letter]
        if any(message.unsubscribe for message, _ in own):
            yield _one_click(letter, own)
        yield _authentic(letter, own, [(what, each) for whose, what, each in caught if whose is letter])


def _question(letter: JudgedLetter, message: JudgedMessage, raw: bytes) -> dict[str, Any]:
    return {
        "raw": base64.b64encode(raw).decode(),
        "sender": message.return_path,
        "records": records(wire_domain(letter.domain)),
    }


def _one_click(letter: JudgedLetter, own: Sequence[tuple[JudgedMessage, Said]]) -> Verdict:
    found: list[str] = []
    for message, said in own:
        if str(message.parsed["List-Unsubscribe-Post"]) != "List-Unsubscribe=One-Click":
            found.append("List-Unsubscribe-Post does not say List-Unsubscribe=One-Click.")
        signed = {name.strip().lower() for each in said["dkim"] for name in each["signed"].split(":")}
        found += [f"{name} is not signed." for name in _ONE_CLICK if name not in signed]
    return Verdict(2, letter.name, tuple(dict.fromkeys(found)))


def _authentic(
    letter: JudgedLetter, own: Sequence[tuple[JudgedMessage, Said]], forged: Sequence[tuple[str, Said]]
) -> Verdict:
    found: list[str] = []
    domain = wire_domain(letter.domain)
    for _, said in own:
        if not any(each["result"] == "pass" and each["domain"] == domain for each in said["dkim"]):
            found.append(f"DKIM does not pass: {said['dkim']!r}.")
        if said["dmarc"] != "pass":
            found.append(f"DMARC says {said['dmarc']}.")
        if said["spf"] != "pass":
            found.append(f"SPF says {said['spf']}.")
    found += [
        f"A copy in which {what} was changed passes."
        for what, said in forged
        if any(each["result"] == "pass" for each in said["dkim"])
    ]
    return Verdict(3, letter.name, tuple(dict.fromkeys(found)), f"{len(forged)} tampered copies")


JUDGE = Judge("mailauth", (2, 3), lambda: npm.version("mailauth"), _judge_all)
