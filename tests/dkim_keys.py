"""Keys of the tests' own, made anew for each run, and the DNS records that a receiver would find."""

import base64
import subprocess


def _openssl(*words: str, given: str | None = None) -> str:
    done = subprocess.run(["openssl", *words], input=given, capture_output=True, text=True, check=True)
    return done.stdout


def _public(private: str) -> str:
    """The public half of a key, in base64."""
    return "".join(_openssl("pkey", "-pubout", given=private).splitlines()[1:-1])


PRIVATE = _openssl("genrsa", "2048")
PUBLIC_RECORD = f"v=DKIM1; k=rsa; p={_public(PRIVATE)}".encode("ascii")
SETTINGS = {
    "NEWSROOM_DKIM_KEY": PRIVATE,
    "NEWSROOM_DKIM_SELECTOR": "autumn",
    "NEWSROOM_DKIM_DOMAIN": "service-bell.example",
}
ED25519_PRIVATE = _openssl("genpkey", "-algorithm", "ed25519")
# RFC 8463 4.2: the record holds the 32 bytes of the key alone.
_ED25519_PUBLIC = base64.b64encode(base64.b64decode(_public(ED25519_PRIVATE))[-32:])
BOTH_SETTINGS = {
    **SETTINGS,
    "NEWSROOM_DKIM_ED25519_KEY": ED25519_PRIVATE,
    "NEWSROOM_DKIM_ED25519_SELECTOR": "winter",
}
_RECORDS = {
    b"autumn._domainkey.service-bell.example.": PUBLIC_RECORD,
    b"winter._domainkey.service-bell.example.": b"v=DKIM1; k=ed25519; p=" + _ED25519_PUBLIC,
}


def lookup(name: bytes, **_patience: object) -> bytes | None:
    """Stand in for the DNS: `dkim.verify(message, dnsfunc=lookup)`."""
    return _RECORDS.get(name)
