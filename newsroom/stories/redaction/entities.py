"""Who and what a story is about, how each may be named in print, and the spans that make it so.

Pure. An entity is one company, person or place under all its names; a mention is one passage. How an entity
is treated follows from the naming matrix below, and once for all its mentions: a company that is named in one
sentence and withheld in the next is named. It changes no text: it proposes spans, which an editor accepts or
not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Literal

from newsroom.stories.redaction.comparison import whole_characters
from newsroom.stories.redaction.descriptors import counted
from newsroom.stories.redaction.disguises import Searcher, folded
from newsroom.stories.redaction.spans import Span
from newsroom.stories.redaction.suggestions.house import Company
from newsroom.stories.redaction.suggestions.names import FIRM_WORDS, TITLES

Kind = Literal["company", "staff", "private", "place"]
"""What is mentioned. `private` is everybody who is not at work in the story: friends, family, other
customers.
"""

Stance = Literal["praise", "neutral", "criticise"]
Verdict = Literal["up", "down"]


class Treatment(StrEnum):
    """How an entity appears in print."""

    NAMED = "named"
    FIRST_NAME = "first name"
    ROLE = "role"
    DESCRIPTOR = "descriptor"
    GENERALISED = "generalised"
    WITHHELD = "withheld"


LONGEST_KEY = 200


class NamingRefusal(ValueError):
    """An entity may not be treated like that; the message is a sentence."""


@dataclass(frozen=True, order=True)
class Mention:
    """Code points `start` up to `end` of the original speak of somebody or something.

    `role` is what the person does, if that is known: “manager”, “neighbour”. `entity` puts mentions together
    that share no word: the editor said that they are the same.
    """

    start: int
    end: int
    kind: Kind
    words: str
    stance: Stance = "neutral"
    role: str = ""
    entity: str = ""


@dataclass(frozen=True)
class Entity:
    """One company, person or place with all its mentions, in the order of the text."""

    key: str
    kind: Kind
    canonical: str
    names: tuple[str, ...]
    mentions: tuple[Mention, ...]
    descriptor: str = ""
    # What an editor calls the person, in place of what the story says.
    called: str = ""

    @property
    def stance(self) -> Stance:
        """The worst of its mentions: what is criticised once is treated with care throughout."""
        stances = {mention.stance for mention in self.mentions}
        return "criticise" if "criticise" in stances else "praise" if "praise" in stances else "neutral"

    @property
    def role(self) -> str:
        said = (mention.role for mention in self.mentions if mention.role)
        return self.called or next(said, "")


@dataclass(frozen=True)
class Decision:
    """How an entity is treated and why. `overridden`: a publisher wants it otherwise than the matrix does."""

    treatment: Treatment
    reason: str
    overridden: bool = False


_MATRIX: dict[tuple[Verdict, Kind], tuple[Treatment, str]] = {
    ("up", "company"): (Treatment.NAMED, "Praise names the company."),
    ("up", "staff"): (Treatment.FIRST_NAME, "Praise names staff by their first names."),
    ("up", "place"): (Treatment.NAMED, "Praise may say where it was."),
    ("up", "private"): (Treatment.WITHHELD, "Private people and other customers are never named."),
    ("down", "company"): (Treatment.DESCRIPTOR, "We look at the behaviour, not at the company."),
    ("down", "staff"): (Treatment.ROLE, "A thumbs down names nobody who works there, and says no gender."),
    ("down", "place"): (Treatment.GENERALISED, "A place can give the company away."),
    ("down", "private"): (Treatment.WITHHELD, "Private people and other customers are never named."),
}

_POSSIBLE: dict[Kind, tuple[Treatment, ...]] = {
    "company": (Treatment.NAMED, Treatment.DESCRIPTOR),
    "staff": (Treatment.NAMED, Treatment.FIRST_NAME, Treatment.ROLE),
    "place": (Treatment.NAMED, Treatment.GENERALISED),
    "private": (Treatment.WITHHELD,),
}
KINDS: tuple[Kind, ...] = tuple(_POSSIBLE)
STANCES: tuple[Stance, ...] = ("praise", "neutral", "criticise")


def decide(verdict: Verdict, entity: Entity) -> Decision:
    """The naming matrix. What a thumbs up criticises is treated as in a thumbs down; never the other way
    round, because readers could guess the rest by elimination.
    """
    if verdict == "up" and entity.stance == "criticise" and entity.kind != "private":
        treatment, _ = _MATRIX["down", entity.kind]
        return Decision(treatment, "It is criticised, so it is treated as in a thumbs down.")
    return Decision(*_MATRIX[verdict, entity.kind])


def possible(kind: Kind) -> tuple[Treatment, ...]:
    """How something of that kind may be treated at all."""
    return _POSSIBLE[kind]


def override(entity: Entity, treatment: Treatment, reason: str) -> Decision:
    """A publisher's decision against the matrix. Raises `NamingRefusal` without a reason, for a treatment
    that means nothing for such an entity, and for private people, whom nobody may name.
    """
    if entity.kind == "private":
        raise NamingRefusal("Private people and other customers are never named.")
    if treatment not in _POSSIBLE[entity.kind]:
        choices = " or ".join(_POSSIBLE[entity.kind])
        raise NamingRefusal(f"{entity.canonical} cannot be treated as “{treatment}”, only as {choices}.")
    if not reason.strip():
        raise NamingRefusal("Write down the reason: somebody will ask for it.")
    return Decision(treatment, reason.strip(), overridden=True)


def lasting(key: str) -> str:
    """The key as it is kept: it says nothing about who is at work, and is never longer than its column."""
    key = key.replace("private:", "person:", 1) if key.startswith("private:") else key
    return key if len(key) <= LONGEST_KEY else f"{key[:120]}…{sha256(key.encode()).hexdigest()[:16]}"


def entities_of(mentions: Iterable[Mention], house_list: Iterable[Company] = ()) -> tuple[Entity, ...]:
    """The mentions put together: one entity for everything that names the same.

    A shorter name belongs to a longer one that has all its words (“Brightwell” to “Brightwell Mobile”,
    “Karen” to “Karen Fenwick”), a domain to the name that it spells, any name of a listed company to that
    company. A name that fits two longer ones stays by itself: it is for the editor to say whose it is.
    """
    ordered = sorted(mentions)
    houses = tuple(house_list)
    groups: dict[tuple[Kind, str], list[Mention]] = {}
    owners = _owners(ordered, houses)
    for mention in ordered:
        groups.setdefault((mention.kind, owners[mention]), []).append(mention)
    return tuple(_entity(kind, key, group, houses) for (kind, key), group in groups.items())


def _owners(mentions: Sequence[Mention], houses: Sequence[Company]) -> dict[Mention, str]:
    """For each mention the key of its entity."""
    listed = {name: house.canonical for house in houses for name in (*house.names, *house.domains)}
    searcher = Searcher(listed)
    owners: dict[Mention, str] = {}
    bearers: dict[Kind, dict[tuple[str, ...], str]] = {}
    # The longest names first, so that a shorter one finds the longer one that it belongs to.
    for mention in sorted(mentions, key=lambda mention: (-len(_parts(mention)), mention)):
        if mention.entity:
            owners[mention] = mention.entity
        elif mention.kind == "company" and (seen := next(searcher.sightings(mention.words), None)):
            owners[mention] = f"company:{listed[seen.name]}"
        else:
            owners[mention] = _bearer(mention, bearers.setdefault(mention.kind, {}))
        bearers.setdefault(mention.kind, {}).setdefault(_parts(mention), owners[mention])
    return owners


def _bearer(mention: Mention, bearers: Mapping[tuple[str, ...], str]) -> str:
    parts = _parts(mention)
    if parts in bearers:
        return bearers[parts]
    fitting = {owner for longer, owner in bearers.items() if _belongs(parts, longer, mention.kind)}
    return fitting.pop() if len(fitting) == 1 else f"{mention.kind}:{' '.join(parts)}"


def _belongs(shorter: tuple[str, ...], longer: tuple[str, ...], kind: Kind) -> bool:
    if kind == "place":
        return False
    if kind == "company":
        spelt = "".join(shorter)
        return longer[: len(shorter)] == shorter or spelt in ("".join(longer), longer[0])
    return all(any(_same_name(one, other) for other in longer) for one in shorter)


def _same_name(one: str, other: str) -> bool:
    """A name, or the initial that stands for it."""
    return one == other or (min(len(one), len(other)) == 1 and one[:1] == other[:1])


_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?(?P<stem>[\w-]+)(?:\.[\w-]+)+(?:/\S*)?", re.IGNORECASE)


def _parts(mention: Mention) -> tuple[str, ...]:
    """The folded words of a name without titles, articles and legal forms; of a domain, its stem."""
    words = mention.words.split("@", 1)[-1] if mention.kind == "company" else mention.words
    if mention.kind == "company" and (match := _DOMAIN.fullmatch(words)):
        return tuple(folded(part) for part in match["stem"].split("-"))
    found = [folded(word) for word in re.findall(r"[^\W_]+(?:[’'.-][^\W_]+)*", words)]
    if mention.kind == "company":
        bare = [word for word in found if word not in ("the", "and", *_LEGAL)]
    else:
        bare = [word for word in found if word not in TITLES and word not in ("the", "and")]
    return tuple(re.sub(r"[’']s$", "", word) for word in bare) or tuple(found)


_LEGAL = "ltd limited plc inc llc gmbh ag kg s.l b.v co corp".split()


def _entity(kind: Kind, key: str, mentions: list[Mention], houses: Sequence[Company]) -> Entity:
    house = next(
        (house for house in houses if kind == "company" and key == f"company:{house.canonical}"), None
    )
    names = tuple(dict.fromkeys(mention.words for mention in mentions))
    if house is not None:
        names = tuple(dict.fromkeys((*house.names, *house.domains, *names)))
    canonical = house.canonical if house else max(names, key=len)
    return Entity(key, kind, canonical, names, tuple(mentions), house.descriptor if house else "")


def described(entity: Entity, descriptor: str) -> Entity:
    """The same entity with the words by which an editor wants it called, without an article."""
    return replace(entity, descriptor=" ".join(descriptor.split()))


def phrases(entities: Iterable[Entity], decisions: Mapping[str, Decision]) -> dict[str, str]:
    """What is printed instead of each entity that is not named, by its key, without brackets.

    Staff who would be named by a first name that nobody said are called by their role as well. Counted in the
    order of the first mentions: an electronics superstore, another electronics superstore, a third
    electronics superstore. The same entity has the same words wherever it is mentioned.
    """
    counts: Counter[str] = Counter()
    found: dict[str, str] = {}
    for entity in sorted(entities, key=lambda entity: entity.mentions[0].start):
        treatment = decisions[entity.key].treatment
        if treatment is Treatment.NAMED or (treatment is Treatment.FIRST_NAME and _first_name(entity)):
            continue
        descriptor = _descriptor(entity)
        counts[descriptor] += 1
        known_role = entity.kind == "staff" and bool(entity.role)
        first_of_its_role = known_role and counts[descriptor] == 1
        found[entity.key] = (
            f"the {descriptor}" if first_of_its_role else counted(descriptor, counts[descriptor])
        )
    return found


_USUAL: dict[Kind, str] = {
    "company": "company",
    "staff": "member of staff",
    "private": "person",
    "place": "town",
}

_WITHOUT_GENDER = {
    "waitress": "waiter",
    "stewardess": "steward",
    "hostess": "host",
    "manageress": "manager",
    "landlady": "landlord",
    "salesman": "salesperson",
    "saleswoman": "salesperson",
    "postman": "postal worker",
    "postwoman": "postal worker",
    "foreman": "site manager",
    "chairman": "chair",
    "chairwoman": "chair",
    "midwife": "midwife",
    "husband": "spouse",
    "wife": "spouse",
    "son": "child",
    "daughter": "child",
    "mother": "parent",
    "father": "parent",
    "mum": "parent",
    "mom": "parent",
    "dad": "parent",
    "brother": "relative",
    "sister": "relative",
    "aunt": "relative",
    "uncle": "relative",
    "nephew": "relative",
    "niece": "relative",
    "grandmother": "grandparent",
    "grandfather": "grandparent",
    "boy": "child",
    "girl": "child",
    "man": "person",
    "woman": "person",
    "lady": "person",
    "gentleman": "person",
}


def _descriptor(entity: Entity) -> str:
    if entity.descriptor:
        return entity.descriptor
    role = entity.role.casefold().strip()
    return _WITHOUT_GENDER.get(role, role) or _USUAL[entity.kind]


def proposed_spans(
    text: str, entities: Iterable[Entity], decisions: Mapping[str, Decision]
) -> tuple[Span, ...]:
    """Spans over every mention that may not be printed as it is, in the order of the text, without overlaps.

    A descriptor takes the article and the role before the name with it: “the manager, Karen,” is “[the
    manager]”. At the beginning of a sentence it has a capital letter.
    """
    known = tuple(entities)
    instead = phrases(known, decisions)
    claims = sorted(
        ((mention, entity) for entity in known for mention in entity.mentions),
        key=lambda claim: claim[0].start,
    )
    spans: list[Span] = []
    free_from = 0
    for mention, entity in claims:
        span = _span(
            text, mention, entity, decisions[entity.key].treatment, instead.get(entity.key, ""), free_from
        )
        if span is not None and span.start >= free_from:
            spans.append(span)
            free_from = span.end
        free_from = max(free_from, mention.end)
    return tuple(spans)


def _span(
    text: str, mention: Mention, entity: Entity, treatment: Treatment, phrase: str, free_from: int
) -> Span | None:
    if treatment is Treatment.NAMED:
        return None
    if treatment is Treatment.FIRST_NAME and (first := _first_name(entity)):
        if folded(first) == folded(mention.words):
            return None
        return Span(mention.start, mention.end, "anonymise", entity.key, first)
    start = _with_what_leads_to_it(text, mention, entity, free_from)
    # What leads to a name stays where taking it along would cut a character in two.
    start = start if whole_characters(text, start, start)[0] == start else mention.start
    said = phrase[:1].upper() + phrase[1:] if _opens(text, start) else phrase
    if treatment is Treatment.GENERALISED:
        return Span(start, mention.end, "generalise", entity.key, said)
    # Of the two commas around a name, one goes with the words before it; the other then ends nothing.
    is_aside = text[start : mention.start].endswith(", ") and text[mention.end : mention.end + 1] == ","
    return Span(start, mention.end + is_aside, "anonymise", entity.key, f"[{said}]")


def _opens(text: str, place: int) -> bool:
    """Whether a sentence begins there."""
    before = text[max(place - 12, 0) : place].rstrip(" \u00a0“”\"'‘’(*_")
    return not before or before[-1] in "\n.!?…" or (before.isspace() and place < 12)


def _first_name(entity: Entity) -> str:
    """The first name if any mention says it; empty when there is only “Mr Fenwick” or “H. W.”."""
    for mention in sorted(entity.mentions, key=lambda mention: -len(mention.words)):
        words = mention.words.split()
        titled = words[0].casefold().strip(".") in TITLES
        bare = [word for word in words if word.casefold().strip(".") not in TITLES]
        if bare and (len(bare) > 1 or not titled) and len(bare[0].strip(".")) > 1:
            return bare[0]
    return ""


def _with_what_leads_to_it(text: str, mention: Mention, entity: Entity, free_from: int) -> int:
    """Where the span begins: at the article or the role before the name, unless another span has them."""
    before = text[max(mention.start - 60, free_from) : mention.start]
    role = mention.role or entity.role
    leads = rf"(?:\b(?:the|an?|one|our|your|their|my|his|her)[ ])?\b{re.escape(role)},?[ ]$" if role else ""
    if leads and (match := re.search(leads, before, re.IGNORECASE)):
        return mention.start - len(match[0])
    if match := re.search(r"\b(?:the|an?)[ ]$", before, re.IGNORECASE):
        return mention.start - len(match[0])
    return mention.start


def to_keep_out(entities: Iterable[Entity], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """Every form of a name that print must not show: what the leak check looks for.

    Of people their parts as well, surname and first name by themselves; of a company its first word alone,
    when its name has a word for its trade behind it (“Marrowstone” of “Marrowstone Bank”).
    """
    forms: dict[str, None] = {}
    for entity in entities:
        treatment = decisions[entity.key].treatment
        if treatment is Treatment.NAMED:
            continue
        kept = folded(_first_name(entity)) if treatment is Treatment.FIRST_NAME else ""
        for name in entity.names:
            forms |= {form: None for form in _forms(entity.kind, name) if folded(form) != kept}
    return tuple(forms)


def _forms(kind: Kind, name: str) -> tuple[str, ...]:
    words = name.split()
    if kind in ("staff", "private"):
        bare = [word.strip(".,") for word in words if word.casefold().strip(".,") not in TITLES]
        return (" ".join(bare), *(word for word in bare if len(word) > 2 and word[0].isupper()))
    if kind == "company" and len(words) > 1 and words[-1].casefold().strip(".") in FIRM_WORDS:
        rest = words[:-1]
        return (name, rest[0]) if len(rest) == 1 else (name, " ".join(rest))
    return (name,)
