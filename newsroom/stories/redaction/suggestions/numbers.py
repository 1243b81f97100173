"""Numbers by which somebody is reached, pays or is found again: telephones, cards, bank accounts, references.

Pure. A number is judged by its shape, by the words before it and by its check digits. Whether a telephone
number exists is not asked: numbers are misremembered, and a register of ranges would pass those over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.stories.redaction.suggestions.found import Find

_CUES = (
    r"account|acct|a/c|order|ticket|customer|client|booking|reservation|confirmation|case|claim|contract|"
    r"invoice|receipt|"
    r"member(?:ship)?|meter|mpan|mprn|uprn|penalty|notice|policy|reference|ref|tracking|track|shipment|"
    r"parcel|serial|"
    r"licen[cs]e|key|application|registration|reg|plate|complaint|quote|trip|file|log|imei|passport|payroll|"
    r"loan|sort[ ]code|"
    r"season|card|loyalty|flight|outbound|return|p\.?o\.?[ ]box|post[ ]box|awb|consignment|delivery|id|sn|"
    r"s/n|pnr|docket|incident|request|"
    r"tax|insurance|patient|nhs|vehicle|van|car|code|supply|enquiry|query|warranty|roll|rma|job|transaction|"
    r"zeichen|aktenzeichen|kundennummer|auftrag|vertrag|rechnung|dossier|commande|pedido|factura|contrato|"
    r"zamówienie"
)
_FILLERS = (
    r"(?:reference|number|numbers|no|nos|nr|num|code|id|was|is|are|which|that|the|my|its|name|of|box|ref|to|"
    r"for|ticket|"
    r"line|"
    r"account|booking|charge|notice|policy|plate|reg|order|claim|case|card|key)"
)


def _code(letters: str, apart: str) -> str:
    """A code of groups. `apart` is what may stand between letters and their digits: in small letters nothing,
    or every word before a number would belong to it."""
    group = (
        rf"(?:{letters}{{1,5}}(?={apart}\d)|(?={letters}{{0,12}}\d)[A-Za-z\d]{{1,30}}|"
        rf"(?<=[/-]){letters}{{1,4}}(?![a-z]))"
    )
    ending = r"(?:[ ]?[A-Z](?![\w’'])|-[A-ZÄÖÜ][a-zäöü](?!\w)|/[A-ZÄÖÜ][a-zäöü]{1,2}(?!\w))?"
    return rf"(?P<it>#?{group}(?:(?:[ /.:-]|(?<=\w)[ ]?-[ ]?){group}){{0,7}}{ending})(?![\w@]|[.,]\d)"


_CODE = _code("[A-Z]", "[ /-]?")
_BEFORE = (
    rf"(?<![\w-])(?i:(?P<cue>{_CUES}))(?i:numbers?|s)?(?![\w-])\.?[^\w\n#]{{0,3}}"
    rf"(?i:(?:{_FILLERS}|n[º°])\b\.?[^\w\n#]{{0,3}}){{0,4}}[“\"(]?"
)
_CUED = re.compile(_BEFORE + _CODE)
_LOWER_CUED = re.compile(_BEFORE + _code("[a-z]", "[/-]?"))
_NEXT_IN_LIST = re.compile(rf"(?:,[ ]|[ ](?:and|&|or)[ ]|,[ ]and[ ]){_CODE}")

# Letters and digits in one token, parted by signs: nothing that people say in words looks like that.
_SHAPED = re.compile(
    r"(?<![\w.,/@&£$€-])(?P<it>(?=[A-Z\d/#-]{0,30}\d)#?(?:[A-Z\d]{2,12}(?:[/-][A-Z\d]{1,14}){1,5}|"
    r"[A-Z]{1,6}[/-]?\d{3,16}|"
    r"(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{9,30}|[a-z]{2,3}-\d{3,}(?:-\d+){0,3}|"
    r"[0-9a-f]{4}(?:-[0-9a-f]{4}){1,7}))(?![\w@]|[.,:]\d|[/-]\w)"
)
_HASHED = re.compile(r"(?<![\w&])(?P<it>#\d[\d-]{3,20})(?!\w)")
_SORTED = re.compile(r"(?<![\w-])(?P<it>\d\d-\d\d-\d\d[ ]\d{7,8})(?!\w)")
_PLATE = re.compile(r"(?<!\w)(?P<it>[A-Z]{2}\d\d[ ]?[A-Z]{3})(?!\w)")
_LONG = re.compile(r"(?<![\w.,£$€#/-])(?P<it>\d{8,20})(?![\w%/]|[.,:-]\d|[ ]\d)")

_DATE_OR_TIME = re.compile(
    r"\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-](?:\d\d){1,2}|\d{1,3}(?:[ .]\d{3})+|(?:19|20)\d\d ?[–/-] ?(?:19|"
    r"20)?\d\d"
)
_PAIRS_OF_A_DEVICE = re.compile(r"\d\d(?:-\d\d){4,}")

# What stands before numbers that belong to a thing and to everybody who has one.
_NOT_PRIVATE = re.compile(
    r"(?:part|version|v|build|model|error|isbn|issn|batch|size|page|room|chapter|line|channel|zone|edition|"
    r"recipe|fault|scale|bus)"
    r"(?:[ ](?:number|no|code))?\.?[ ]?(?:was|is)?[ :(]{0,3}$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"[ -]?(?:%|°|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|people|times|miles?|km|kg|g|ml|cm|"
    r"mm|"
    r"degrees|am|pm|p\.m|a\.m|words|pages|staff|views|metres|seconds|secs|litres|pounds|euros?|dollars|mph|rpm)\b",
    re.IGNORECASE,
)


def references(text: str) -> Iterator[Find]:
    """Numbers of accounts, orders, tickets, policies, bookings, machines and vehicles."""
    for pattern in (_CUED, _LOWER_CUED):
        for match in pattern.finditer(text):
            yield from _cued(text, match)
    for pattern, confidence in (
        (_SHAPED, 0.7),
        (_HASHED, 0.85),
        (_SORTED, 0.95),
        (_PLATE, 0.8),
        (_LONG, 0.5),
    ):
        for match in pattern.finditer(text):
            start, end = match.span("it")
            if _is_code(match["it"]) and not _NOT_PRIVATE.search(text[max(start - 24, 0) : start]):
                yield Find(start, end, "account", "has the shape of a reference number", confidence)


def _cued(text: str, match: re.Match[str]) -> Iterator[Find]:
    start, end = match.span("it")
    if not _is_reference(text, match["it"], start, end):
        return
    reason = f"“{match['cue'].lower()}” stands before it"
    yield Find(start, end, "account", reason, 0.9, rank=_rank_of(match["it"]))
    while (following := _NEXT_IN_LIST.match(text, end)) and _is_reference(
        text, following["it"], *following.span("it")
    ):
        start, end = following.span("it")
        yield Find(start, end, "account", reason, 0.8)


def _rank_of(code: str) -> int:
    """A code that could be nothing else wins over a telephone number; mere digits are left to the rest."""
    return 0 if len(_digits(code)) >= 7 else 1


def _is_reference(text: str, code: str, start: int, end: int) -> bool:
    if _PAIRS_OF_A_DEVICE.fullmatch(code) or _UNIT_AFTER.match(text, end):
        return False
    if _NOT_PRIVATE.search(text[max(start - 24, 0) : start]):
        return False
    if re.fullmatch(r"(?:19|20)\d\d|\d{1,2}[./:-]\d{1,2}(?:[./:-]\d{2,4})?|\d{1,3}(?: 000)*", code):
        return bool(re.fullmatch(r"\d\d-\d\d-\d\d", code))
    return _enough_digits(code) or bool(re.fullmatch(r"(?=[A-Z]*\d)[A-Z\d]{6}", code))


def _is_code(words: str) -> bool:
    """Letters among the digits, or so many digits in a row that they are no fraction, score or date."""
    count = len(_digits(words))
    if _DATE_OR_TIME.fullmatch(words) or _PAIRS_OF_A_DEVICE.fullmatch(words):
        return False
    return count >= 2 if any(sign.isalpha() for sign in words) else count >= (8 if "#" not in words else 3)


def _enough_digits(code: str) -> bool:
    return len(_digits(code)) >= 3


def _digits(code: str) -> str:
    return "".join(sign for sign in code if sign.isdecimal())


_IBAN = re.compile(
    r"(?<!\w)(?P<it>[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?)(?!\w)"
)
_CARD = re.compile(r"(?<![\w-])\d(?:[ \u00a0.-]?\d){11,18}(?![\w-])")
_CARD_END = re.compile(
    r"\b(?:card|account|visa|debit|credit)[^\w\n]{0,2}(?:number[ ])?(?:ending|ends|end|finishing)"
    r"(?:[ ](?:in|with|on))?[ ]?:?[ ]?(?P<it>\d{4})(?!\w)",
    re.IGNORECASE,
)
_CARD_CUE = re.compile(r"\b(?:card|visa|debit|credit|amex)\b[^\n]{0,40}$", re.IGNORECASE)
_NO_CARD_CUE = re.compile(
    r"\b(?:meter|loyalty|membership|tracking|shipment|parcel|serial|order|part|imei|supply)\b[^\n]{0,20}$",
    re.IGNORECASE,
)


def bank_details(text: str) -> Iterator[Find]:
    """Cards (ISO/IEC 7812, by their check digit or because a card is spoken of) and IBANs (ISO 13616)."""
    for match in _IBAN.finditer(text):
        yield from _iban(match)
    for match in _CARD.finditer(text):
        before = text[max(match.start() - 60, 0) : match.start()]
        spoken_of = _CARD_CUE.search(before) is not None
        if _NO_CARD_CUE.search(before):
            continue
        if _passes_luhn(match[0]) and (spoken_of or _is_grouped_as_card(match[0])):
            yield Find(*match.span(), "card", "has the check digit of a card number", 0.97, rank=0)
        elif spoken_of and len(_digits(match[0])) >= 13:
            yield Find(*match.span(), "card", "a card is spoken of just before it", 0.8, rank=0)
    for match in _CARD_END.finditer(text):
        yield Find(*match.span("it"), "card", "is the end of a card number", 0.9, rank=0)


def _iban(match: re.Match[str]) -> Iterator[Find]:
    """The longest beginning of the match that has the right remainder: a word may stand behind an IBAN."""
    words = match["it"]
    for end in range(len(words), 14, -1):
        if end < len(words) and words[end].isalnum():
            continue
        if is_iban(words[:end]):
            yield Find(
                match.start("it"),
                match.start("it") + end,
                "iban",
                "has the check digits of an IBAN",
                0.99,
                rank=0,
            )
            return


def is_iban(words: str) -> bool:
    """ISO 13616: moved and read as a number, it leaves 1 when divided by 97."""
    plain = re.sub(r"[\s-]", "", words).upper()
    if not 15 <= len(plain) <= 34 or not plain.isascii():
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _passes_luhn(words: str) -> bool:
    digits = [int(sign) for sign in _digits(words)]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return len(digits) >= 12 and (sum(digits[::-2]) + sum(doubled)) % 10 == 0


def _is_grouped_as_card(words: str) -> bool:
    groups = [len(group) for group in re.split(r"[ \u00a0.-]", words)]
    return groups in ([4, 4, 4, 4], [4, 6, 5], [4, 6, 4], [13], [14], [15], [16], [19], [4, 4, 4, 4, 3])


_NUMBER = re.compile(
    r"(?<![\w.,£$€₹/-])(?:\+[ ]?|\()?\(?\d(?:(?:[ \u00a0]?[()][ \u00a0]?|[ \u00a0]?[./–-][ \u00a0]?|"
    r"[ \u00a0])?\d){5,17}(?![\w%]|[.,:]\d|[ ]?[£€$])"
)
_TALKS_OF_PHONES = re.compile(
    r"\b(?:rang|ring|rings|ringing|calls?|called|calling|phones?|phoned|telephones?|telephoned|tel|mobile|"
    r"mob|cell|text(?:ed)?|fax|dial(?:led|ed)?|number|"
    r"line|helpline|hotline|whatsapp|handy|telefon|téléphone|teléfono|reach)\b[^\n\d]{0,40}$",
    re.IGNORECASE,
)
_AMERICAN = re.compile(r"(?:\+?1[ .-]?)?\(?[2-9]\d\d\)?[ .-]?\d{3}[ .-]\d{4}")
_SERVICE = re.compile(r"1[3589]\d\d?[ -]\d{3}[ -]\d{3,4}")


def phones(text: str) -> Iterator[Find]:
    """Telephone numbers as they are written in many countries."""
    for match in _NUMBER.finditer(text):
        words, before = match[0], text[max(match.start() - 48, 0) : match.start()]
        if reason := _why_phone(words, before):
            start = match.start() + (words.startswith("(") and ")" not in words)
            yield Find(start, match.end(), "phone", reason, 0.9)


def _why_phone(words: str, before: str) -> str:
    count = len(_digits(words))
    if not 7 <= count <= 15 or _DATE_OR_TIME.fullmatch(words) or _PAIRS_OF_A_DEVICE.fullmatch(words):
        return ""
    if _NOT_PRIVATE.search(before):
        return ""
    if words.startswith("+") and count >= 8:
        return "looks like an international telephone number"
    if _AMERICAN.fullmatch(words) or _SERVICE.fullmatch(words) or re.match(r"\(0?\d{1,4}\)", words):
        return "looks like a telephone number"
    if words.startswith(("0", "(0")) and 9 <= count <= 14:
        return "looks like a telephone number"
    if _TALKS_OF_PHONES.search(before) and count <= 13:
        return "a telephone is spoken of just before it"
    return ""
