"""Dates and sums of money: suggested to be made vaguer, at low priority, since most may stay.

Pure. A weekday, a month or a year alone says little and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.stories.redaction.suggestions.found import Find

_MONTHS = {
    "january": "jan jan. januar janvier enero stycznia",
    "february": "feb feb. februar février febrero lutego",
    "march": "mar mar. märz mars marzo marca",
    "april": "apr apr. avril abril kwietnia",
    "may": "mai mayo maja",
    "june": "jun jun. juni juin junio czerwca",
    "july": "jul jul. juli juillet julio lipca",
    "august": "aug aug. août agosto sierpnia",
    "september": "sep sep. sept sept. septembre septiembre września",
    "october": "oct oct. oktober okt octobre octubre października",
    "november": "nov nov. novembre noviembre listopada",
    "december": "dec dec. dezember dez décembre diciembre grudnia",
}
_MONTH_OF = {word: month.capitalize() for month, words in _MONTHS.items() for word in (month, *words.split())}
_MONTH = "(?:" + "|".join(sorted(map(re.escape, _MONTH_OF), key=len, reverse=True)) + r")(?!\w)"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\b,?[ ](?:the[ ])?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL = rf"{_DAY}(?:st|nd|rd|th|\.)?"
_YEAR = r"(?:,?[ ](?:19|20)\d\d|,?[ ][’']\d\d)"
_START = r"(?<![\w£$€₹./-])"

_WRITTEN = re.compile(
    rf"{_START}(?:{_WEEKDAY})?(?:"
    rf"(?:the[ ])?{_ORDINAL}[ ](?:of[ ]|de[ ])?\W?(?P<m1>{_MONTH})\W?(?P<y1>{_YEAR})?"
    rf"|(?P<m2>{_MONTH})[ ]{_DAY}(?:st|nd|rd|th)?(?![\w%]|[.,:]\d|[ ](?:minutes|hours|days|times|people|"
    rf"pounds|quid))(?P<y2>{_YEAR})?"
    rf"|(?P<m3>{_MONTH})(?P<y3>[ ](?:19|20)\d\d)"
    rf"|{_DAY}(?:st|nd|rd|th)[ ](?:inst|ult|prox)\b\.?"
    r")(?!\w)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    rf"{_START}(?:(?P<y>(?:19|20)\d\d)-(?P<m>0[1-9]|1[0-2])-{_DAY}"
    rf"|{_DAY}(?P<sign>[./-])(?:{_DAY})(?P=sign)(?:(?:19|20)\d\d|\d\d))(?![\w/-]|[.,]\d)"
)
# “12/10” is also a fraction: only what leads to a date makes one of it.
_SHORT = re.compile(
    r"(?<!\w)(?:on|due|since|until|till|by|from|dated?|before|after|and|den|am|le|,)[ ]"
    rf"(?P<it>{_DAY}/(?:0?[1-9]|1[0-2])|{_DAY}\.(?:0?[1-9]|1[0-2])\.)(?![\w/]|[.,]\d)",
    re.IGNORECASE,
)

_NUMBER = r"\d{1,12}(?:[.,’' ]\d{3}){0,4}(?:[.,]\d{1,2}(?!\d))?"
_SYMBOL = r"(?:[A-Z]{0,2}[£$€₹¥]|\b(?:Rs\.?|INR|EUR|GBP|USD|AUD|CHF|PLN)(?=[ \d]))"
_BEFORE = re.compile(
    rf"(?<![\w£$€₹]){_SYMBOL}[ ]?{_NUMBER}(?:/-|[ ]?(?:k|m|bn|million|thousand)\b)?", re.IGNORECASE
)
_AFTER = re.compile(
    rf"(?<![\w£$€₹.,-]){_NUMBER},?-?[ ]?"
    r"(?:[£$€₹¥]|(?:zł|kr|eur|euros?|pounds?|quid|dollars?|bucks|rupees?|gbp|usd|aud|chf|pln|złotys?|francs?|pence|cents?|lakhs?)\b)",
    re.IGNORECASE,
)


def dates(text: str) -> Iterator[Find]:
    """Days of the calendar, however written."""
    for match in _WRITTEN.finditer(text):
        month = match["m1"] or match["m2"] or match["m3"]
        year = (match["y1"] or match["y2"] or match["y3"] or "").strip(" ,")
        yield _date(match.start(), match.end(), _MONTH_OF.get((month or "").casefold(), ""), year)
    for match in _NUMERIC.finditer(text):
        month = tuple(_MONTHS)[int(match["m"]) - 1].capitalize() if match["m"] else ""
        yield _date(match.start(), match.end(), month, match["y"] or "")
    for match in _SHORT.finditer(text):
        yield _date(match.start("it"), match.end("it"), "", "", confidence=0.5)


def _date(start: int, end: int, month: str, year: str, confidence: float = 0.8) -> Find:
    vaguer = f"a day in {month} {year}".strip() if month else ""
    return Find(
        start, end, "date", "is a date that may say who it was", confidence, rank=2, replacement=vaguer
    )


def amounts(text: str) -> Iterator[Find]:
    """Sums of money with their currency."""
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            reason = "is an exact sum of money"
            yield Find(
                match.start(), match.end(), "amount", reason, 0.6, rank=2, replacement=_about(match[0])
            )


def _about(words: str) -> str:
    """“about £1,200” for “£1,249.99”: two figures say enough. Empty where that cannot be done plainly."""
    match = re.search(r"\d{1,3}(?:,\d{3})+|\d+", words)
    if match is None or re.search(r"\d\.\d{3}|’|\d \d", words):
        return ""
    number = int(match[0].replace(",", ""))
    step = 10 ** max(len(str(number)) - 2, 0)
    rounded = f"{round(number / step) * step:,}"
    rest = re.sub(r"^[.,]\d{1,2}(?!\d)", "", words[match.end() :])
    return f"about {words[: match.start()]}{rounded}{rest}".replace("/-", "")
