"""Checks of a story column: consent, the Editor's note, and that a note quotes what the story says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.issues import kinds
from newsroom.issues.checks.finding import Finding, in_section, place
from newsroom.issues.checks.sections import is_empty_place
from newsroom.issues.document import Section
from newsroom.platform.markup import parse_note
from newsroom.platform.quotations import loose_quotations, misquotations


def has_live_consent(section: Section) -> Iterator[Finding]:
    """No story without its author's consent at the level at which it is printed."""
    is_told = _is_column(section) and not is_empty_place(section)
    if is_told and (section.consent_level is None or section.consent_level < 1):
        sentence = "There is no live consent to print this story as it is; ask its author, or take it out."
        yield in_section(section, "no-consent", sentence, "consent")


def has_an_editors_note(section: Section) -> Iterator[Finding]:
    """The note is what turns a complaint into a lesson; of a story that was taken back nothing is shown."""
    if _is_column(section) and section.body.strip() and not section.note.strip():
        sentence = "There is no Editor’s note; say what readers can learn from the story."
        yield in_section(section, "no-note", sentence, "note")


def quotes_the_story(section: Section) -> Iterator[Finding]:
    """A quotation of four words or more in the note stands in the story, word for word."""
    if not _is_column(section):
        return
    for quotation in misquotations(section.note, f"{section.title}\n{section.body}"):
        sentence = f"The note quotes “{quotation[:80]}”, which the story does not say."
        yield in_section(section, "misquotation", sentence, "note")


def short_quotations_are_the_storys(section: Section) -> Iterator[Finding]:
    """Two or three words in quotation marks that the story does not say.

    A note also puts into marks what people should say, or what is called so; the words before tell.
    """
    if not _is_column(section):
        return
    for quotation in loose_quotations(section.note, f"{section.title}\n{section.body}"):
        before = section.note.partition(quotation)[0][-_BEFORE:]
        if not _IS_ADVICE.search(before):
            sentence = f"The note quotes “{quotation[:80]}”, which the story does not say; check the words."
            yield _warning(section, "short-misquotation", sentence, "note")


# “Say ‘come in’”, “a ‘thank you’”, “instead of ‘no problem’”: words for a reader to use, or to avoid.
_BEFORE = 60
_IS_ADVICE = re.compile(
    r"\b(?:say|says|said|saying|ask|asks|asking|try|write|use|answer|reply|add|hear|start with|begin with|"
    r"a|an|any|each|every|no|not|never|your|words?|phrase|instead of|rather than|than|like|means?|called?|"
    r"with|without|from|and|or|to)\b[^.!?“”]{0,16}[“\"‘«„]$",
    re.IGNORECASE,
)


def note_has_takeaways(section: Section) -> Iterator[Finding]:
    """Readers look for the list: what to do, and why it works."""
    if _is_column(section) and section.note.strip() and not parse_note(section.note).takeaways:
        sentence = "The Editor’s note has no takeaways; put what readers can do into a list."
        yield _warning(section, "no-takeaways", sentence, "note")


_PRAISE = re.compile(
    r"\b(?:thumbs up|prais\w*|delight\w*|excellent|wonderful\w*|superb\w*|lovely|splendid\w*|"
    r"(?:good|great|kind) (?:service|example|experience)|thank(?:s|ed|ful)?|grateful\w*)\b",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(
    r"\b(?:thumbs down|complain\w*|disappoint\w*|terribl[ey]|awful\w*|dreadful\w*|appalling\w*|rude\w*|"
    r"worst|(?:bad|poor) (?:service|example|experience)|angry|furious)\b",
    re.IGNORECASE,
)
# A story may turn round, and its lead-in may say so.
_TURNS = re.compile(
    r"\b(?:almost|although|but|could have|despite|instead|nearly|never|no|not|nothing|once|rather|then|"
    r"though|turned|until|was|were|without|yet)\b|n[’']t\b",
    re.IGNORECASE,
)


def lead_in_fits_the_verdict(section: Section) -> Iterator[Finding]:
    """Praise above a thumbs down, or a complaint above a thumbs up: the lead-in of another story."""
    verdict, said = kinds.kind_of(section.kind).verdict, section.value("lead-in")
    praises, complains = _PRAISE.search(said), _COMPLAINT.search(said)
    contradicts = praises if verdict == "down" else complains if verdict == "up" else None
    if contradicts and not (praises and complains) and not _TURNS.search(said):
        sentence = f"The lead-in says “{contradicts[0]}” above a thumbs {verdict}; check whose it is."
        yield _warning(section, "contrary-lead-in", sentence, "lead-in")


def _warning(section: Section, code: str, sentence: str, field: str) -> Finding:
    return Finding("warning", code, place(section), sentence, section.id, field)


def _is_column(section: Section) -> bool:
    return kinds.kind_of(section.kind).source == "story"
