"""Makes the letters that are no issue (confirmation, receipt, question …) with what they say on a sample day.

Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Flask

from judges.letters import JudgedLetter


def names() -> list[str]:
    """Every ordinary letter, by its template."""
    return []


def letters(app: Flask, wanted: Iterable[str]) -> Iterator[JudgedLetter]:
    """These letters, each as one signed message."""
    yield from ()
