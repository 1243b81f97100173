"""What speaks for a run of words being the name of a person.

Pure. Evidence is a reason in plain words and its weight; who weighs it against the rest is `naming`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.stories.redaction.suggestions.capitals import Run
from newsroom.stories.redaction.suggestions.names import AMBIGUOUS, FIRM_WORDS, FIRST_NAMES
from newsroom.stories.redaction.suggestions.vocabulary import is_ordinary

ROLES = (
    r"manager|manageress|supervisor|adviser|advisor|agent|assistant|assessor|adjuster|attendant|baker|"
    r"bailiff|barista|boss|builder|caller|captain|caretaker|"
    r"cashier|chef|cleaner|clerk|colleague|conductor|consultant|cook|courier|dentist|director|doctor|driver|"
    r"electrician|employee|engineer|"
    r"fitter|foreman|gardener|guard|handler|host|hostess|housekeeper|inspector|installer|landlady|landlord|"
    r"librarian|locksmith|mechanic|midwife|nurse|"
    r"officer|official|operator|optician|owner|pharmacist|pilot|plumber|porter|postman|proprietor|purser|"
    r"receptionist|rep|representative|roofer|"
    r"salesman|saleswoman|secretary|seller|server|specialist|steward|stewardess|surgeon|surveyor|teacher|"
    r"technician|teller|therapist|trainee|upholsterer|vet|"
    r"waiter|waitress|worker|plumber|postie|stonemason|editor|ceo|chairman|adviser"
)
KIN = (
    r"husband|wife|partner|son|daughter|brother|sister|mother|father|mum|mom|dad|gran|nan|nana|grandmother|"
    r"grandfather|grandson|granddaughter|aunt|"
    r"auntie|uncle|cousin|niece|nephew|friend|mate|neighbour|neighbor|lad|boy|girl|twins|baby|competitor|"
    r"mother-in-law|late|little|old|young|big|poor"
)
_ROLE_WORDS = frozenset(ROLES.split("|"))
_KIN_WORDS = frozenset(KIN.split("|"))
_NAMED = re.compile(
    r"(?:\b(?:man|woman|girl|boy|lad|lady|lassie|fella|fellow|guy|bloke|gentleman|chap|person)"
    r"(?:[’']s|[ ]is|[ ]was)?,?[ ](?:(?:who|that|only|actually)[ ](?:is|was)[ ])?(?:called|named)|"
    r"\bnamed|\b(?:he|she)(?:[’']s|[ ]is|[ ]was)[ ]called|\bnames?(?:[’']s|[ ](?:is|was|are|tag[ ]said|"
    r"badge[ ]said|of))?(?:,|:)?|\bwho[ ]was[ ]called|\b(?:porter|nurse|guard|driver|clerk|"
    r"agent|man|colleague|"
    r"woman|girl|somebody|someone|one|him|her|is|was|are)[ ]called|\bby[ ]the[ ]name[ ]of)[ ][“\"‘]?$",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"(?:\b(?:spoke[n]?|speak|speaking|talk(?:ed)?|chat(?:ted)?)[ ](?:to|with)|\b(?:dear|thank[ ]you,?|"
    r"thanks[ ]to|thanks,?|cheers,?|well,?|signed[ ]by|signed|asked[ ]for|attn:?|i[ ]am|i[’']m|we[ ]are|"
    r"this[ ]is|yours,|"
    r"told|ask(?:ed)?|met|got|then|by[ ]a|to[ ]a|an?|one|some|"
    r"yes,?|no,?|hi|hello|hey|from[ ]a|old))[ ][“\"‘(]?$",
    re.IGNORECASE,
)
_STRONGLY_ADDRESSED = re.compile(
    r"\b(?:spoke|spoken|speak|speaking|talked|dear|thank|thanks|signed|cheers|am|[’']m|hi|yours)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"[)”\"’]?,?[ ](?:who[ ]|then[ ]|also[ ]|even[ ]|just[ ]|at[ ]least[ ]|there[ ]|himself[ ]|"
    r"herself[ ])?(?:said|says|say|told|tells|asked|asks|answered|replied|laughed|explained|promised|goes|"
    r"knelt|smiled|shouted|shrugged|whispered|read|typed|picked[ ]up|hung[ ]up|rang|knows|knew|thinks|"
    r"thought|came|went|looked|drew|sat|stood|stayed|crawled|grumbled|lent|wouldn[’']t|"
    r"couldn[’']t|didn[’']t|informs|maintains|typing|is[ ]typing|turned|took|found|put|gave|met|agreed|"
    r"announced|fitted|opened|noticed|wrote|writes|used[ ]to|served|has[ ]left|just)\b"
)
_SAID_BEFORE = re.compile(
    r"\b(?:said|asked|says|asks|answered|laughed|replied|wrote|goes|typed|because|when|that)[ ]$",
    re.IGNORECASE,
)
BADGE_AFTER = re.compile(
    r"[ ](?:at[ ]the|in[ ]the|in[ ](?:fraud|hr|billing|sales)|from[ ](?:the[ ])?(?:billing|sales|complaints|"
    r"accounts|returns|legal)|\()"
)
_SIGN_OFF = re.compile(
    r"(?:regards|sincerely|faithfully|yours|yours etc\.?|wishes|thanks|cheers|hopefully|truly|"
    r"etc\.?),?\s*\n\s*$|[-–—][ ]?$",
    re.IGNORECASE,
)
_AROUND = ' (“‘",:'


def evidence(text: str, run: Run) -> Iterator[tuple[str, float]]:
    """Reasons to think that the run names a person, each with its weight."""
    yield from _by_itself(run)
    start = run.title_start if run.title else run.start
    before, after = text[max(start - 60, 0) : start], text[run.end : run.end + 60]
    before = before[before.rfind("\n") + 1 :]
    yield from _by_the_word_before(before)
    before = before[-40:]
    if _NAMED.search(before):
        yield "somebody is said to be called that", 3.5
    if match := _ADDRESSED.search(before):
        strong = _STRONGLY_ADDRESSED.search(match[0]) is not None
        phrase = match[0].strip(_AROUND).lower()
        yield f"“{phrase}” comes before it", 2.5 if strong else 0.75
    if _SAYS.match(after) or re.match(r":[ ](?![\d£$€#])", after):
        yield "somebody speaks or acts there", 2 if run.words[0].plain in AMBIGUOUS else 1.5
    if after.startswith(" family"):
        yield "“family” comes after it", 4
    if _SAID_BEFORE.search(before) and not run.opens:
        yield "somebody speaks there", 0.5
    yield from _as_signature(text, run)


def _by_the_word_before(before: str) -> Iterator[tuple[str, float]]:
    """A role or a relation: “the manager Karen”, “my brother, Kofi”, “the manager was Karen”."""
    if not before.endswith(" "):
        return
    words = before.casefold().replace(",", " ").split()[-2:]
    if len(words) == 2 and words[1] in ("is", "was"):
        words.pop()
    word = words[-1] if words else ""
    if word in _ROLE_WORDS or word.removesuffix("s") in _ROLE_WORDS:
        yield f"“{word}” comes before it", 3.5
    elif word in _KIN_WORDS:
        yield f"“{word}” comes before it", 2


def _by_itself(run: Run) -> Iterator[tuple[str, float]]:
    if run.title:
        yield f"“{run.title}” comes before it", 6
    first = run.words[0]
    if first.plain in AMBIGUOUS or (first.plain in FIRST_NAMES and is_ordinary(first.plain)):
        yield "can be a first name", 0.5 if first.opens else 2
    elif first.plain in FIRST_NAMES or first.plain.split("-")[0] in FIRST_NAMES - AMBIGUOUS:
        yield "is a first name", 3.5
    if (
        len(run.words) > 1
        and run.words[1].plain in FIRST_NAMES - AMBIGUOUS
        and first.plain not in FIRST_NAMES
    ):
        yield "has a first name in it", 2
    firm = any(word.plain in FIRM_WORDS for word in run.words)
    if len(run.words) > 1 and not firm:
        if any(word.initial for word in run.words[:-1]):
            yield "has an initial", 3
        elif not any(is_ordinary(word.plain) for word in run.words) and not any(
            "&" in word.text for word in run.words
        ):
            yield "looks like a full name", 1
    if len(run.words) == 1 and "-" in first.text and not run.ordinary:
        yield "looks like a double name", 0.5


_LONGEST_LINE = 200


def _as_signature(text: str, run: Run) -> Iterator[tuple[str, float]]:
    """A name that has a line to itself near the end, or behind “Yours”."""
    line_start = text.rfind("\n", max(run.start - _LONGEST_LINE, 0), run.start) + 1
    line_end = text.find("\n", run.end, run.end + _LONGEST_LINE)
    line_end = len(text) if line_end < 0 else line_end
    start = run.title_start if run.title else run.start
    alone = not text[line_start:start].strip(" \t-–—*") and len(text[run.end : line_end].strip(" .,()")) < 30
    if _SIGN_OFF.search(text[max(start - 40, 0) : start]) and (alone or line_end == len(text)):
        yield "signs the text", 4
    elif alone and line_start > 0 and len(text) - line_end < 60 and not run.ordinary:
        yield "stands below the text like a signature", 3


def speaks_after(text: str, place: int) -> bool:
    """Whether a verb of speaking or doing follows a place."""
    return _SAYS.match(text[place : place + 60]) is not None


def acts_after(text: str, place: int) -> bool:
    """Whether somebody speaks or acts just behind a place: what makes “Grace said” a person."""
    return speaks_after(text, place) or _IS_AFTER.match(text[place : place + 60]) is not None


_IS_AFTER = re.compile(r"[’']s[ ][a-z]|[ ](?:is|was|has|had|did|will)\b(?![ ](?:it|that|this))|:[ ]")


def is_said_to_be_called(text: str, place: int) -> bool:
    """Whether the words before a place say that somebody is called what follows."""
    return _NAMED.search(text[max(place - 60, 0) : place]) is not None
