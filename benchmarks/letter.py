"""What one more recipient of an issue costs, beside other ways to write and sign the same message.

python benchmarks/letter.py               # all figures, which are also kept in results.jsonl
python benchmarks/letter.py --times 20    # fewer messages a measurement, to try something out

Seconds are the processor's. Two ways are measured in turn, seven times; told is the median of the seven
ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

# This folder must not stand in the path itself: its `queue.py` would hide the standard library's.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import dkim  # noqa: E402
import flask_mail  # noqa: E402
from flask import Flask  # noqa: E402

from benchmarks.record import record  # noqa: E402
from judges.specimens import Specimen, specimen  # noqa: E402
from newsroom.issues import letter  # noqa: E402
from newsroom.issues.render import letter_html  # noqa: E402
from newsroom.platform.mail import signing  # noqa: E402
from newsroom.platform.mail.compiled import CompiledMessage, compile_message, slot  # noqa: E402
from newsroom.platform.mail.message import MessageParts  # noqa: E402
from newsroom.platform.settings import load  # noqa: E402

ROUNDS = 7
GOAL_JOIN_MS, GOAL_SIGNED_A_SECOND = 0.1, 500
# The longest letter that pre-flight lets through, in bytes of HTML.
LONGEST = 90_000
AT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
SELECTOR, DOMAIN = "autumn", "service-bell.example"
Way = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """An issue ready to be written to one recipient."""

    parts: MessageParts
    compiled: CompiledMessage
    slots: dict[str, str]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=300, help="messages a measurement")
    times = asked.parse_args().times
    pem, ed25519 = _key("RSA"), _key("ED25519")
    once, twice = _signer(pem), _signer(pem, ed25519)
    issues = {
        "sample": specimen("sample"),
        "longest": lengthened(specimen("every-kind")),
        "japanese, longest": lengthened(specimen("japanese")),
    }
    figures = {name: measured(case_of(each), times, pem, once, twice) for name, each in issues.items()}
    for name, found in figures.items():
        print(f"{name}: {found}")
    print(f"goals: join_ms below {GOAL_JOIN_MS}, signed_a_second at least {GOAL_SIGNED_A_SECOND}")
    record("letter", {"load": round(os.getloadavg()[0], 1), "times": times, **figures})


def lengthened(of: Specimen) -> Specimen:
    """The issue with its sections over and over, as long as a letter may be."""
    own = of.document.sections
    longer = of
    for count in range(1, 1000):
        sections = tuple(own[place % len(own)] for place in range(count))
        tried = replace(of, document=replace(of.document, sections=sections))
        if len(letter_html(tried.document, of.base_url, letter.SLOT_LINKS).encode()) > LONGEST:
            break
        longer = tried
    return longer


def case_of(of: Specimen) -> Case:
    """The issue's letter for readers of HTML, compiled as a dispatch compiles it."""
    edition = letter.rendered(of.document, of.base_url)
    parts = letter.parts(
        subject=of.document.subject,
        html=edition.html,
        text=edition.text,
        number=of.document.number,
        language=of.document.masthead.language,
        sender=of.publication,
        base_url=of.base_url,
        at=AT,
    )
    own = "QUFBQUdBNFFBQQ.awLY1A.kix7sspKWch8qoDeUxhmsy-tp6BJDSp4oJ56sbKvQZQ"
    slots = {
        "address": "rhona.vale@reader.example",
        "name": "Rhona Vale",
        "messageid": f"<805a457455adaf9197f69298d3a72c74@{DOMAIN}>",
        "unsubscribe": f"{of.base_url}/unsubscribe/{own}",
        "preferences": f"{of.base_url}/preferences/{own}",
    }
    return Case(parts, compile_message(parts), slots)


def measured(case: Case, times: int, pem: str, once: signing.Sign, twice: signing.Sign) -> dict[str, Any]:
    """The figures of one issue. A ratio says how many times as much the other way takes."""
    message = case.compiled.join(case.slots)
    assert dkim.verify(once(message), dnsfunc=lambda *_, **__: _record(pem))

    def join() -> bytes:
        return case.compiled.join(case.slots)

    # So many of the slow ones take about as long.
    few = max(3, times // 20)
    joined, standard = in_turn(join, times, lambda: _by_email_message(case), few)
    with _flask_app().app_context():
        _, theirs = in_turn(join, times, lambda: _by_flask_mail(case), few)
    signed, judged = in_turn(lambda: once(join()), times, lambda: _by_dkimpy(join(), pem), few)
    _, both = in_turn(lambda: once(join()), times, lambda: twice(join()), times)
    return {
        "bytes": len(message),
        "encoding": "base64" if b"-Encoding: base64" in message else "quoted-printable",
        "join_ms": _ms(joined),
        "email_message_ms": _ms(standard),
        "email_message_ratio": _ratio(joined, standard),
        "flask_mail_ms": _ms(theirs),
        "flask_mail_ratio": _ratio(joined, theirs),
        "signed_ms": _ms(signed),
        "signed_a_second": round(1 / statistics.median(signed)),
        "dkimpy_ms": _ms(judged),
        "dkimpy_ratio": _ratio(signed, judged),
        "signed_twice_ms": _ms(both),
    }


def in_turn(one: Way, ones: int, other: Way, others: int) -> tuple[list[float], list[float]]:
    """Processor's seconds a call of both, one for each round; in every second round the other goes first."""
    one(), other()
    firsts, seconds = [], []
    for number in range(ROUNDS):
        if number % 2:
            seconds.append(_seconds(other, others))
            firsts.append(_seconds(one, ones))
        else:
            firsts.append(_seconds(one, ones))
            seconds.append(_seconds(other, others))
    return firsts, seconds


def _seconds(way: Way, times: int) -> float:
    begun = time.process_time()
    for _ in range(times):
        way()
    return (time.process_time() - begun) / times


def _ms(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 3)


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return round(statistics.median(b / a for a, b in zip(ours, theirs, strict=True)), 1)


def _own_words(case: Case, words: str | None) -> str:
    """A body with a recipient's own addresses in it, as somebody does it who has no compiled message."""
    words = words or ""
    for name in ("unsubscribe", "preferences"):
        words = words.replace(slot(name), case.slots[name])
    return words


def _own_headers(case: Case) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{case.slots['unsubscribe']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
        **case.parts.headers,
    }


def _by_email_message(case: Case) -> bytes:
    message = EmailMessage(policy=SMTP)
    sender = case.parts.sender
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = Address(case.slots["name"], addr_spec=case.slots["address"])
    message["Subject"] = case.parts.subject
    message["Date"] = case.parts.date
    message["Message-ID"] = case.slots["messageid"]
    for name, value in _own_headers(case).items():
        message[name] = value
    message.set_content(_own_words(case, case.parts.text))
    message.add_alternative(_own_words(case, case.parts.html), subtype="html")
    return message.as_bytes()


def _flask_app() -> Flask:
    app = Flask(__name__)
    flask_mail.Mail(app)
    return app


def _by_flask_mail(case: Case) -> bytes:
    sender = case.parts.sender
    message = flask_mail.Message(
        case.parts.subject,
        recipients=[(case.slots["name"], case.slots["address"])],
        body=_own_words(case, case.parts.text),
        html=_own_words(case, case.parts.html),
        sender=(sender.name, sender.address),
        date=case.parts.date.timestamp(),
        extra_headers=_own_headers(case),
    )
    return message.as_bytes()


def _by_dkimpy(message: bytes, pem: str) -> bytes:
    ways = (b"relaxed", b"relaxed")
    return dkim.sign(message, SELECTOR.encode(), DOMAIN.encode(), pem.encode(), canonicalize=ways) + message


def _key(kind: str) -> str:
    command = ["openssl", "genpkey", "-algorithm", kind]
    if kind == "RSA":
        command += ["-pkeyopt", "rsa_keygen_bits:2048"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _record(pem: str) -> bytes:
    command = ["openssl", "pkey", "-pubout"]
    public = subprocess.run(command, input=pem, capture_output=True, text=True, check=True).stdout
    return b"v=DKIM1; k=rsa; p=" + "".join(public.splitlines()[1:-1]).encode()


def _signer(pem: str, ed25519: str = "") -> signing.Sign:
    given = {
        "NEWSROOM_ENV": "development",
        "NEWSROOM_SECRET_KEY": "a secret for the benchmark alone, long enough",
        "NEWSROOM_DKIM_KEY": pem,
        "NEWSROOM_DKIM_SELECTOR": SELECTOR,
        "NEWSROOM_DKIM_DOMAIN": DOMAIN,
    }
    if ed25519:
        given |= {"NEWSROOM_DKIM_ED25519_KEY": ed25519, "NEWSROOM_DKIM_ED25519_SELECTOR": "winter"}
    return signing.signer(load(given))


if __name__ == "__main__":
    main()
