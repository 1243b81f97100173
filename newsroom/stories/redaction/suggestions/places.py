"""Streets, postcodes and towns, and what speaks for a run of words being a place.

Pure. Places are suggested to be made vaguer: often they may stay, sometimes they give everything away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.stories.redaction.suggestions.capitals import Run
from newsroom.stories.redaction.suggestions.found import Find
from newsroom.stories.redaction.suggestions.names import TOWNS

_KIND_OF_STREET = (
    r"Street|St|Road|Rd|Lane|Avenue|Ave|Row|Court|Hill|Close|Crescent|Way|Drive|Terrace|Place|Square|Parade|"
    r"Wynd|Brae|Approach|Gardens|Grove|Mews|Walk|Quay|Boulevard|Blvd|Highway|"
    r"Alley|Rise|Green|Gate|Vale|Yard|Bazaar"
)
_CAP = r"[^\W\d_a-z][\w’'.-]{0,30}"
_STREET = re.compile(
    rf"(?<![\w-])(?:(?:Flat|Apartment|Apt|Unit|Suite)[ ]\w{{1,5}},?[ ])?(?:\d{{1,5}}[A-Za-z]?(?:st|nd|rd|"
    rf"th)?,?[ ])?(?:{_CAP}[ ]){{1,3}}(?:{_KIND_OF_STREET})(?![\w-]|\.?[ ][A-Z]\.)"
)
_NUMBERED = re.compile(
    rf"(?<![\w-])\d{{1,5}}[A-Za-z]?[ ](?:{_CAP}[ ]){{1,2}}(?:{_KIND_OF_STREET}|Farm|House|End)\b"
)
_CONTINENTAL = re.compile(
    r"(?<![\w-])(?:\w{1,30}(?:straße|strasse|str\.|weg|platz|gasse|allee|ufer|damm|pad|laan|straat|"
    r"gracht)[ ]\d{1,4}[a-z]?"
    rf"|(?:\d{{1,4}},?[ ])?(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace|[Cc]alle|[Pp]laza|[Pp]iazza|[Uu]l\.|"
    rf"[Uu]lica)[ ](?:de[ ]|du[ ]|la[ ]|des[ ]|del[ ]|d[’'])?{_CAP}(?:[ ]\d{{1,4}})?)(?!\w)"
)
_POSTCODES = re.compile(
    r"(?<!\w)(?:[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}|[A-Z]\d[\dW][ ][A-Z\d]{4}|[A-Z]{2}[ ]\d{5})(?!\w)"
)
_CODE_AND_TOWN = re.compile(rf"(?<![\w-])\d{{5}}[ ](?P<town>{_CAP})(?!\w)")
_IN = re.compile(r"(?<![\w-])(?P<at>in|near|outside|around|towards|leaving|via|nearby)[ ]$", re.IGNORECASE)
_TRAVEL = re.compile(r"\b(?:from|to|at|of|through|back[ ]to|off)[ ]$", re.IGNORECASE)
_PLACE_AFTER = re.compile(
    r"[ ](?:airport|station|branch|office|depot|bypass|harbour|library|town|clinic|area|shop)\b"
)
_LEADS_TO_A_PLACE = re.compile(
    r"(?:\b(?:in|at|to|from|of|near|the|a|our|your|their|via|through|around|outside|off)|,)[ ]$",
    re.IGNORECASE,
)
_BEHIND_COMMA = re.compile(r"[\w”’)],[ ]$")
_ENDS = re.compile(
    r"[.,:;!?)]|$|\n|[ ](?:\d|and\b|to\b|was\b|is\b|with\b|at\b|when\b|on\b|does\b|they\b|for\b|found\b)"
)


def streets(text: str) -> Iterator[Find]:
    """Streets with or without a number, and postcodes."""
    for pattern in (_STREET, _NUMBERED, _CONTINENTAL):
        for match in pattern.finditer(text):
            start = match.start()
            while first := re.match(r"(?:The|In|On|At|Our|My|From|And|Of|To)[ ]", text[start : match.end()]):
                start += first.end()
            yield Find(start, match.end(), "street", "looks like a street", 0.75)
    for match in _POSTCODES.finditer(text):
        yield Find(match.start(), match.end(), "place", "looks like a postcode", 0.8)
    for match in _CODE_AND_TOWN.finditer(text):
        yield Find(match.start(), match.end(), "place", "looks like a postcode and a town", 0.7)


def evidence(text: str, run: Run) -> Iterator[tuple[str, float]]:
    """Reasons to think that the run names a town or a region, each with its weight."""
    if run.title:
        return
    before, after = text[max(run.start - 30, 0) : run.start], text[run.end : run.end + 20]
    if " ".join(run.key) in TOWNS:
        # “Austin found it” is a man more often than the town.
        alone = (
            before.endswith((" ", "\n")) and not _LEADS_TO_A_PLACE.search(before) and not _ENDS.match(after)
        )
        yield "is a town", 1 if alone else 4
    if match := _IN.search(before):
        yield f"“{match['at'].lower()}” comes before it", 3 if len(run.words) < 3 else 1.5
    elif _TRAVEL.search(before):
        yield "somebody comes from there or goes there", 0.75
    if _PLACE_AFTER.match(after):
        ours = re.search(r"\b(?:our|your|their|its|another|local|nearest)[ ]$", before, re.IGNORECASE)
        yield f"“{after.split()[0]}” comes after it", 3 if ours else 1.5
    if _BEHIND_COMMA.search(before) and _ENDS.match(after) and not run.opens:
        yield "follows a name, as a town does", 1.25
