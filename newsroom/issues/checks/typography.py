"""Checks of characters: text that was decoded wrongly, two kinds of quotation marks, marks never closed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsroom.issues.checks.finding import Finding
from newsroom.issues.checks.reading import Written, around

# What UTF-8 looks like when it was read as an eight-bit code, and the sign for what could not be read.
_MOJIBAKE = re.compile("\ufffd|â€[\u0080-\uffff]?|[ÃÂ][\u00a0-\u00bf]|Ã[‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|ï»¿|ðŸ")


def characters_are_whole(words: Written) -> Iterator[Finding]:
    """Letters that a wrong decoding made, such as “donâ€™t”."""
    for text in words.paragraphs:
        if found := _MOJIBAKE.search(text):
            sentence = f"“{found[0]}” is what a broken character looks like; type again what it was."
            yield words.finding("warning", "broken-character", sentence, around(text, *found.span()))
            return


_KINDS = (
    ("quotation marks", re.compile(r"(?<!\d)\""), re.compile("[“”]")),
    ("apostrophes", re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), re.compile(r"(?<=[^\W\d_])’(?=[^\W\d_])")),
)


def quotation_marks_are_of_one_kind(words: Written) -> Iterator[Finding]:
    """Straight and curly marks in one text."""
    for name, straight, curly in _KINDS:
        has_curly = any(curly.search(text) for text in words.paragraphs)
        found = next(filter(None, map(straight.search, words.paragraphs)), None) if has_curly else None
        if found:
            sentence = f"The {name} here are partly straight and partly curly; make them alike."
            yield words.finding("warning", "mixed-marks", sentence, around(found.string, *found.span()))


# A face made of signs opens and closes nothing; nor does the bracket of an enumeration as in “b) the second”,
# unless one is open that it may close, as in “(carriage 7)”.
_FACE = re.compile(r"(?:^|(?<=\s))[:;]-?[()]")
_ENUMERATION = re.compile(r"(?:^|(?<=\s))\w{1,2}(?=\))")
_BRACKETS = {")": "(", "]": "["}


def marks_are_closed(words: Written) -> Iterator[Finding]:
    """A bracket or quotation mark without its other half.

    A quotation that goes on in the next paragraph opens there again and is not closed before.
    """
    for place, text in enumerate(words.paragraphs):
        following = words.paragraphs[place + 1 : place + 2]
        at = _unpaired_bracket(text)
        if at is None:
            at = _unpaired_quotation(text, following)
        if at is not None:
            sentence = f"This {text[at]} has no other half; put it in, or take this one out."
            yield words.finding("warning", "unclosed-mark", sentence, around(text, at, at + 1))
            return


def _unpaired_bracket(text: str) -> int | None:
    plain = _FACE.sub(lambda found: " " * len(found[0]), text)
    enumerated = {found.end() for found in _ENUMERATION.finditer(plain)}
    opened: list[int] = []
    for at, sign in enumerate(plain):
        if sign in "([":
            opened.append(at)
        elif at in enumerated and not opened:
            continue
        elif sign in _BRACKETS and (not opened or plain[opened.pop()] != _BRACKETS[sign]):
            return at
    return opened[-1] if opened else None


def _unpaired_quotation(text: str, following: Sequence[str]) -> int | None:
    opened: int | None = None
    for at, sign in enumerate(text):
        if sign == "“":
            if opened is not None:
                return opened
            opened = at
        elif sign == "”":
            if opened is None:
                return at
            opened = None
    goes_on = any(paragraph.startswith("“") for paragraph in following)
    if opened is not None:
        return None if goes_on else opened
    straight = [found.start() for found in re.finditer(r"(?<!\d)\"", text)]
    return straight[-1] if len(straight) % 2 and not any('"' in next_one for next_one in following) else None
