"""html5lib, which reads HTML by the letter of its standard and says where that was not held: line 9."""

from __future__ import annotations

from collections.abc import Iterator

import html5lib
from html5lib.constants import E as SENTENCES

from judges.contract import Judge, Verdict, one_by_one
from judges.letters import JudgedLetter


def _judge(letter: JudgedLetter) -> Iterator[Verdict]:
    parser = html5lib.HTMLParser()
    parser.parse(letter.html)
    found = tuple(f"Line {line}: {SENTENCES[code] % said}" for (line, _column), code, said in parser.errors)
    yield Verdict(9, letter.name, found)


JUDGE = Judge("html5lib", (9,), lambda: str(html5lib.__version__), one_by_one(_judge))
