"""Checks of an issue among the others: what the last one promised, which ones it names, who is in it again.

Pure. What the other issues say comes with the facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.issues import kinds
from newsroom.issues.checks.finding import Facts, Finding, place
from newsroom.issues.checks.reading import Written, around, in_section
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.references import NAMED
from newsroom.platform.text import excerpt
from newsroom.platform.words import folded_words

LONGEST_PROMISE = 160
_NEXT = re.compile(
    r"\b(?:in|for) (?:our|the) next (?:edition|issue|letter)\b|\bnext (?:time|edition|issue|letter)\b"
    r"|\bin (?:two|three|four) weeks(?:['’] time)?\b|\bnext (?:week|month)[’']s (?:edition|issue|letter)\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
# Long enough to be about something, short enough that “apology” and “apologies” are the same.
_SHORTEST, _STEM = 4, 6
_SAYS_NOTHING = frozenset(
    "about after again also been before edition every fortnight four from have here into issue last letter "
    "look looks more next other part read round series shall some story tell than that their them then "
    "there these they this three time turn until week weeks what when where which while will with words "
    "would your".split()
)


def promises_are_kept(document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """“In our next edition …” of the last issue, of which nothing stands in this one."""
    if facts.previous is None:
        return
    headings = _stems(" ".join(map(_heading, document.sections)) + f" {document.subject}")
    everything = headings | _stems(" ".join(f"{one.body} {one.note}" for one in document.sections))
    for promise in _promises(facts.previous):
        wanted = _stems(promise)
        if wanted and wanted.isdisjoint(headings) and len(wanted & everything) * 2 < len(wanted):
            sentence = (
                f"Issue {facts.previous.number} promised its readers something that is not here; "
                "keep the promise, or say when you will."
            )
            quote = excerpt(promise, LONGEST_PROMISE)
            yield Finding("warning", "promise-not-kept", "Issue", sentence, quote=quote)


def _promises(document: IssueDocument) -> Iterator[str]:
    for section in document.sections:
        # What a reader told or quoted is nobody's promise here.
        if kinds.kind_of(section.kind).source == "story":
            continue
        for words in in_section(section):
            for text in words.paragraphs:
                yield from (sentence for sentence in _SENTENCES.split(text) if _NEXT.search(sentence))


def _heading(section: Section) -> str:
    keys = ("author", "series", "stage", "contents", "speaker")
    return " ".join((section.title, *map(section.value, keys)))


def _stems(text: str) -> set[str]:
    words = folded_words(text)
    return {word[:_STEM] for word in words if len(word) >= _SHORTEST and word not in _SAYS_NOTHING}


_YEARS = range(1900, 2200)


def named_issues_exist(words: Written, document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """“Issue 95” where there is no such one.

    A publication that moved here names issues that only its readers still have, so that numbers below the
    first one known here are taken on trust.
    """
    judged: set[int] = set()
    for text in words.paragraphs:
        for found in NAMED.finditer(text):
            named = {int(one) for one in found.group("first", "last") if one} - judged
            judged |= named
            for number in sorted(named):
                if _is_unknown(number, words, document, facts):
                    sentence = f"There is no issue {number} here; check the number."
                    yield words.finding("warning", "unknown-issue", sentence, around(text, *found.span()))


def _is_unknown(number: int, words: Written, document: IssueDocument, facts: Facts) -> bool:
    known = facts.known_numbers | {document.number}
    corrected = words.section is not None and words.section.value("issue") == str(number)
    is_a_year = number in _YEARS and document.number < _YEARS.start
    return number > min(known) and number not in known and not corrected and not is_a_year


def nothing_was_taken_back(document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """A piece that a publisher took off the web, about to be printed again."""
    for section in document.sections:
        # Of a story its author decides, and the check of its consent says so.
        if section.id in facts.taken_back and kinds.kind_of(section.kind).source != "story":
            sentence = "This was taken off the web; take it out here, or put it back there first."
            yield Finding("blocker", "taken-back", place(section), sentence, section.id, "title")


def companies_take_turns(document: IssueDocument, facts: Facts) -> Iterator[Finding]:
    """The same company in three issues running: readers begin to think of a quarrel.

    Its name is not said, because the story may keep it out.
    """
    if len(facts.recent_companies) < RUNNING - 1:
        return
    in_each = frozenset.intersection(*facts.recent_companies[: RUNNING - 1])
    for section in document.sections:
        if section.id and facts.companies.get(section.id) in in_each:
            sentence = "Its company was in the last two issues as well; hold the story for a later one."
            yield Finding("warning", "company-again", place(section), sentence, section.id, "body")


RUNNING = 3
"""So many issues with one company are one too many."""
