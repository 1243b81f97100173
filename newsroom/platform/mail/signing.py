"""Signs finished messages with DKIM (RFC 6376), by the key that the settings name.

The signature is put before the message; no other byte of it changes. The key is read and tried once, when the
application starts. Without a key a message is left as it is: the mail server may sign. It looks nothing up in
the DNS, and will not ask whether the sender's domain is the one that signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask, current_app

from newsroom.platform.mail.message import Unsendable, wire_domain
from newsroom.platform.settings import Settings, SettingsError

Sign = Callable[[bytes], bytes]

# RFC 6376 5.4.1 and, for the way out with one click, RFC 8058 4: the signature has to cover these.
SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type",
    b"reply-to", b"list-unsubscribe", b"list-unsubscribe-post",
)  # fmt: skip
# RFC 8301 3.2: receivers may hold shorter keys for no signature at all.
LEAST_BITS = 2048

_EXTENSION = "newsroom.mail.signing"
_LABELS = re.compile(
    r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*"
)
_FIELD_NAME = re.compile(rb"(?m)^([!-9;-~]+):")


def init_app(app: Flask, settings: Settings | None) -> None:
    """Read the key for an application. Raises `SettingsError` when nothing can be signed with it."""
    app.extensions[_EXTENSION] = signer(settings)


def signed(message: bytes) -> bytes:
    """The message of the running application as it leaves. Raises `Unsendable` when it cannot be signed."""
    sign: Sign = current_app.extensions[_EXTENSION]
    return sign(message)


def signer(settings: Settings | None) -> Sign:
    """What signs by these settings, or leaves each message alone. Raises `SettingsError`."""
    if settings is None or not (settings.dkim_key and settings.dkim_selector and settings.dkim_domain):
        return lambda message: message
    key = _key(settings.dkim_key)
    selector = _name("SELECTOR", settings.dkim_selector)
    domain = _name("DOMAIN", settings.dkim_domain)
    # Only here: it brings a resolver of the DNS along, which each command of a site without a key would load.
    import dkim

    def sign(message: bytes) -> bytes:
        head = message.partition(b"\r\n\r\n")[0]
        present = {name.lower() for name in _FIELD_NAME.findall(head)}
        covered = [name for name in SIGNED if name in present]
        try:
            field = dkim.sign(
                message, selector, domain, key,
                canonicalize=(b"relaxed", b"relaxed"), include_headers=covered,
            )  # fmt: skip
        except dkim.DKIMException as problem:
            raise Unsendable(f"It cannot be signed: {problem}.") from problem
        # The library's folding may leave a line of one space at the end, which some servers refuse.
        return bytes(field.rstrip()) + b"\r\n" + message

    return sign


def _key(pem: str) -> bytes:
    """The key as the library reads it. In an environment its line ends may stand as backslash and n."""
    text = "\n".join(line.strip() for line in pem.replace("\\n", "\n").strip().splitlines())
    key = text.encode("utf-8", "replace")
    # Only here, as above.
    from dkim.crypto import parse_pem_private_key

    try:
        numbers = parse_pem_private_key(key)
    except Exception:
        # The library's reader fails in many ways on what is no key.
        raise SettingsError(
            "NEWSROOM_DKIM_KEY is no private RSA key in PEM form: "
            "make one with `openssl genrsa -out dkim.pem 2048` and name it in NEWSROOM_DKIM_KEY_FILE."
        ) from None
    bits = int(numbers["modulus"]).bit_length()
    if bits < LEAST_BITS:
        raise SettingsError(
            f"NEWSROOM_DKIM_KEY has {bits} bits, which mail services do not trust: "
            f"make one of {LEAST_BITS} bits with `openssl genrsa -out dkim.pem {LEAST_BITS}`."
        )
    return key


def _name(which: str, value: str) -> bytes:
    try:
        name = wire_domain(value.strip().rstrip("."))
    except Unsendable:
        name = ""
    if not _LABELS.fullmatch(name):
        raise SettingsError(
            f"NEWSROOM_DKIM_{which} is “{value}”, which is no name in the DNS: give one such as "
            + ("newsroom2026." if which == "SELECTOR" else "letters.example.")
        )
    return name.encode("ascii")
