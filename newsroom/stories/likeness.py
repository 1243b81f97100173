"""How alike two stories are: shingles of their words, and a signature by which likely pairs are found.

Pure. Two texts are as alike as the part of their shingles that they share (Jaccard). To compare each story
with every other would take ever longer, so each keeps a signature: a few numbers, the least of many hashes of
its shingles (MinHash), gathered in bands. Texts that share no band are hardly ever alike; those that share
one are candidates, and then the shingles themselves decide. This module keeps nothing, and leaves it to an
editor what a pair means.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

from newsroom.platform.words import folded_words

SHINGLE = 2
"""Words in a row. Of a copy in which every tenth word was changed 72 % is left with two, 59 % with three and
50 % with four; the sample stories share 5 % at most with two, and each tells of something else."""

BANDS = 16
_ROWS = 3
"""Hashes of one band. With these numbers 98 % of the pairs that share three fifths of their shingles meet in
a band, and 2 % of those that share a tenth."""

ALIKE_FROM = 50
"""Percent of shared shingles from which a pair is shown to an editor."""

MOST_WORDS = 2_000
"""A story has at most a thousand; of anything longer the beginning is enough to know it again."""

_PRIME = (1 << 61) - 1
Shingles = frozenset[int]


def shingles(text: str) -> Shingles:
    """Every run of `SHINGLE` words of a text, as numbers; a shorter text is one run, an empty one none."""
    words = folded_words(text)[:MOST_WORDS]
    if not words:
        return frozenset()
    runs = {" ".join(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1))}
    return frozenset(map(_number, runs))


def percent(one: Shingles, other: Shingles) -> int:
    """How many of all the shingles both have, of a hundred; 100 only for the same set."""
    union = len(one | other)
    return len(one & other) * 100 // union if union else 0


def bands(found: Shingles) -> tuple[str, ...]:
    """One short digest for each band of the signature; nothing for a text without a word."""
    if not found:
        return ()
    least = [min((a * number + b) % _PRIME for number in found) for a, b in _permutations()]
    return tuple(
        blake2b(
            ",".join(map(str, least[place * _ROWS : (place + 1) * _ROWS])).encode(), digest_size=8
        ).hexdigest()
        for place in range(BANDS)
    )


def _number(run: str) -> int:
    return int.from_bytes(blake2b(run.encode(), digest_size=8).digest()) % _PRIME


@cache
def _permutations() -> tuple[tuple[int, int], ...]:
    """The same on every machine and for ever, because signatures are kept."""
    return tuple(
        (_number(f"multiply {place}") or 1, _number(f"add {place}")) for place in range(BANDS * _ROWS)
    )
