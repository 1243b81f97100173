"""What machines send that reports nothing: answers of who is away, receipts, and challenges to prove that one
is a person (RFC 3834, RFC 8098, and the habits of what came before them). Pure.

Nothing here is ever answered. An automatic answer says that the letter arrived.
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

from newsroom.delivery.reports.said import NoReport, What, field

_AWAY = re.compile(
    r"(?:re:\s*)?(?:automatic(?:al)? (?:reply|response|answer)|auto(?:mated)?[- ]?(?:reply|response)|auto:"
    r"|out of (?:the )?office|away from (?:my|the) (?:desk|office|mail)|on (?:vacation|holiday|leave)\b"
    r"|automatische antwort|abwesenheits|abwesend|réponse automatique|absence du bureau|respuesta automática"
    r"|fuera de la oficina|risposta automatica|automatisch antwoord|autosvar|automatyczna odpowiedź"
    r"|resposta automática|ausente)",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"(?:please )?confirm (?:that you sent|your message|your e-?mail to|you are)|sender verification"
    r"|challenge[ -]response|verify (?:that )?you(?:'re| are) (?:a )?(?:human|person)"
    r"|your (?:message|e-?mail) (?:requires|is waiting|awaits|has been held)|click .{0,40}to (?:be )?deliver",
    re.IGNORECASE,
)
# Headers that only programs for challenges write.
_CHALLENGERS = (
    "X-TMDA-Fingerprint",
    "X-Delivery-Agent-TMDA",
    "X-Boxtrapper",
    "X-ASK-Auth",
    "X-Spamarrest-Noauth",
)
_LONGEST_SUBJECT = 300


def answered_by_itself(message: Message) -> NoReport | None:
    """What is plainly an automatic answer, a receipt or a challenge, before it is searched for a bounce."""
    if any(part.get_content_type() == "message/disposition-notification" for part in message.walk()):
        return NoReport(What.NEWS, "is a receipt that says a letter was shown")
    subject = _subject(message)
    if any(message.get(name) for name in _CHALLENGERS) or _CHALLENGE.search(subject):
        return NoReport(What.CHALLENGE, "asks whether a person wrote to it; only a person can answer that")
    is_marked = any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
    is_marked = is_marked or field(message, "Precedence").lower() == "auto_reply"
    # RFC 5230 3.2 and 4.7: what a Sieve script answers says which reminder it is.
    is_marked = is_marked or "vacation" in field(message, "Auto-Submitted").lower()
    if is_marked or _AWAY.match(subject):
        return NoReport(What.AUTOMATIC, "is an automatic answer; the letter arrived")
    return None


def sent_by_itself(message: Message) -> NoReport | None:
    """What a machine sent and marked as such (RFC 3834 5), after nothing in it said that a letter failed."""
    mark = field(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if mark not in ("", "no"):
        return NoReport(What.AUTOMATIC, "is an automatic answer; the letter arrived")
    return None


def _subject(message: Message) -> str:
    raw = field(message, "Subject")[:_LONGEST_SUBJECT]
    try:
        return str(make_header(decode_header(raw)))
    except (HeaderParseError, ValueError, LookupError):
        return raw
