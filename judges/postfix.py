"""Postfix, from our own transport into a Maildir and back, and with what comes back from nobody.

Each letter is handed over as a dispatch does it. What lies in the Maildir afterwards must be what was sent:
the way out (line 1), the signature (3), every byte (7). The same issue to somebody who does not exist comes
back to its return path as a real notification, in which Mailman's reader and our own find recipient and
delivery (8).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes

import dkim
from flufl.bounce import scan_message

from judges import keys
from judges.contract import Judge, JudgeMissing, Verdict
from judges.letters import JudgedLetter, JudgedMessage
from judges.workshop import SECRET
from newsroom.delivery import reports
from newsroom.delivery.naming import delivery_of
from newsroom.platform.mail import verp
from newsroom.platform.mail.message import wire_domain
from newsroom.platform.mail.smtp.server import Server
from newsroom.platform.mail.smtp.transport import SmtpTransport
from tests.postfix import HOST, Postfix, is_available, without_trace

_MISSING = "Postfix is not here, or neither root nor sudo is: install it with scripts/install-judges."
# Nobody has a mailbox there.
_NOWHERE = "nowhere.example"
_NAME = re.compile(rb"(?im)^List-Unsubscribe:((?:.*\r\n[ \t])*.*)\r\n")


@dataclass(frozen=True)
class _Journey:
    """A message, and what became of it: as it was delivered, and the notification where it came back."""

    message: JudgedMessage
    refused: str
    recipients: list[str]
    arrived: bytes = b""
    notification: bytes = b""


def _version() -> str:
    if not is_available():
        raise JudgeMissing(_MISSING)
    program = shutil.which("postconf", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if program is None:
        raise JudgeMissing(_MISSING)
    said = subprocess.run([program, "-d", "-h", "mail_version"], capture_output=True, text=True, check=True)
    return said.stdout.strip()


def _judge(letters: Sequence[JudgedLetter]) -> Iterator[Verdict]:
    journeys = _journeys([(letter, message) for letter in letters for message in letter.messages])
    for letter in letters:
        own = [next(journeys) for _ in letter.messages]
        refused = [journey.refused for journey in own if journey.refused]
        yield _verdict(7, letter, refused or [each for journey in own for each in _bytes(journey)])
        if refused:
            continue
        yield _verdict(3, letter, [each for journey in own for each in _signature(letter, journey)])
        if letter.is_issue:
            yield _verdict(1, letter, [each for journey in own for each in _way_out(journey)])
            yield _verdict(8, letter, [each for journey in own for each in _bounce(journey)])


def _verdict(line: int, letter: JudgedLetter, problems: list[str]) -> Verdict:
    return Verdict(line, letter.name, tuple(dict.fromkeys(problems)))


def _bytes(journey: _Journey) -> Iterator[str]:
    if without_trace(journey.arrived) != journey.message.raw:
        yield "What lies in the Maildir is not what was sent, byte by byte."


def _signature(letter: JudgedLetter, journey: _Journey) -> Iterator[str]:
    records = {
        f"{name}.".encode(): value.encode()
        for name, value in keys.records(wire_domain(letter.domain)).items()
    }
    sent = journey.arrived.replace(b"\n", b"\r\n")
    if not dkim.verify(sent, dnsfunc=lambda name, **_patience: records.get(name)):
        yield "The signature does not hold after the journey."


def _way_out(journey: _Journey) -> Iterator[str]:
    found = _NAME.search(journey.arrived.replace(b"\n", b"\r\n").partition(b"\r\n\r\n")[0] + b"\r\n")
    said = b"".join(found[1].split()).decode("ascii", "replace") if found else "nothing"
    if said != f"<{journey.message.unsubscribe}>":
        yield f"List-Unsubscribe says {said} after the journey."


def _bounce(journey: _Journey) -> Iterator[str]:
    failed = {each.decode() for each in scan_message(message_from_bytes(journey.notification))}
    nowhere = journey.recipients[-1]
    if failed != {nowhere}:
        yield f"Mailman's reader finds {failed or 'nobody'} in the notification about {nowhere}."
    return_path = journey.message.return_path
    domain = return_path.rpartition("@")[2]
    delivery = delivery_of(verp.parse(return_path, SECRET, domain) or "")
    report = reports.read(journey.notification, SECRET, domain)
    if not isinstance(report, reports.Report) or report.delivery is None or report.delivery != delivery:
        yield "Our own reader does not find the delivery in the notification."
    elif report.kind != "hard":
        yield f"Our own reader takes an unknown address for {report.kind}."


def _journeys(sent: Sequence[tuple[JudgedLetter, JudgedMessage]]) -> Iterator[_Journey]:
    """Send each message to its recipient, and those of issues to nobody as well; give them in their order."""
    return_domains = {message.return_path.rpartition("@")[2] for _, message in sent}
    domains = return_domains | {_domain(message.recipient) for _, message in sent}
    with (
        Postfix(mailboxes=[f"@{domain}" for domain in sorted(domains)]) as post,
        SmtpTransport(Server(HOST, post.port)) as transport,
    ):
        journeys = []
        taken = 0
        for number, (letter, message) in enumerate(sent):
            recipients = [_numbered(message.recipient, number)]
            if letter.is_issue:
                recipients.append(f"gone-{number}@{_NOWHERE}")
            answers = [transport.send(message.return_path, each, message.raw) for each in recipients]
            refused = next((f"Postfix says {each}." for each in answers if not each.accepted), "")
            taken += sum(each.accepted for each in answers)
            journeys.append(_Journey(message, refused, recipients))
        lying = post.wait_for(taken)
    arrived = {_first(letter, "Delivered-To"): letter for letter in lying if not _is_report(letter)}
    came_back = {_about(letter): letter for letter in lying if _is_report(letter)}
    for journey in journeys:
        there, nowhere = journey.recipients[0], journey.recipients[-1]
        yield replace(journey, arrived=arrived.get(there, b""), notification=came_back.get(nowhere, b""))


def _domain(address: str) -> str:
    return wire_domain(address.rpartition("@")[2])


def _numbered(address: str, number: int) -> str:
    """The address as it travels, with an extension that tells one message from the next."""
    local, _, _ = address.rpartition("@")
    return f"{local}+{number}@{_domain(address)}"


def _is_report(letter: bytes) -> bool:
    return letter.startswith(b"Return-Path: <>")


def _first(letter: bytes, name: str) -> str:
    return str(message_from_bytes(letter)[name])


def _about(letter: bytes) -> str:
    found = re.search(rb"(?m)^Final-Recipient: rfc822; (\S+)", letter)
    return found[1].decode() if found else ""


JUDGE = Judge("Postfix", (1, 3, 7, 8), _version, _judge)
