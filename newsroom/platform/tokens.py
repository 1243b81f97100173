"""Signed words for links: each bound to one purpose, none of them secret, all of them forge-proof.

A token says who it is for and when it was made; what it may do is decided by the door that reads it. It
cannot be taken back: a purpose that needs this binds the token to something that changes with its use.
"""

from datetime import timedelta
from functools import lru_cache
from hashlib import sha256

from itsdangerous import BadData, SignatureExpired, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

from newsroom.platform.settings import current


class TokenError(Exception):
    """The token opens nothing here."""


class TokenExpired(TokenError):
    """The token was ours and for this purpose, but it is too old."""


class TokenForged(TokenError):
    """The token was not made by us, or not for this purpose, or was changed on the way."""


def make(purpose: str, value: str) -> str:
    """A url-safe token that says `value` to whoever reads it for the same purpose.

    Tokens for values of equal length have equal length, which the letters' fixed slots rely on.
    """
    return _signer(purpose).sign(base64_encode(value)).decode("ascii")


def read(purpose: str, token: str, max_age: timedelta | None = None) -> str:
    """The value a token was made with. Raises `TokenExpired` or `TokenForged`, both of them `TokenError`."""
    seconds = None if max_age is None else int(max_age.total_seconds())
    try:
        return base64_decode(_signer(purpose).unsign(token, max_age=seconds)).decode("utf-8")
    except SignatureExpired:
        raise TokenExpired(purpose) from None
    except (BadData, UnicodeError):
        raise TokenForged(purpose) from None


def _signer(purpose: str) -> TimestampSigner:
    return _signer_with(current().secret_key, purpose)


# Kept, because a dispatch makes two tokens a letter.
@lru_cache(maxsize=64)
def _signer_with(secret: str, purpose: str) -> TimestampSigner:
    return TimestampSigner(secret, salt=f"newsroom.{purpose}", key_derivation="hmac", digest_method=sha256)
