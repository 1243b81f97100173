"""caniemail's tables of what mail programs leave out: line 10.

A gap is allowed where `caniemail_allowed.toml` names it with the clients and the reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import groupby
from pathlib import Path

import html5lib

from judges import npm
from judges.contract import Judge, Verdict
from judges.letters import JudgedLetter

CLIENTS = ("gmail.*", "outlook.*", "apple-mail.*", "yahoo.*")
ALLOWED = Path(__file__).resolve().parent / "caniemail_allowed.toml"


@dataclass(frozen=True)
class Allowance:
    """A gap that is put up with: whole (`none`) or in part (`partial`), in these clients, for a reason.

    `only_on` names the elements on which the property may stand, where these clients know it on no others.
    """

    feature: str
    support: str
    clients: tuple[str, ...]
    reason: str
    only_on: tuple[str, ...] = ()

    def covers(self, feature: str, support: str, client: str) -> bool:
        """Whether this gap is the one that is allowed."""
        named = any(fnmatchcase(client, pattern) for pattern in self.clients)
        # Who puts up with nothing at all puts up with a part.
        return self.feature == feature and (self.support in (support, "none")) and named


@cache
def allowances() -> tuple[Allowance, ...]:
    """The list. Raises `ValueError` for an entry without a reason."""
    listed = tomllib.loads(ALLOWED.read_text(encoding="utf-8"))["gap"]
    found = tuple(
        Allowance(
            each["feature"],
            each["support"],
            tuple(each["clients"]),
            each.get("reason", "").strip(),
            tuple(each.get("only_on", ())),
        )
        for each in listed
    )
    for each in found:
        if len(each.reason.split()) < 4 or each.support not in ("none", "partial"):
            raise ValueError(f"{ALLOWED.name}: “{each.feature}” needs a reason, and none or partial.")
    return found


def _judge_all(letters: Sequence[JudgedLetter]) -> Iterator[Verdict]:
    said = npm.ask("caniemail", {"pages": [letter.html for letter in letters], "clients": CLIENTS})
    for letter, gaps in zip(letters, said, strict=True):
        found = []
        for (feature, support), clients in groupby(_gaps(gaps), key=lambda gap: gap[:2]):
            bad = [gap[2] for gap in clients if not any(each.covers(*gap) for each in allowances())]
            if bad:
                known = "do not know" if support == "none" else "know only in part"
                found.append(f"“{feature}” is what these programs {known}: {', '.join(bad)}.")
        yield Verdict(10, letter.name, (*found, *_misplaced(letter.html)))


def _gaps(said: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[tuple[str, str, str]]:
    for support in ("none", "partial"):
        for feature, clients in said[support].items():
            for client in clients:
                yield feature, support, client


def _misplaced(html: str) -> Iterator[str]:
    """What stands on an element where an allowance says that it does not."""
    bound = [each for each in allowances() if each.only_on]
    found = set()
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        properties = {part.partition(":")[0].strip() for part in element.get("style", "").split(";")}
        found |= {
            f"{name} stands on <{element.tag}>, where {' and '.join(each.clients)} do not know it."
            for each in bound
            for name in properties
            if (name == each.feature or name.startswith(f"{each.feature}-"))
            and element.tag not in each.only_on
        }
    yield from sorted(found)


def unused(letters: Sequence[JudgedLetter]) -> list[str]:
    """The features on the list of which none of these letters has a gap."""
    said = npm.ask("caniemail", {"pages": [letter.html for letter in letters], "clients": CLIENTS})
    seen = {gap for gaps in said for gap in _gaps(gaps)}
    return [each.feature for each in allowances() if not any(each.covers(*gap) for gap in seen)]


JUDGE = Judge("caniemail", (10,), lambda: npm.version("caniemail"), _judge_all)
