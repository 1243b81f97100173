"""Checks of days: what is over when the issue comes out, and weekdays that the calendar does not know.

Pure. Everything is measured by the day that the issue carries, so that a check made early says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from newsroom.issues import kinds
from newsroom.issues.checks.finding import Facts, Finding, place
from newsroom.issues.checks.reading import Written, around
from newsroom.issues.document import IssueDocument
from newsroom.issues.kinds.spec import day, days, offer, split_offer
from newsroom.platform.days import MONTHS, WEEKDAYS, long_date


def nothing_is_over(document: IssueDocument, _facts: Facts) -> Iterator[Finding]:
    """An event that has passed; one that gives the address of its materials is meant to look back."""
    for section in document.sections:
        if section.value("materials") not in ("", "later"):
            continue
        for key in kinds.kind_of(section.kind).all_keys:
            ends = _day(section.value(key.name).rpartition(" to ")[2]) if key.check is days else None
            if ends and ends < document.masthead.issue_on:
                sentence = f"It was over on {long_date(ends)}, before this issue; take it out or mend it."
                yield Finding("warning", "event-over", place(section), sentence, section.id, key.name)


def nothing_has_expired(document: IssueDocument, _facts: Facts) -> Iterator[Finding]:
    """An offer or a sale that ends before the issue comes out."""
    for section in document.sections:
        for key in kinds.kind_of(section.kind).all_keys:
            value = section.value(key.name)
            ends = None
            if key.check is offer:
                ends = _day(split_offer(value)[1] or "")
            elif key.check is day:
                ends = _day(value)
            if ends and ends < document.masthead.issue_on:
                sentence = f"It ended on {long_date(ends)}, before this issue; take it out or mend it."
                yield Finding("warning", "offer-expired", place(section), sentence, section.id, key.name)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None


_SHORT = "|".join(name[:3] for name in WEEKDAYS)
_WEEKDAY = rf"\b(?P<weekday>{'|'.join(WEEKDAYS)}|{_SHORT}),?\s{{1,3}}"
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_AND_YEAR = r"(?:,?\s{1,3}(?P<year>\d{4})(?!\d))?"
_DATES = (
    re.compile(rf"{_WEEKDAY}(?:the\s)?{_NUMBER}\s(?:of\s)?{_MONTH}{_AND_YEAR}"),
    re.compile(rf"{_WEEKDAY}{_MONTH}\s{_NUMBER}(?!\d){_AND_YEAR}"),
)


def weekdays_match_their_dates(words: Written, document: IssueDocument, _facts: Facts) -> Iterator[Finding]:
    """“Tuesday, 3 November” where the third is a Wednesday.

    Without a year the nearest such day to the issue is meant; a reader's story may be about any year.
    """
    is_story = words.section is not None and kinds.kind_of(words.section.kind).source == "story"
    judged: set[str] = set()
    for text in words.paragraphs:
        for found in (match for pattern in _DATES for match in pattern.finditer(text)):
            if found[0] in judged or (is_story and not found["year"]):
                continue
            judged.add(found[0])
            meant = _meant(found, document.masthead.issue_on)
            if meant and not WEEKDAYS[meant.weekday()].startswith(found["weekday"][:3]):
                sentence = f"“{found[0]}” is a {WEEKDAYS[meant.weekday()]}; mend the day or the date."
                yield words.finding("warning", "wrong-weekday", sentence, around(text, *found.span()))


def _meant(found: re.Match[str], near: date) -> date | None:
    month, number = MONTHS.index(found["month"]) + 1, int(found["day"])
    years = [int(found["year"])] if found["year"] else [near.year - 1, near.year, near.year + 1]
    known = [one for one in (_in(year, month, number) for year in years) if one]
    return min(known, key=lambda one: abs((one - near).days), default=None)


def _in(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
