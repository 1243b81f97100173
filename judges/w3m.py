"""w3m, which reads the HTML part aloud as text: does the text part say the same, in the same order? (line 19)

Compared are words and figures. Left out is what only one of the two can have: web addresses, the numbers of
notes and lists, and lines that are drawn.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher

import html5lib

from judges.contract import Judge, JudgeMissing, Verdict, one_by_one
from judges.letters import JudgedLetter

LINE = 19
_MISSING = "w3m is not here: install it with scripts/install-judges."
# So wide that no paragraph breaks.
_COLUMNS = 10_000
_MOST_WORDS_SHOWN = 12

# One that stands inside a word without end may be broken behind a slash.
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+(?:(?<=/)\n(?=\S*[?&])\S+)?")
_NOTE = re.compile(r"\[\d+\]")
# The number of a list's point may stand in a column of its own, where a browser for text sets it lower.
_POINT = re.compile(r"(?m)^[ ]*\d{1,2}(?:\.[ ]|[ ]{2,}|$)")
# What helps where a button fails; the text part has none.
_BESIDE_A_BUTTON = re.compile(r'<p class="address".*?</p>', re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
# Written without spaces between words: each character counts for itself.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# What the text part puts before the description of a picture.
_LABELS = frozenset({"picture"})


def _version() -> str:
    if shutil.which("w3m") is None:
        raise JudgeMissing(_MISSING)
    said = subprocess.run(["w3m", "-version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"w3m/([0-9.]+)", said)
    return found[1] if found else said.strip()


def _judge(letter: JudgedLetter) -> Iterator[Verdict]:
    if not letter.in_html:
        return
    html = letter.html
    seen, read = _words(_dump(_BESIDE_A_BUTTON.sub("", html))), _words(letter.text)
    problems = tuple(_differences(seen, read, _spoken_again(html), _words(letter.publication.logo_alt)))
    yield Verdict(LINE, letter.name, problems, f"{len(read):,} words")


def _dump(html: str) -> str:
    asked = ["w3m", "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", str(_COLUMNS)]
    return subprocess.run(asked, input=html, capture_output=True, encoding="utf-8", check=True).stdout


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFC", text)
    for pattern in (_ADDRESS, _NOTE, _POINT):
        plain = pattern.sub(" ", plain)
    return [
        piece
        for word in _WORD.findall(plain)
        for piece in (word if _UNSPACED.search(word) else (word.lower(),))
    ]


def _spoken_again(html: str) -> frozenset[str]:
    """Words that the text part may say more often: the headings of columns, once a row, and labels."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    headings = " ".join(" ".join(cell.itertext()) for cell in tree.iter("th"))
    return _LABELS | frozenset(_words(headings))


def _differences(
    seen: list[str], read: list[str], spoken_again: frozenset[str], logo: list[str]
) -> Iterator[str]:
    matcher = SequenceMatcher(None, seen, read, autojunk=False)
    for what, at, until, start, end in matcher.get_opcodes():
        only_seen, only_read = seen[at:until], read[start:end]
        # A word that is longer than a line is broken in the text part.
        if what == "equal" or "".join(only_seen) == "".join(only_read):
            continue
        only_read = [word for word in only_read if word not in spoken_again]
        if "".join(only_seen) == "".join(only_read):
            continue
        if only_seen and only_seen != logo:
            yield f"Only the HTML says “{_shown(only_seen)}”{_after(seen, at)}."
        if only_read:
            yield f"Only the text part says “{_shown(only_read)}”{_after(read, start)}."


def _shown(words: list[str]) -> str:
    return " ".join(words[:_MOST_WORDS_SHOWN]) + (" …" if len(words) > _MOST_WORDS_SHOWN else "")


def _after(words: list[str], place: int) -> str:
    before = words[max(0, place - 4) : place]
    return f" after “{' '.join(before)}”" if before else ""


JUDGE = Judge("w3m", (LINE,), _version, one_by_one(_judge))
