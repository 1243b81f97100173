"""Reports that providers post to us: what each provider's request says, and whether it is genuine.

One parser a provider, entered in `PROVIDERS` under the last part of its address, `/hooks/<name>`. A parser
knows no database and writes nothing: the door records what it gives. A request is genuine by the provider's
own signature, and each report in it by the return path that we signed.
"""

from __future__ import annotations

from newsroom.delivery.webhooks import ses, signed
from newsroom.delivery.webhooks.posted import Forged, NotNow, Posted, Told, Unreadable

__all__ = ["MOST_BYTES", "PROVIDERS", "Forged", "NotNow", "Posted", "Told", "Unreadable"]

MOST_BYTES = 256 * 1024
"""As much as a message of Amazon SNS may have; a request with more is not read."""

PROVIDERS: dict[str, signed.Signed | ses.Ses] = {"bounces": signed.Signed(), "ses": ses.Ses()}
