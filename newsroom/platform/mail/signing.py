"""Signs what leaves with DKIM, by the keys that the settings name.

The signatures are put before the message; no other byte of it changes. Keys are read once, when the
application starts. Without a key a message is left as it is: the mail server may sign. What a signature
covers and how it is written is in `dkim`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Flask, current_app

from newsroom.platform import clock
from newsroom.platform.mail.dkim import Key, signatures
from newsroom.platform.mail.message import Unsendable, wire_domain
from newsroom.platform.settings import Settings, SettingsError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

Sign = Callable[[bytes], bytes]

# RFC 8301 3.2: receivers may hold shorter keys for no signature at all, and need not take longer ones.
LEAST_BITS, MOST_BITS = 2048, 4096

_EXTENSION = "newsroom.mail.signing"
_LABELS = re.compile(
    r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*"
)


def init_app(app: Flask, settings: Settings | None) -> None:
    """Read the keys for an application. Raises `SettingsError` when nothing can be signed with one."""
    app.extensions[_EXTENSION] = signer(settings)


def signed(message: bytes) -> bytes:
    """The message of the running application as it leaves: with its signatures, where there is a key."""
    sign: Sign = current_app.extensions[_EXTENSION]
    return sign(message)


def signature(message: bytes) -> bytes:
    """What `signed` puts before the message: header lines, or nothing where there is no key."""
    return signed(message).removesuffix(message)


def signer(settings: Settings | None) -> Sign:
    """What signs by these settings, or leaves each message alone. Raises `SettingsError`."""
    if settings is None or not (settings.dkim_key and settings.dkim_selector and settings.dkim_domain):
        return lambda message: message
    keys = [_rsa(settings.dkim_key, _name("SELECTOR", settings.dkim_selector))]
    if settings.dkim_ed25519_key and settings.dkim_ed25519_selector:
        # Second, because few receivers know it yet and some look at the first signature only.
        selector = _name("ED25519_SELECTOR", settings.dkim_ed25519_selector)
        keys.append(_ed25519(settings.dkim_ed25519_key, selector))
    domain = _name("DOMAIN", settings.dkim_domain)

    def sign(message: bytes) -> bytes:
        return signatures(message, domain, keys, int(clock.now().timestamp())) + message

    return sign


# The library is loaded where it is needed: each command of a site without a key would wait for it otherwise.


def _rsa(pem: str, selector: str) -> Key:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256

    key = _read(pem)
    if not isinstance(key, RSAPrivateKey):
        raise SettingsError(
            "NEWSROOM_DKIM_KEY is no private RSA key in PEM form without a password: "
            f"make one with `openssl genrsa -out dkim.pem {LEAST_BITS}` "
            "and name it in NEWSROOM_DKIM_KEY_FILE."
        )
    if not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise SettingsError(
            f"NEWSROOM_DKIM_KEY has {key.key_size} bits, which mail services do not trust: "
            f"make one of {LEAST_BITS} bits with `openssl genrsa -out dkim.pem {LEAST_BITS}`."
        )
    padding, digest = PKCS1v15(), SHA256()
    return Key("rsa-sha256", selector, lambda data: key.sign(data, padding, digest))


def _ed25519(pem: str, selector: str) -> Key:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = _read(pem)
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(
            "NEWSROOM_DKIM_ED25519_KEY is no private Ed25519 key in PEM form without a password: "
            "make one with `openssl genpkey -algorithm ed25519 -out ed25519.pem` "
            "and name it in NEWSROOM_DKIM_ED25519_KEY_FILE."
        )
    # RFC 8463 3: what is signed is the hash.
    return Key("ed25519-sha256", selector, lambda data: key.sign(sha256(data).digest()))


def _read(pem: str) -> PrivateKeyTypes | None:
    """The private key in a text, None where there is none that can be used."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    # In an environment its line ends may stand as backslash and n.
    text = "\n".join(line.strip() for line in pem.replace("\\n", "\n").strip().splitlines())
    try:
        return load_pem_private_key(text.encode("utf-8", "replace"), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _name(which: str, value: str) -> str:
    try:
        name = wire_domain(value.strip().rstrip("."))
    except Unsendable:
        name = ""
    if not _LABELS.fullmatch(name):
        raise SettingsError(
            f"NEWSROOM_DKIM_{which} is “{value}”, which is no name in the DNS: give one such as "
            + ("letters.example." if which == "DOMAIN" else "newsroom2026.")
        )
    return name
