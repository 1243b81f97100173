"""Our own webhook, for whatever can sign what it sends: a mail server's script, or a provider by a few lines.

    POST /hooks/bounces
    Newsroom-Timestamp: 1764576000
    Newsroom-Signature: v1=HEX

HEX is HMAC-SHA256 with the shared secret over the timestamp as it is written, a full stop, and the body. A
request whose timestamp is more than five minutes away from now is refused, so that one that was overheard is
good for no longer; within these it has no second effect, because no report has.
docs/operations.md shows the body.
"""

from __future__ import annotations

import hmac
import re
from datetime import timedelta
from typing import Any, Final

from newsroom.delivery import judging
from newsroom.delivery.judging import Kind
from newsroom.delivery.reports import Report
from newsroom.delivery.reports.notification import STATUS
from newsroom.delivery.reports.whose import Whose
from newsroom.delivery.webhooks.posted import (
    LONGEST_DIAGNOSTIC,
    Forged,
    Posted,
    Told,
    Unreadable,
    mapping,
    objects,
    text,
)
from newsroom.platform.settings import Settings

TOLERANCE: Final = timedelta(minutes=5)
MOST_EVENTS: Final = 1000
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v1=([0-9a-f]{64})")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The header's value for a body that was sent at a time (seconds since 1970, as they are written)."""
    return "v1=" + hmac.digest(secret.encode(), timestamp.encode() + b"." + body, "sha256").hex()


class Signed:
    """Events of our own shape, signed with the secret of the settings."""

    name: Final = "webhook"

    def is_open(self, settings: Settings) -> bool:
        """Whether a secret is set."""
        return bool(settings.webhook_secret)

    def read(self, posted: Posted, settings: Settings) -> Told:
        """What a request tells. Raises Forged and Unreadable."""
        _check(posted, settings.webhook_secret or "")
        whose = Whose(settings.secret_key, settings.bounce_domain or "")
        events = objects(mapping(posted.body).get("events"), MOST_EVENTS)
        return Told(tuple(self._report(event, whose) for event in events))

    def _report(self, event: dict[str, Any], whose: Whose) -> Report:
        delivery = whose.in_words(text(event, "return_path"))
        diagnostic = text(event, "diagnostic", "")[:LONGEST_DIAGNOSTIC]
        kind = text(event, "type")
        if kind == "complaint":
            return Report(delivery, Kind.COMPLAINT, "", diagnostic, self.name)
        status = text(event, "status", "5.0.0")
        if kind != "bounce" or not STATUS.fullmatch(status) or status.startswith("2"):
            raise Unreadable(
                "An event is of type “bounce”, with a status such as 5.1.1, or of type “complaint”."
            )
        is_final = status.startswith("5")
        return Report(delivery, judging.kind_of(status, is_final=is_final), status, diagnostic, self.name)


def _check(posted: Posted, secret: str) -> None:
    timestamp = posted.headers.get("Newsroom-Timestamp", "")
    given = posted.headers.get("Newsroom-Signature", "")
    if not timestamp or not given:
        raise Forged(
            "Newsroom-Timestamp and Newsroom-Signature have to be there, as docs/operations.md says."
        )
    if not _TIMESTAMP.fullmatch(timestamp):
        raise Forged("Newsroom-Timestamp is no time in whole seconds since 1970, such as 1764576000.")
    if not _SIGNATURE.fullmatch(given):
        raise Forged("Newsroom-Signature is not “v1=” and the 64 lower-case hexadecimal digits of an HMAC.")
    # Compared before the time is looked at, so that nobody learns our clock by guessing.
    if not hmac.compare_digest(given, signature(secret, timestamp, posted.body)):
        raise Forged("The signature is not of this body and this secret.")
    if abs(posted.at.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise Forged("The timestamp is more than five minutes away from now.")
