"""The four words by which somebody without an account finds their story again.

Pure but for chance. The words come from the list of BIP 39: 2,048 short English words of which no two begin
with the same four letters. Four of them are one in 17.6 million million. Only a keyed hash of them is stored,
so nobody who reads the database can open a story's status; nor can we, and a lost receipt stays lost.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from functools import cache
from hashlib import sha256

from mnemonic import Mnemonic

WORD_COUNT = 4
_BITS_PER_WORD = 11


def new_seed() -> str:
    """What a receipt's words are made from; whoever has it and the secret key can make them once more."""
    return secrets.token_hex(16)


def words(seed: str, secret: str) -> str:
    """The receipt code of a seed: four words with a space between them."""
    number = int.from_bytes(_keyed("receipt-words", seed, secret), "big")
    chosen = (number >> (_BITS_PER_WORD * place) for place in range(WORD_COUNT))
    return " ".join(_word_list()[part % 2**_BITS_PER_WORD] for part in chosen)


def fingerprint(code: str, secret: str) -> str | None:
    """The hash under which a code is stored, in hexadecimal; None for what cannot be a code.

    Capitals, commas, hyphens and line breaks between the words make no difference: people copy by hand.
    """
    plain = unicodedata.normalize("NFKC", code).lower()
    found = re.findall(r"[^\W\d_]+", plain)
    if len(found) != WORD_COUNT:
        return None
    return _keyed("receipt", " ".join(found), secret).hex()


def _keyed(purpose: str, value: str, secret: str) -> bytes:
    return hmac.new(
        secret.encode(), f"stories.{purpose}\0{value}".encode("utf-8", "replace"), sha256
    ).digest()


@cache
def _word_list() -> list[str]:
    return list(Mnemonic("english").wordlist)
