"""Checks of a proof-reader: words twice, spaces and words that fell out, clauses that ran together.

Pure, and about what readers see rather than what was typed. English prose is free, so each rule leaves alone
what good writers do on purpose: a preposition may end a sentence, and a word may stand twice for effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from newsroom.issues.checks.finding import Finding
from newsroom.issues.checks.reading import Written, around

# Two words in one: where they begin and end in a paragraph.
Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]


def no_word_stands_twice(words: Written) -> Iterator[Finding]:
    """A word that was typed twice, such as “the the”."""
    yield from _slips(words, "doubled-word", _doubled, "“{}” says a word twice; take one out.")


def spaces_follow_punctuation(words: Written) -> Iterator[Finding]:
    """A comma or full stop with a word straight behind it."""
    yield from _slips(words, "missing-space", _unspaced, "A space is missing in “{}”; put it in.")


def no_word_fell_out(words: Written) -> Iterator[Finding]:
    """A preposition or an article straight before punctuation, such as “on sale at!”."""
    sentence = "“{}” ends with nothing after it; put back the word that fell out."
    yield from _slips(words, "word-fell-out", _cut_short, sentence)


def no_clauses_run_together(words: Written) -> Iterator[Finding]:
    """Two clauses with a gap, a lone question mark or nothing between them, where a dash was lost."""
    sentence = "“{}” runs together as if a dash had been lost; put in what belongs there."
    yield from _slips(words, "lost-dash", _run_together, sentence)


def _slips(words: Written, code: str, finder: Finder, sentence: str) -> Iterator[Finding]:
    """One finding for a field, about its first slip of this sort, which says how many more there are."""
    spans = [(text, *span) for text in words.paragraphs for span in finder(text)]
    if not spans:
        return
    text, start, end = spans[0]
    said = sentence.format(" ".join(text[start:end].split())[:60])
    if len(spans) > 1:
        said += f" There {'is one more' if len(spans) == 2 else f'are {len(spans) - 1} more'} below."
    yield words.finding("warning", code, said, around(text, start, end))


_TWICE = re.compile(r"(?<![\w'’-])([^\W\d_]{1,40})\s{1,3}(\1)(?![\w'’-])", re.IGNORECASE)
# “He had had enough”, “her her coat”, “on and on and”: words that good prose has side by side.
_MAY_STAND_TWICE = frozenset(
    "aye blah bye far ha had hear her ho hush knock long many much never no now really so that there tut "
    "very well yes".split()
)


def _doubled(text: str) -> Iterator[Span]:
    for found in _TWICE.finditer(text):
        # Names are said twice in earnest: a capital on the second word is one, or begins a sentence.
        if found[2][0].islower() and found[2].lower() not in _MAY_STAND_TWICE:
            yield found.span()


_ADDRESS = re.compile(r"\S{0,200}(?:://|@|www\.)\S{0,400}|\b[\w-]{1,60}\.[\w-]{1,60}/\S{0,400}")
_NO_SPACE = re.compile(r"[^\W\d_]{2,30}(?:[,;:!?][^\W\d_]{2,30}|\.[A-Z][a-z]{1,30}|[,.!?]?[”][^\W\d_]{2,30})")


def _unspaced(text: str) -> Iterator[Span]:
    addresses = [found.span() for found in _ADDRESS.finditer(text)]
    spans = (found.span() for found in _NO_SPACE.finditer(text))
    for start, end in spans:
        if not any(begin < end and start < stop for begin, stop in addresses):
            yield start, end


_ARTICLE = re.compile(r"(?<![\w'’-])(?:[^\W\d_]{1,30} )?(?:a|an|the|your|our|their)[.!?,;](?![\w.…])")
_PREPOSITION = re.compile(
    r"(?<![\w'’-])(?:at|of|from|with|for|into|onto|among|between|during|towards)[.!?](?![\w.…])"
)
_SENTENCE_ENDS = re.compile(r"[.!?:;“”(\n]")
_REACH = 240
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# What lets a preposition end its sentence: a question, a relative clause, an infinitive, a comparison.
_LICENCES = frozenset(
    "as how than that to what whatever when where wherever which who whoever whom whose why worth".split()
)
_TAKE_A_PREPOSITION = frozenset(
    "afraid ask aware call came capable care come deal dealt due fed find fond found full get go gone got "
    "heard hear hope hoped kind kinds known laugh left live long look looks made make meant paid pay proud "
    "ran read run sat sent short shot shout sort sorts speak spoke stand stare stood swear sworn think "
    "thought tired told wait want went wish work write wrote".split()
)
_PRONOUNS = frozenset("i you he she it we they one nobody somebody everybody anyone no-one".split())
_OPEN_A_CLAUSE = frozenset("and but or so because if when then while until though although since".split())


def _cut_short(text: str) -> Iterator[Span]:
    for found in _ARTICLE.finditer(text):
        yield found.span()
    for found in _PREPOSITION.finditer(text):
        before = text[max(0, found.start() - _REACH) : found.start()]
        clause = [word.lower() for word in _WORDS.findall(_SENTENCE_ENDS.split(before)[-1])]
        if clause and not _may_end_with_a_preposition(clause):
            yield max(0, found.start() - len(clause[-1]) - 1), found.end()


def _may_end_with_a_preposition(clause: list[str]) -> bool:
    last = clause[-1]
    if last in _TAKE_A_PREPOSITION or last.endswith(("ed", "ing", "en")):
        return True
    return not _LICENCES.isdisjoint(clause) or _is_relative(clause)


def _is_relative(clause: list[str]) -> bool:
    """“The desk I came from.”: a subject straight after a noun, with its verb still to come."""
    return any(
        word in _PRONOUNS and clause[place - 1] not in _OPEN_A_CLAUSE
        for place, word in enumerate(clause[1:-1], start=1)
    )


_GAP = re.compile(r"(?<!\w)[^\W\d_]{0,30}[a-z](?:[ \u00a0]{2,4}| \? )[a-z]{1,30}")
# A small letter first, so that no name with a capital inside is meant.
_JOINED = re.compile(r"(?<![\w.@/-])[a-z]{4,30}[A-Z][a-z]{1,30}(?![\w/])")


def _run_together(text: str) -> Iterator[Span]:
    for pattern in (_GAP, _JOINED):
        for found in pattern.finditer(text):
            yield found.span()
