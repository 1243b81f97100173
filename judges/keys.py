"""A DKIM key made anew for each run, and the records that a receiver would find in the DNS."""

from __future__ import annotations

import subprocess
from functools import cache

SELECTOR = "judged"


def _openssl(*words: str, given: str | None = None) -> str:
    return subprocess.run(["openssl", *words], input=given, capture_output=True, text=True, check=True).stdout


@cache
def private_key() -> str:
    """An RSA key of 2048 bits as PEM."""
    return _openssl("genrsa", "2048")


@cache
def public_record() -> str:
    """The TXT record of the key (RFC 6376 3.6.1)."""
    body = _openssl("rsa", "-pubout", given=private_key()).splitlines()[1:-1]
    return "v=DKIM1; k=rsa; p=" + "".join(body)


def records(domain: str) -> dict[str, str]:
    """All TXT records of a sender's domain by their names: key, DMARC, SPF for the loopback."""
    return {
        f"{SELECTOR}._domainkey.{domain}": public_record(),
        f"_dmarc.{domain}": "v=DMARC1; p=reject; adkim=s; aspf=r",
        domain: "v=spf1 ip4:127.0.0.1 ip6:::1 -all",
        f"bounces.{domain}": "v=spf1 ip4:127.0.0.1 ip6:::1 -all",
    }
