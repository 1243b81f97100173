"""The publication's own list of companies, and where a text names them in whatever spelling.

Pure. The list is handed in; this module keeps none and learns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from newsroom.stories.redaction.descriptors import with_article
from newsroom.stories.redaction.disguises import Searcher
from newsroom.stories.redaction.suggestions.found import Find, Thing
from newsroom.stories.redaction.suggestions.vocabulary import is_ordinary


@dataclass(frozen=True)
class Company:
    """One company of the list. `descriptor` is how a thumbs down calls it, without an article: “electronics
    superstore”.
    """

    canonical: str
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    slogans: tuple[str, ...] = ()
    descriptor: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.canonical, *self.aliases)


def named_in(text: str, house_list: tuple[Company, ...]) -> tuple[Company, ...]:
    """Those of the list that a text names, in the order of the list: few of many, which are searched for once
    and for all texts."""
    searcher, owners = _search(house_list)
    named = {owners[sighting.name] for sighting in searcher.sightings(text)}
    return tuple(house_list[place] for place in sorted(named))


@lru_cache(maxsize=2)
def _search(house_list: tuple[Company, ...]) -> tuple[Searcher, dict[str, int]]:
    owners: dict[str, int] = {}
    for place, company in enumerate(house_list):
        for name in (*company.names, *company.domains, *company.slogans):
            owners.setdefault(name, place)
    return Searcher(owners), owners


def known_companies(text: str, house_list: Iterable[Company]) -> Iterator[Find]:
    """Every mention of a company of the list, by name, alias, domain or slogan.

    A name that is also an ordinary word (“Next”) is found with a capital letter only, and with less
    confidence: at the beginning of a sentence a capital says nothing.
    """
    owners: dict[str, tuple[Company, Thing]] = {}
    for company in house_list:
        for name in (*company.names, *company.domains):
            owners.setdefault(name, (company, "company"))
        for slogan in company.slogans:
            owners.setdefault(slogan, (company, "slogan"))
    if not owners:
        return
    for sighting in Searcher(owners).sightings(text):
        company, thing = owners[sighting.name]
        ordinary = is_ordinary(sighting.name)
        if ordinary and not text[sighting.start].isupper():
            continue
        replacement = (
            f"[{with_article(company.descriptor)}]" if thing == "company" and company.descriptor else ""
        )
        reason = f"“{company.canonical}” is on the list of companies"
        confidence = 0.6 if ordinary else 0.98
        yield Find(sighting.start, sighting.end, thing, reason, confidence, rank=0, replacement=replacement)
