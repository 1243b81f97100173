"""A key of the tests' own, made anew for each run, and the DNS record that a receiver would find."""

import subprocess


def _openssl(*words: str, given: str | None = None) -> str:
    done = subprocess.run(["openssl", *words], input=given, capture_output=True, text=True, check=True)
    return done.stdout


PRIVATE = _openssl("genrsa", "2048")
PUBLIC_RECORD = b"v=DKIM1; k=rsa; p=" + "".join(
    _openssl("rsa", "-pubout", given=PRIVATE).splitlines()[1:-1]
).encode("ascii")
SETTINGS = {
    "NEWSROOM_DKIM_KEY": PRIVATE,
    "NEWSROOM_DKIM_SELECTOR": "autumn",
    "NEWSROOM_DKIM_DOMAIN": "service-bell.example",
}


def lookup(name: bytes, **_patience: object) -> bytes | None:
    """Stand in for the DNS: `dkim.verify(message, dnsfunc=lookup)`."""
    return PUBLIC_RECORD if name == b"autumn._domainkey.service-bell.example." else None
