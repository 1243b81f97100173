"""Passwords as argon2 hashes, and links that let somebody set a new one. Reads and writes no table."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from newsroom.accounts.models import Staff
from newsroom.platform import tokens

_hasher = PasswordHasher()


class Occasion(Enum):
    """Why somebody gets a link: what it is signed for, and how long it lives."""

    RESET = ("accounts.password-reset", timedelta(hours=1))
    INVITATION = ("accounts.invitation", timedelta(days=7))

    @property
    def purpose(self) -> str:
        return self.value[0]

    @property
    def life(self) -> timedelta:
        return self.value[1]


@dataclass(frozen=True)
class Key:
    """What a link says: whose password, and what state it was made for."""

    staff_id: int
    stamp: str


def hashed(password: str) -> str:
    """An argon2id hash with this version's parameters."""
    return _hasher.hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether a password belongs to a hash. Takes the same time when there is none to compare with."""
    # Made before it is needed, so that the first stranger does not wait for it either.
    decoy = _decoy()
    try:
        _hasher.verify(password_hash or decoy, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_dated(password_hash: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def make_key(staff: Staff, occasion: Occasion) -> str:
    """The token of a link that sets this person's password once."""
    return tokens.make(occasion.purpose, f"{staff.id}.{stamp(staff)}")


def read_key(token: str) -> Key:
    """What a token of either occasion says. Raises `TokenExpired` or `TokenForged`."""
    try:
        value = tokens.read(Occasion.RESET.purpose, token, Occasion.RESET.life)
    except tokens.TokenForged:
        value = tokens.read(Occasion.INVITATION.purpose, token, Occasion.INVITATION.life)
    staff_id, _, made_for = value.partition(".")
    return Key(int(staff_id), made_for)


def stamp(staff: Staff) -> str:
    """Changes with the password and with every sign-out-everywhere, so that older links die."""
    state = f"{staff.id}|{staff.password_hash}|{staff.session_epoch}"
    return sha256(state.encode()).hexdigest()[:20]


@cache
def _decoy() -> str:
    return _hasher.hash("the password of nobody")
