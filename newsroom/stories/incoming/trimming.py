"""Leaving out of a mail what its sender did not write: what it answers, a signature, a telephone's boast.

Pure. Losing somebody's words is worse than keeping a quotation, so that it needs proof: only an answer quotes
a letter, an unmarked quotation needs an address and a time above it, and where nothing would be left
everything stays. The author sees what is left and can mend it before anybody else does.
"""

from __future__ import annotations

import re

from newsroom.platform.text import words_in

_LONGEST_ATTRIBUTION = 300
_MOST_LINES_OF_ATTRIBUTION = 3
_MOST_LINES_OF_SIGNATURE = 12
_LONGEST_BOAST = 90

# “On …, … wrote:” in the languages of the commonest mail programs: how the line begins, and its verb.
_OPENS = re.compile(
    r"(?:on|am|le|el|il|op|em|den|w dniu|dnia|в|пн|вт|ср|чт|пт|сб|вс|dne|pe|ma|ti|ke|to|la|su)\b|\d{1,4}",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|geschreven|escreveu|skrev|kirjoitti|"
    r"pisze|napisał|napisała|napisał\(a\)|napsal|napsala|написал|пишет|írta)\b|写道|のメッセージ|さんは書きました",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")
_TIME = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_HEADER = re.compile(
    r"\*?(?:(?P<from>from|von|de|da|van|från|fra|od|от|发件人|差出人)|sent|date|to|cc|subject|gesendet|datum|an|"
    r"betreff|envoyé|à|objet|enviado(?: el)?|fecha|para|asunto|inviato|data|a|oggetto|verzonden|aan|"
    r"onderwerp|skickat|till|ämne|sendt|til|emne|wysłano|do|temat|дата|кому|тема) ?:\*?(?:\s|$)",
    re.IGNORECASE,
)
_DIVIDER = re.compile(r"[-_]{5,}(?:[^-_\n]{1,60}[-_]{5,})?")
_BOAST = re.compile(
    r"(?:sent from|get outlook for|sent via|von meinem .{1,30} gesendet|gesendet (?:von|mit|aus)|"
    r"diese nachricht wurde von meinem|envoyé (?:de|depuis|à partir)|télécharger? outlook|"
    r"enviado (?:desde|do|a partir)|obtener outlook|inviato da|scarica outlook|"
    r"verstuurd vanaf|verzonden (?:vanaf|met)|skickat från|sendt fra|lähetetty|"
    r"wysłane z|отправлено (?:с|из))\b",
    re.IGNORECASE,
)


def own_words(text: str, *, is_answer: bool) -> str:
    """The words of the sender alone; everything when there would be none."""
    lines = text.split("\n")
    if is_answer:
        lines = _without_quotation(lines)
    kept = _trimmed("\n".join(_without_signature(lines)))
    return kept if words_in(kept) else _trimmed(text)


def _trimmed(text: str) -> str:
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip()


def _without_quotation(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if len(line) > _LONGEST_ATTRIBUTION:
            continue
        height = _attribution_height(lines, place)
        if height and _next_line(lines, place + height).startswith(">"):
            return _without_marked(lines[:place] + lines[place + height :], place)
        if (height and _is_sure(lines, place, height)) or _is_header_block(lines, place):
            return _without_divider(lines[:place])
    return lines


def _attribution_height(lines: list[str], place: int) -> int:
    """How many lines the sentence takes that says who wrote what follows; 0 when there is none here."""
    first = lines[place].strip()
    if not (_OPENS.match(first) or _ADDRESS.search(first)):
        return 0
    sentence = ""
    for height in range(1, _MOST_LINES_OF_ATTRIBUTION + 1):
        if place + height > len(lines):
            break
        added = lines[place + height - 1].strip()
        sentence = f"{sentence} {added}".strip()
        if not added or len(sentence) > _LONGEST_ATTRIBUTION:
            break
        if sentence.endswith((":", "：")):
            told = _WROTE.search(sentence) or (_ADDRESS.search(sentence) and _TIME.search(sentence))
            return height if told and any(sign.isdigit() for sign in sentence) else 0
    return 0


def _is_sure(lines: list[str], place: int, height: int) -> bool:
    """Whether nobody tells a story in these words: a time of day and an e-mail address stand in them."""
    sentence = " ".join(lines[place : place + height])
    return bool(_ADDRESS.search(sentence) and _TIME.search(sentence))


def _is_header_block(lines: list[str], place: int) -> bool:
    """Whether the head of another message begins here, as some programs put it above what they quote."""
    first = _HEADER.match(lines[place].lstrip())
    if first is None or first["from"] is None:
        return False
    following = [line for line in lines[place + 1 : place + 9] if line.strip()][:4]
    return sum(len(line) <= 1000 and bool(_HEADER.match(line.lstrip())) for line in following) >= 2


def _next_line(lines: list[str], place: int) -> str:
    return next((line.lstrip() for line in lines[place : place + 3] if line.strip()), "")


def _without_marked(lines: list[str], start: int) -> list[str]:
    """Without the quoted lines from there on; what is written between and below them stays."""
    after = [line for line in lines[start:] if not line.lstrip().startswith(">")]
    return lines[:start] + after


def _without_divider(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or _DIVIDER.fullmatch(lines[end - 1].strip())):
        end -= 1
    return lines[:end]


def _without_signature(lines: list[str]) -> list[str]:
    lines = _without_boast(lines)
    end = len(lines)
    # The mark of RFC 3676 4.3; what comes after it is short, or it was meant as a line across the page.
    for place in range(end - 1, max(-1, end - 2 - _MOST_LINES_OF_SIGNATURE), -1):
        if lines[place].rstrip() == "--" and (lines[place] == "-- " or end - place <= 6):
            return _without_boast(lines[:place])
    return lines


def _without_boast(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    if end and len(lines[end - 1]) <= _LONGEST_BOAST and _BOAST.match(lines[end - 1].strip()):
        return lines[: end - 1]
    return lines
