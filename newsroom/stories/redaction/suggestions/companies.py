"""What speaks for a run of words being the name of a company, shop, hotel, hospital or public body.

Pure. Works without any list of companies; the publication's own list is searched by `house`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.stories.redaction.suggestions import people
from newsroom.stories.redaction.suggestions.capitals import Run
from newsroom.stories.redaction.suggestions.names import FIRM_WORDS, FIRST_NAMES
from newsroom.stories.redaction.suggestions.vocabulary import by_custom, is_ordinary

_KINDS = (
    r"company|firm|bank|outfit|shop|store|airline|app|hotel|supermarket|chain|insurer|provider|supplier|"
    r"council|hospital|website|network|agency|garage|people|"
    r"lot|place|restaurant|café|pub|dealer|courier|landlord|cover|society|chemist|supplier|operator|shipper|"
    r"one|ferry"
)
_CALLED = re.compile(
    rf"\b(?:{_KINDS}|it[’']s|it[ ]is|it[ ]was|themselves|itself)(?:[ ](?:is|was|are))?"
    rf",?[ ](?:called|named)?[ ]?[“\"‘]?$",
    re.IGNORECASE,
)
_AT = re.compile(
    r"\b(?P<at>at|with|from|by|join(?:ed)?|against|via|using|chose|through)[ ](?:the[ ])?[“\"‘]?$",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"\b(?P<at>for|of|to|about|on|use|than|behind)[ ](?:the[ ])?$",
    re.IGNORECASE,
)
_CUSTOMER_OF = re.compile(
    r"\b(?:banked?(?:ed|ing)?|been|stay(?:ed)?|customers?|order(?:ed|s)?|bought|booked(?:[ ]\w+)?|insured|"
    r"switched|moved|changed|ported|subscribed|flew|fl(?:y|ying)|works?|worked|account|contract|parcel|"
    r"delivery|"
    r"purchased|ticket|shopped|policy|i[ ]am|i[’']m|who[’']?s?|complain(?:t|ed|ing)?)"
    r"(?:[ ](?:and|it|them|online))?[ ](?:at|with|from|by|for|of|to|on|about)[ ](?:the[ ])?$",
    re.IGNORECASE,
)
_DEALT_WITH = re.compile(
    r"\b(?:rang|ring|phoned|phone|telephoned|called|call|emailed|e-mailed|contacted|wrote[ ]to|write[ ]to|"
    r"tell|told|dear|hired|chose|engaged|paid|owns?|run[ ]by|blame|praise|bought|against|"
    r"booked|ask|asked|get|thanks|over[ ]to|switch(?:ed)?[ ]to)[ ](?:the[ ])?$",
    re.IGNORECASE,
)
_BELONGINGS = (
    r"shop|shops|store|stores|branch|branches|app|website|site|van|vans|depot|counter|customers?|account|"
    r"card|cards|support|helpline|office|offices|poster|policy|driver|engineer|advert|man|woman|"
    r"scarf|call[ ]centre|chat|bot|people|staff|team|line|rule|shopfront|care[ ]home|online|telly|laptop|"
    r"voucher|contract|bill|brochure"
)
_HAS_AFTER = re.compile(rf"(?:[’']s?)?[ ](?:own[ ])?(?:{_BELONGINGS})\b", re.IGNORECASE)
_OUR = re.compile(r"\b(?:our|your|their|its|another|local|nearest)[ ]$", re.IGNORECASE)
_MANAGER_AFTER = re.compile(
    r"[’']s?[ ](?:\w+[ ])?(?:manager|technical|line|rule|helpline|website|app|reply|"
    r"letter|slogan|own|boss|answer)\b",
    re.IGNORECASE,
)
_BUSINESS = re.compile(
    r",?[ ](?:has|have|had|is|are|was|were|hasn[’']t|haven[’']t|still[ ]|now[ ]|then[ ]|never[ ]|also[ ]|"
    r"only[ ]|just[ ])?[ ]?(?:charged?s?|charges|owes?|sent|sends|refused|closed|took[ ]over|took|cancelled|"
    r"billed|wanted|wants|"
    r"offers?|offered|replied|answered|writes|wrote|told|went[ ]bust|lost|sells?|sold|debited|gave|put|"
    r"promised|claims?|says|said|should|may|has|have|owns?|use|used|make|makes|who[ ]make|was[ ]not|"
    r"is[ ]not|had|doesn[’']t|"
    r"don[’']t|isn[’']t|on[ ]the|in[ ]the|near)\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"[ ](?:have|are|were|don[’']t|haven[’']t|want|say|make)\b")


def evidence(text: str, run: Run, stems: frozenset[str]) -> Iterator[tuple[str, float]]:
    """Reasons to think that the run names a company. `stems` are names in the text's own addresses."""
    if run.title:
        return
    before, after = text[max(run.start - 60, 0) : run.start], text[run.end : run.end + 40]
    before = before[before.rfind("\n") + 1 :]
    yield from _by_itself(text, run, stems)
    yield from _led_to(before)
    if _HAS_AFTER.match(after) and not _OUR.search(before):
        yield "something of a firm's comes after it", 2.5
    elif _MANAGER_AFTER.match(after):
        yield "something belongs to it", 2
    if _PLURAL.match(after):
        yield "is spoken of as many", 1.5
    elif _BUSINESS.match(after):
        # People write and promise as well as firms do.
        yield "it does business there", 0.5 if run.opens or people.speaks_after(text, run.end) else 1


def _led_to(before: str) -> Iterator[tuple[str, float]]:
    if match := _AT.search(before):
        yield f"“{match['at'].lower()}” comes before it", 2
    elif match := _FOR.search(before):
        yield f"“{match['at'].lower()}” comes before it", 0.75
    if _CUSTOMER_OF.search(before):
        yield "somebody is its customer", 2
    if _CALLED.search(before):
        yield "a firm is said to be called that", 3
    if match := _DEALT_WITH.search(before):
        yield f"“{match[0].strip().lower()}” comes before it", 1


def _by_itself(text: str, run: Run, stems: frozenset[str]) -> Iterator[tuple[str, float]]:
    names = run.key
    firm = [name for name in names if name in FIRM_WORDS]
    if firm and len(names) > 1 and not all(name in by_custom() for name in names):
        yield f"“{firm[-1]}” is a word for a firm", 4 if not run.ordinary or len(names) > 2 else 3
    if "&" in text[run.start : run.end] or "+" in text[run.start : run.end]:
        yield "is joined by “&”", 3.5
    joined = "".join(name for name in names).replace("-", "").replace("'", "")
    if (
        joined in stems
        or (len(names) > 1 and names[0] in stems)
        or any(stem.startswith(joined) for stem in stems if len(joined) > 4)
    ):
        yield "is the name in a web address of the text", 4
    if (names[0] == "the" and len(names) > 1) or (
        len(names) > 1 and text[max(run.start - 4, 0) : run.start] == "The "
    ):
        yield "begins with “The”", 2.5
    if len(names) == 1 and names[0] not in FIRST_NAMES and not run.ordinary:
        yield "is no first name that we know", 0.5
    if (
        not run.opens
        and all(is_ordinary(name) for name in names)
        and not any(name in by_custom() for name in names)
    ):
        yield "is an ordinary word with a capital letter", 0.5


_ADDRESS_STEM = re.compile(
    r"(?:@|//|www\.|(?<![\w.@-]))[ ]?(?P<it>[a-z][\w-]{2,62}(?:\.[\w-]{2,62})?)"
    r"[ ]?(?:\.|[\[({]dot[\])}]|[ ]dot)[ ]?(?:example|com|org|net|co|ie|de|fr|es|pl|in|au|eu)\b",
    re.IGNORECASE,
)
_OF_EVERYBODY = frozenset(
    "mail postbox correo poczta gmail hotmail outlook yahoo icloud gmx quay-mail mailhaus".split()
)


def stems_in(text: str) -> frozenset[str]:
    """Names in the web and e-mail addresses of a text, without hyphens: a firm's name is often its domain."""
    found = set()
    for match in _ADDRESS_STEM.finditer(text):
        stem = match["it"].casefold().rsplit(".", 1)[-1]
        if stem not in _OF_EVERYBODY:
            found |= {stem.replace("-", ""), stem.split("-")[0]}
    for match in re.finditer(r"@(\w{4,40})", text):
        found.add(match[1].casefold())
    return frozenset(found)
