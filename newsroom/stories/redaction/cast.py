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
from hashlib import sha256
from typing import Literal, cast

from newsroom.stories.redaction import entities
from newsroom.stories.redaction.comparison import whole_characters
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
    to_keep_out,
)
from newsroom.stories.redaction.remains import still_stands
from newsroom.stories.redaction.roles import Bearing, bearing
from newsroom.stories.redaction.spans import Span, overlap
from newsroom.stories.redaction.suggestions import Company, Proposed, Thing, suggest
from newsroom.stories.redaction.suggestions.found import usual_proposal
from newsroom.stories.redaction.suggestions.house import named_in
from newsroom.stories.redaction.suggestions.vocabulary import is_ordinary

PassageState = Literal["open", "done", "harmless", "named"]
"""Print may not have it and has it; it is out; an editor said that it is nothing; print may have it."""

OPTIONAL: frozenset[Thing] = frozenset({"date", "amount"})
"""Print may have these; they are offered because together with others they can give somebody away."""

THINGS_OF_KINDS: dict[Kind, Thing] = {
    "company": "company",
    "staff": "person",
    "private": "person",
    "place": "place",
}
LONGEST_KEY = 200


@dataclass(frozen=True)
class Mark:
    """What an editor said about code points `start` to `end`: it `names` something, or it is `harmless`.

    `kind` is an `entities.Kind` or a `suggestions.Thing`; `entity` is whom it names, if they said so.
    """

    start: int
    end: int
    says: str
    kind: str = ""
    entity: str = ""


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
class Passage:
    """A passage of the original that seems private or gives somebody away, and what became of it."""

    start: int
    end: int
    words: str
    thing: Thing
    reason: str
    confidence: float
    entity: str
    proposed: Span | None
    state: PassageState


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
    houses = _houses(original, tuple(house_list), told_company)
    finds = _finds(original, tuple(marks), houses, told_company)
    decided = {naming.entity: naming for naming in namings}
    who, keys = _entities(original, finds, decided, houses)
    decisions = {entity.key: _decision(verdict, entity, decided.get(entity.key)) for entity in who}
    instead = entities.phrases(who, decisions)
    proposed = _by_find(finds, entities.proposed_spans(original, who, decisions))
    forms = {entity.key: _forms_of(entity, decisions) for entity in who}
    judged = _Judge(original, spans, verdict, houses, decisions, forms)
    passages = _apart(judged.passage(find, keys.get(find, ""), proposed.get(find)) for find in finds)
    left = Counter(one.entity for one in passages if one.state == "open")
    members = tuple(_member(one, decisions[one.key], instead, left[one.key], decided) for one in who)
    told = _told_forms(told_company, verdict, houses, who)
    return Cast(passages, members, _withheld(passages, members, forms, houses, told))


def _by_find(finds: Sequence[_Find], spans: Sequence[Span]) -> dict[_Find, Span]:
    """Which span is proposed for which find: the one that holds it. Both are in order."""
    found: dict[_Find, Span] = {}
    place = 0
    for find in finds:
        while place < len(spans) and spans[place].end < find.end:
            place += 1
        if place < len(spans) and spans[place].start <= find.start:
            found[find] = spans[place]
    return found


# What is found


@dataclass(frozen=True)
class _Find:
    start: int
    end: int
    words: str
    thing: Thing
    reason: str
    confidence: float
    usual: Proposed
    is_harmless: bool = False
    kind: Kind | None = None
    entity: str = ""


def _houses(original: str, listed: tuple[Company, ...], told: str) -> tuple[Company, ...]:
    """The listed companies that this story is about: named in the text, or by its author beside it, which
    need not be a listed one."""
    houses = named_in(f"{original}\n{told}", listed)
    if not any(sign.isalpha() for sign in told):
        return houses
    known = {folded(name) for house in houses for name in house.names}
    return houses if folded(told) in known else (*houses, Company(told))


def _finds(original: str, marks: Sequence[Mark], houses: Sequence[Company], told: str) -> tuple[_Find, ...]:
    """What editors marked, and what was found beside it; no two share a letter, and none cuts a character."""
    named = [_marked(original, mark) for mark in marks if mark.says == "names" and _fits(original, mark)]
    harmless = sorted((mark.start, mark.end) for mark in marks if mark.says == "harmless")
    told_reason = f"“{told}” is on the list of companies"
    finds = []
    for found in suggest(original, houses):
        start, end = whole_characters(original, found.start, found.end)
        reason = (
            "its author says that it is about this company" if found.reason == told_reason else found.reason
        )
        finds.append(
            _Find(
                start,
                end,
                original[start:end],
                found.kind_of_thing,
                reason,
                found.confidence,
                found.proposed,
                is_harmless=any(first <= start and end <= last for first, last in harmless),
            )
        )
    return _without_overlaps(named, finds)


def _fits(original: str, mark: Mark) -> bool:
    return 0 <= mark.start < mark.end <= len(original)


def _marked(original: str, mark: Mark) -> _Find:
    kind = mark.kind if mark.kind in entities.KINDS else None
    thing = THINGS_OF_KINDS[kind] if kind else cast("Thing", mark.kind or "person")
    start, end = whole_characters(original, mark.start, mark.end)
    return _Find(
        start,
        end,
        original[start:end],
        thing,
        "an editor marked it",
        1.0,
        usual_proposal(thing),
        kind=kind,
        entity=mark.entity,
    )


def _without_overlaps(named: Sequence[_Find], finds: Sequence[_Find]) -> tuple[_Find, ...]:
    """In the order of the text; what an editor marked wins over what was found."""
    taken: list[tuple[int, int]] = []
    kept: list[_Find] = []
    marked = sorted(named, key=lambda find: (find.start, -find.end))
    for find in marked:
        if not taken or find.start >= taken[-1][1]:
            taken.append((find.start, find.end))
            kept.append(find)
    free_from, place = 0, 0
    for find in sorted(finds, key=lambda find: find.start):
        while place < len(taken) and taken[place][1] <= find.start:
            place += 1
        is_free = place == len(taken) or taken[place][0] >= find.end
        if is_free and find.start >= free_from:
            kept.append(find)
            free_from = find.end
    return tuple(sorted(kept, key=lambda find: find.start))


# Who is who


def _entities(
    original: str, finds: Sequence[_Find], decided: Mapping[str, Naming], houses: Sequence[Company]
) -> tuple[tuple[Entity, ...], dict[_Find, str]]:
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


def _keys(finds: Sequence[_Find], houses: Sequence[Company]) -> dict[_Find, str]:
    """Which finds name the same, whatever anybody decided: a name for each group that lasts."""
    bases: dict[Thing, Kind] = {"person": "private", "company": "company", "place": "place"}
    mentions = {
        Mention(find.start, find.end, bases[find.thing], find.words, entity=find.entity): find
        for find in finds
        if find.thing in bases and not find.is_harmless
    }
    return {
        mentions[mention]: _lasting(entity.key)
        for entity in entities.entities_of(mentions, houses)
        for mention in entity.mentions
    }


def _lasting(key: str) -> str:
    """The key as it is kept: it says nothing about who is at work, and is never longer than its column."""
    key = key.replace("private:", "person:", 1) if key.startswith("private:") else key
    return key if len(key) <= LONGEST_KEY else f"{key[:120]}…{sha256(key.encode()).hexdigest()[:16]}"


def _followed(key: str, decided: Mapping[str, Naming]) -> str:
    """The entity that this one is the same as, over as many steps as editors took."""
    seen = {key}
    while (naming := decided.get(key)) and naming.same_as and naming.same_as not in seen:
        key = naming.same_as
        seen.add(key)
    return key


def _kinds(
    keys: Mapping[_Find, str], bearings: Mapping[_Find, Bearing], decided: Mapping[str, Naming]
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


def _trades(keys: Mapping[_Find, str]) -> dict[str, str]:
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


# What of it stands in print


@dataclass(frozen=True)
class _Judge:
    original: str
    spans: Sequence[Span]
    verdict: Verdict
    houses: Sequence[Company]
    decisions: Mapping[str, Decision]
    forms: Mapping[str, tuple[str, ...]]

    def passage(self, find: _Find, key: str, proposed: Span | None) -> Passage:
        """The find with what is proposed for it and what became of it."""
        owner = key or (self._owner_of_slogan(find) if find.thing == "slogan" else "")
        if not key:
            proposed = Span(find.start, find.end, find.usual.kind, owner, find.usual.replacement)
        return Passage(
            find.start,
            find.end,
            find.words,
            find.thing,
            find.reason,
            find.confidence,
            owner,
            proposed,
            self._state(find, key, owner, proposed),
        )

    def _owner_of_slogan(self, find: _Find) -> str:
        said = folded(find.words)
        for house in self.houses:
            if any(folded(slogan) == said for slogan in house.slogans):
                return _lasting(f"company:{house.canonical}")
        return ""

    def _state(self, find: _Find, key: str, owner: str, proposed: Span | None) -> PassageState:
        if find.is_harmless:
            return "harmless"
        if key and proposed is None:
            return "named"
        if find.thing == "slogan" and self._may_stand(owner):
            return "named"
        forms = self.forms.get(key, ()) if key else (find.words,)
        if still_stands(self.original, self.spans, find.start, find.end, find.thing, forms):
            return "named" if find.thing in OPTIONAL else "open"
        return "done"

    def _may_stand(self, owner: str) -> bool:
        """A slogan gives away whose it is, which only praise may."""
        decision = self.decisions.get(owner)
        return self.verdict == "up" if decision is None else decision.treatment is Treatment.NAMED


def _apart(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """No proposal reaches into what was before it: the article that it would have taken along stays."""
    found: list[Passage] = []
    free_from = 0
    for passage in passages:
        proposed = passage.proposed
        if proposed and proposed.start < free_from:
            passage = replace(passage, proposed=replace(proposed, start=passage.start))  # noqa: PLW2901
        found.append(passage)
        free_from = max(passage.end, proposed.end if proposed else 0)
    return tuple(found)


# What print must not show


def _forms_of(entity: Entity, decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    return to_keep_out([entity], decisions)


def _told_forms(
    told: str, verdict: Verdict, houses: Sequence[Company], who: Iterable[Entity]
) -> tuple[Withheld, ...]:
    """The company that the author named and the text does not: a complaint may not be printed under it."""
    house = next((one for one in houses if folded(told) in {folded(name) for name in one.names}), None)
    key = _lasting(f"company:{house.canonical}") if house else ""
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
        key = _lasting(f"company:{house.canonical}")
        if key in out:
            found |= {Withheld(slogan, "slogan", key): None for slogan in house.slogans}
    for passage in passages:
        is_free = passage.thing in OPTIONAL or passage.thing in THINGS_OF_KINDS.values()
        if not is_free and passage.state in ("open", "done"):
            found[Withheld(passage.words, passage.thing, passage.entity)] = None
    return tuple(found)


def passage_for(passages: Iterable[Passage], span: Span) -> Passage | None:
    """The passage that a span is about: the first one that it overlaps."""
    for passage in passages:
        if passage.end > span.start and overlap(Span(passage.start, passage.end), span):
            return passage
    return None
