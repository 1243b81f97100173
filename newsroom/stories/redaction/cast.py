"""Who and what is in a story, how each is treated in print, and what of it still stands there.

Pure. What is found is computed each time, from the sealed original and the list of companies; what editors
said about it (`Mark`, `Naming`) is handed in. It changes no text: it proposes spans and says which passages
are open, done, harmless or may be named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from newsroom.stories.redaction import entities
from newsroom.stories.redaction.disguises import Searcher, folded
from newsroom.stories.redaction.entities import (
    Decision,
    Entity,
    Kind,
    Mention,
    NamingRefusal,
    Stance,
    Treatment,
    Verdict,
    lasting,
    to_keep_out,
)
from newsroom.stories.redaction.finds import THINGS_OF_KINDS, Find, Mark, finds_in, houses_of
from newsroom.stories.redaction.passages import OPTIONAL, Judge, Passage, apart
from newsroom.stories.redaction.roles import Bearing, bearing
from newsroom.stories.redaction.spans import Span
from newsroom.stories.redaction.suggestions import Company, Thing
from newsroom.stories.redaction.suggestions.vocabulary import is_ordinary


@dataclass(frozen=True)
class Naming:
    """What editors decided about one entity. What is empty here follows from the story and the matrix."""

    entity: str
    kind: str = ""
    same_as: str = ""
    stance: str = ""
    role: str = ""
    descriptor: str = ""
    treatment: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Member:
    """Somebody or something in the story. `phrase` is what print says instead, without brackets; it is empty
    where it says the name."""

    entity: Entity
    decision: Decision
    phrase: str
    open_count: int
    choices: tuple[Treatment, ...]
    stance: Stance
    role: str
    descriptor: str
    # The keys of entities that an editor said are the same as this one.
    merged: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.entity.key

    @property
    def is_named(self) -> bool:
        return self.decision.treatment is Treatment.NAMED


@dataclass(frozen=True, order=True)
class Withheld:
    """A surface form that print must not show: of which class, and of which entity, if of any."""

    form: str
    thing: Thing
    entity: str = ""


@dataclass(frozen=True)
class Cast:
    """Everybody and everything that a story speaks of, in the order of the text."""

    passages: tuple[Passage, ...] = ()
    members: tuple[Member, ...] = ()
    withheld: tuple[Withheld, ...] = ()

    def forms(self) -> tuple[Withheld, ...]:
        """Every form that must not appear in print, wherever it is printed."""
        return self.withheld

    @property
    def open(self) -> tuple[Passage, ...]:
        """The passages that print may not have and still has."""
        return tuple(passage for passage in self.passages if passage.state == "open")

    @property
    def open_count(self) -> int:
        return len(self.open)

    @cached_property
    def _by_key(self) -> dict[str, Member]:
        return {member.key: member for member in self.members}

    def member(self, key: str) -> Member | None:
        """The entity of that key; None where the story has none."""
        return self._by_key.get(key)

    @property
    def proposals(self) -> tuple[Span, ...]:
        """What would be printed instead, of everything for which there is something to propose."""
        return tuple(passage.proposed for passage in self.passages if passage.proposed)


def cast_of(
    original: str,
    verdict: Verdict,
    spans: Sequence[Span],
    marks: Iterable[Mark] = (),
    namings: Iterable[Naming] = (),
    house_list: Iterable[Company] = (),
    *,
    told_company: str = "",
) -> Cast:
    """Who is in the story, and what of them stands in the text that the spans give. Expects spans in order.

    `told_company` is the company that the author named beside the story. The same input always gives the same
    cast, in time that grows with the text.
    """
    houses = houses_of(original, tuple(house_list), told_company)
    finds = finds_in(original, tuple(marks), houses, told_company)
    decided = {naming.entity: naming for naming in namings}
    who, keys = _entities(original, finds, decided, houses)
    decisions = {entity.key: _decision(verdict, entity, decided.get(entity.key)) for entity in who}
    instead = entities.phrases(who, decisions)
    proposed = _by_find(finds, entities.proposed_spans(original, who, decisions))
    forms = {entity.key: _forms_of(entity, decisions) for entity in who}
    judged = Judge(original, spans, verdict, houses, decisions, forms)
    passages = apart(judged.passage(find, keys.get(find, ""), proposed.get(find)) for find in finds)
    left = Counter(one.entity for one in passages if one.state == "open")
    members = tuple(_member(one, decisions[one.key], instead, left[one.key], decided) for one in who)
    told = _told_forms(told_company, verdict, houses, who)
    return Cast(passages, members, _withheld(passages, members, forms, houses, told))


def _by_find(finds: Sequence[Find], spans: Sequence[Span]) -> dict[Find, Span]:
    """Which span is proposed for which find: the one that holds it. Both are in order."""
    found: dict[Find, Span] = {}
    place = 0
    for find in finds:
        while place < len(spans) and spans[place].end < find.end:
            place += 1
        if place < len(spans) and spans[place].start <= find.start:
            found[find] = spans[place]
    return found


# Who is who


def _entities(
    original: str, finds: Sequence[Find], decided: Mapping[str, Naming], houses: Sequence[Company]
) -> tuple[tuple[Entity, ...], dict[Find, str]]:
    """The entities as editors see them, and to which of them each find belongs."""
    keys = _keys(finds, houses)
    for find, key in keys.items():
        keys[find] = _followed(key, decided)
    bearings = {find: bearing(original, find.start, find.end) for find in keys if find.thing == "person"}
    kinds = _kinds(keys, bearings, decided)
    mentions = [
        Mention(
            find.start,
            find.end,
            kinds[key],
            find.words,
            _stance(decided.get(key)),
            bearings[find].role if find in bearings else "",
            key,
        )
        for find, key in keys.items()
    ]
    found = entities.entities_of(mentions, houses)
    trades = _trades(keys)
    named = Searcher(name for entity in found for name in entity.names)
    return tuple(_as_decided(one, decided.get(one.key), trades, named) for one in found), keys


def _keys(finds: Sequence[Find], houses: Sequence[Company]) -> dict[Find, str]:
    """Which finds name the same, whatever anybody decided: a name for each group that lasts."""
    bases: dict[Thing, Kind] = {"person": "private", "company": "company", "place": "place"}
    mentions = {
        Mention(find.start, find.end, bases[find.thing], find.words, entity=find.entity): find
        for find in finds
        if find.thing in bases and not find.is_harmless
    }
    return {
        mentions[mention]: lasting(entity.key)
        for entity in entities.entities_of(mentions, houses)
        for mention in entity.mentions
    }


def _followed(key: str, decided: Mapping[str, Naming]) -> str:
    """The entity that this one is the same as, over as many steps as editors took."""
    seen = {key}
    while (naming := decided.get(key)) and naming.same_as and naming.same_as not in seen:
        key = naming.same_as
        seen.add(key)
    return key


def _kinds(
    keys: Mapping[Find, str], bearings: Mapping[Find, Bearing], decided: Mapping[str, Naming]
) -> dict[str, Kind]:
    """What each entity is: by decision, by an editor's mark, by the words around; else the careful guess."""
    kinds: dict[str, Kind] = {}
    careful: dict[Thing, Kind] = {"company": "company", "place": "place"}
    for find, key in keys.items():
        naming = decided.get(key)
        said = bearings[find].kind if find in bearings else ""
        if naming and naming.kind in entities.KINDS:
            kinds[key] = naming.kind
        elif find.kind:
            kinds[key] = find.kind
        elif said and (key not in kinds or kinds[key] == "private"):
            kinds[key] = said
        else:
            kinds.setdefault(key, careful.get(find.thing, "private"))
    return kinds


def _stance(naming: Naming | None) -> Stance:
    return naming.stance if naming and naming.stance in entities.STANCES else "neutral"


def _trades(keys: Mapping[Find, str]) -> dict[str, str]:
    """What the name of a company says about its trade, without an article: “bank” of “Marrowstone Bank”."""
    trades: dict[str, str] = {}
    for find, key in keys.items():
        words = find.usual.replacement.strip("[]").split(" ", 1)
        if find.thing == "company" and len(words) == 2 and words[1] != "company":
            trades.setdefault(key, words[1])
    return trades


def _as_decided(entity: Entity, naming: Naming | None, trades: Mapping[str, str], named: Searcher) -> Entity:
    """With the role and the descriptor that apply; one that would say a name is passed over."""
    wanted = (naming.descriptor if naming else "", entity.descriptor, trades.get(entity.key, ""))
    descriptor = next((words for words in wanted if words and not name_in(words, named)), "")
    role = naming.role if naming and not name_in(naming.role, named) else ""
    return replace(entity, descriptor=descriptor if entity.kind == "company" or naming else "", called=role)


def name_in(words: str, names: Searcher) -> str:
    """The name that stands in these words; empty where none does. “Next” is none in “the next counter”."""
    for sighting in names.sightings(words):
        if words[sighting.start].isupper() or not is_ordinary(sighting.name):
            return sighting.name
    return ""


def _decision(verdict: Verdict, entity: Entity, naming: Naming | None) -> Decision:
    if naming and naming.treatment:
        try:
            return entities.override(entity, Treatment(naming.treatment), naming.reason)
        except (NamingRefusal, ValueError):
            # The entity has become something else since; then the matrix decides.
            pass
    return entities.decide(verdict, entity)


def _member(
    entity: Entity,
    decision: Decision,
    instead: Mapping[str, str],
    open_count: int,
    decided: Mapping[str, Naming],
) -> Member:
    return Member(
        entity=entity,
        decision=decision,
        phrase=instead.get(entity.key, ""),
        open_count=open_count,
        choices=entities.possible(entity.kind),
        stance=entity.stance,
        role=entity.role,
        descriptor=entity.descriptor,
        merged=tuple(key for key in decided if _followed(key, decided) == entity.key != key),
    )


# What print must not show


def _forms_of(entity: Entity, decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    return to_keep_out([entity], decisions)


def _told_forms(
    told: str, verdict: Verdict, houses: Sequence[Company], who: Iterable[Entity]
) -> tuple[Withheld, ...]:
    """The company that the author named and the text does not: a complaint may not be printed under it."""
    house = next((one for one in houses if folded(told) in {folded(name) for name in one.names}), None)
    key = lasting(f"company:{house.canonical}") if house else ""
    if house is None or verdict == "up" or any(entity.key == key for entity in who):
        return ()
    return tuple(Withheld(form, "company", key) for form in (*house.names, *house.domains))


def _withheld(
    passages: Iterable[Passage],
    members: Iterable[Member],
    forms: Mapping[str, tuple[str, ...]],
    houses: Iterable[Company],
    told: Iterable[Withheld],
) -> tuple[Withheld, ...]:
    found: dict[Withheld, None] = dict.fromkeys(told)
    out = {member.key for member in members if not member.is_named} | {one.entity for one in found}
    for member in members:
        thing = THINGS_OF_KINDS[member.entity.kind]
        found |= {Withheld(form, thing, member.key): None for form in forms[member.key]}
    for house in houses:
        key = lasting(f"company:{house.canonical}")
        if key in out:
            found |= {Withheld(slogan, "slogan", key): None for slogan in house.slogans}
    for passage in passages:
        is_free = passage.thing in OPTIONAL or passage.thing in THINGS_OF_KINDS.values()
        if not is_free and passage.state in ("open", "done"):
            found[Withheld(passage.words, passage.thing, passage.entity)] = None
    return tuple(found)
