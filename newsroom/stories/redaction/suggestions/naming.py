"""Who and what is named in a story: people, companies and towns, weighed against each other over the whole
text.

Pure. A name is judged by everything that stands around any of its mentions, because a story says “the
manager, Karen” once and “Karen” ten times; every mention of a name is then suggested, in the same class.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from newsroom.stories.redaction.suggestions import companies, people, places
from newsroom.stories.redaction.suggestions.capitals import Run, runs_of, words_of
from newsroom.stories.redaction.suggestions.found import Find, Thing
from newsroom.stories.redaction.suggestions.names import AMBIGUOUS, FIRM_WORDS, FIRST_NAMES, TITLES
from newsroom.stories.redaction.suggestions.small_letters import names_in_small_letters
from newsroom.stories.redaction.suggestions.vocabulary import by_custom, is_ordinary

_ENOUGH = 2.25
_FOR_AN_OPENING = 1.0
_THINGS: tuple[Thing, ...] = ("person", "company", "place")


@dataclass
class _Case:
    """What speaks for each class of one name, over all its mentions; a reason counts once."""

    reasons: dict[Thing, dict[str, float]] = field(default_factory=lambda: {thing: {} for thing in _THINGS})

    def add(self, thing: Thing, evidence: Iterable[tuple[str, float]]) -> None:
        for reason, weight in evidence:
            self.reasons[thing][reason] = max(weight, self.reasons[thing].get(reason, 0))

    def verdict(self, enough: float) -> tuple[Thing, float, str] | None:
        """The class with the most behind it, its weight and its best reason; None when it is too little."""
        weights = {thing: sum(self.reasons[thing].values()) for thing in _THINGS}
        best = max(_THINGS, key=lambda thing: weights[thing])
        if weights[best] == 0 and enough == 0:
            return "company", 0.0, "has a capital letter for no other reason"
        if weights[best] < enough:
            return None
        reason = max(self.reasons[best], key=lambda reason: self.reasons[best][reason])
        return best, weights[best], reason


def names(text: str) -> tuple[Find, ...]:
    """People, companies and towns that a text names, found without any list of companies."""
    words = words_of(text)
    stems = companies.stems_in(text)
    runs = [run for run in runs_of(text, words) if _could_be_a_name(text, run)]
    cases: dict[tuple[str, ...], _Case] = defaultdict(_Case)
    for run in runs:
        case = cases[run.key]
        case.add("person", people.evidence(text, run))
        case.add("company", companies.evidence(text, run, stems))
        case.add("place", places.evidence(text, run))
    enough = _how_much_is_enough(runs)
    known = {key: verdict for key, case in cases.items() if (verdict := case.verdict(enough[key]))}
    parts = _parts(known)
    found = [find for run in runs for find in _find_of(text, run, known, parts)]
    whole = {key[0]: (thing, reason) for key, (thing, _, reason) in known.items() if len(key) == 1}
    for start, end, thing, reason in names_in_small_letters(text, words, {**parts, **whole}, stems):
        found.append(_named(text, start, end, thing, reason, 0.5))
    return tuple(found)


def _how_much_is_enough(runs: Iterable[Run]) -> dict[tuple[str, ...], float]:
    """A word that is not ordinary and has its capital in the middle of a sentence is a name of something."""
    enough: dict[tuple[str, ...], float] = {}
    for run in runs:
        needed = _ENOUGH if run.ordinary else _FOR_AN_OPENING if run.opens else 0.0
        enough[run.key] = min(needed, enough.get(run.key, needed))
    return enough


def _could_be_a_name(text: str, run: Run) -> bool:
    """An ordinary word at the beginning of a sentence is none, unless somebody speaks or a title is before
    it.
    """
    first = run.words[0]
    if first.initial and len(run.words) == 1:
        return bool(run.title) or text[run.end : run.end + 1] == "."
    if run.title or not run.opens:
        return True
    if len(run.words) > 1:
        return not run.ordinary or "&" in text[run.start : run.end]
    if first.plain in FIRST_NAMES - AMBIGUOUS and not is_ordinary(first.plain):
        return True
    if first.plain in AMBIGUOUS:
        return people.acts_after(text, run.end)
    return not is_ordinary(first.plain)


def _parts(known: dict[tuple[str, ...], tuple[Thing, float, str]]) -> dict[str, tuple[Thing, str]]:
    """Words that belong to a longer name: “Harbottle” to “Clement Harbottle”, “Marrowstone” to “Marrowstone
    Bank”.
    """
    parts: dict[str, tuple[Thing, str]] = {}
    for key, (thing, _weight, _reason) in sorted(known.items(), key=lambda item: -item[1][1]):
        if thing == "place":
            continue
        whole = " ".join(word.capitalize() for word in key)
        for place, word in enumerate(key):
            usable = (
                len(word) > 1
                and word not in FIRM_WORDS
                and word not in TITLES
                and word not in ("the", "and", "of", "de", "van")
            )
            if usable and (thing == "person" or place <= 1) and word not in by_custom():
                parts.setdefault(word, (thing, f"is part of “{whole}”"))
    return parts


def _find_of(
    text: str,
    run: Run,
    known: dict[tuple[str, ...], tuple[Thing, float, str]],
    parts: dict[str, tuple[Thing, str]],
) -> Iterator[Find]:
    start = run.title_start if run.title else run.start
    if len(run.words) > 1 and not run.title and text[max(start - 4, 0) : start] == "The ":
        start -= 4
    if verdict := known.get(run.key):
        thing, weight, reason = verdict
        linked = parts.get(run.key[0]) if all(word in parts for word in run.key) else None
        # A surname alone may look like a town; as part of a name in the same text it is not.
        if linked and linked[0] != thing and weight < 3:
            thing, reason = linked
        yield _named(text, start, run.end, thing, reason, min(0.95, 0.4 + weight / 12), run)
        return
    shared = [word for word in run.key if word in parts]
    if shared and not (run.opens and run.ordinary and not people.acts_after(text, run.end)):
        thing, reason = parts[shared[0]]
        yield _named(text, start, run.end, thing, reason, 0.6, run)


def _named(
    text: str, start: int, end: int, thing: Thing, reason: str, confidence: float, run: Run | None = None
) -> Find:
    replacement = ""
    if thing == "company" and run is not None:
        replacement = next((_TRADES[word] for word in reversed(run.key) if word in _TRADES), "")
    elif thing == "person" and (
        role := re.search(rf"\b({people.ROLES}),?[ ]$", text[max(start - 24, 0) : start], re.IGNORECASE)
    ):
        replacement = f"[the {role[1].lower()}]"
    return Find(start, end, thing, reason, round(confidence, 2), rank=1, replacement=replacement)


_TRADES = {
    word: descriptor
    for descriptor, words in {
        "[a bank]": "bank banco banca banque sparkasse",
        "[an airline]": "air airways airlines airline flights",
        "[a mobile phone company]": "mobile telecom telecoms wireless",
        "[an internet provider]": "broadband internet",
        "[an energy company]": "energy power gas electric strom stadtwerke light",
        "[a water company]": "water",
        "[an insurance company]": "insurance assurance mutual cover",
        "[a hotel]": "hotel inn lodge resort suites hall pension",
        "[a hospital]": "hospital infirmary",
        "[a surgery]": "surgery clinic",
        "[a council]": "council borough",
        "[a parcel service]": "parcels parcel couriers courier express freight",
        "[a railway company]": "trains rail railway railways",
        "[a restaurant]": "restaurant trattoria bistro bbq brasserie",
        "[an electronics shop]": "electronics electricals electrical",
        "[a garden centre]": "garden gardens",
        "[a garage]": "motors garage",
        "[a bookshop]": "books booksellers",
        "[a cruise line]": "cruises",
    }.items()
    for word in words.split()
}
