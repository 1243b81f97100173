"""What an editor is told about a note while writing it: what is doubtful in its quotations, and quiet advice.

Pure. Advice is a help and stands in nobody's way. A quotation that says what was taken out of the text keeps
a story from being ready; a misquotation stops an issue (`issues.checks.columns`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsroom.platform.markup import Note
from newsroom.platform.quotations import misquotations, nearest, taken_out

MOST_OPENING_SENTENCES = 2
MOST_TAKEAWAYS = 5

# What hardly ever begins an advice. A list of all verbs there are would be longer, and wrong as often.
_NO_VERBS = frozenset(
    "a an the this that these those it they we you he she i our your their his her its there here when where "
    "why how what who if because nobody somebody everybody no some every all most people customers staff and "
    "but or in on at by of for with to".split()
)
_SENTENCE = re.compile(r"[.!?…]+[”’\"')\]]*(?=\s|$)")


@dataclass(frozen=True)
class DoubtfulQuotation:
    """A quotation of the note that print does not say, and the passage of the text that comes nearest."""

    words: str
    is_taken_out: bool
    nearest: str

    @property
    def sentence(self) -> str:
        """What is wrong with it."""
        said = self.words if len(self.words) <= _LONGEST_SHOWN else f"{self.words[:_LONGEST_SHOWN]}…"
        if self.is_taken_out:
            return (
                f"The note quotes “{said}”, which stands in the original and no longer in the printable text."
            )
        return f"The note quotes “{said}”, which the story does not say."


_LONGEST_SHOWN = 80


def doubtful_quotations(note: str, title: str, text: str, original: str) -> tuple[DoubtfulQuotation, ...]:
    """What the note quotes and the printable story does not say: what was taken out of it comes first."""
    printed = f"{title}\n{text}"
    gone = taken_out(note, printed, original)
    wrong = tuple(quotation for quotation in misquotations(note, printed) if quotation not in gone)
    found = (*gone, *wrong)
    passages = nearest(found, text) if found else ()
    return tuple(
        DoubtfulQuotation(quotation, quotation in gone, passage)
        for quotation, passage in zip(found, passages, strict=True)
    )


def quotation_problems(note: str, title: str, text: str, original: str) -> list[str]:
    """Why a story is not ready: its note tells what was taken out of it; a sentence for each quotation."""
    return [
        f"{one.sentence} It would tell what was taken out; quote what is printed."
        for one in doubtful_quotations(note, title, text, original)
        if one.is_taken_out
    ]


def advice(note: Note) -> tuple[str, ...]:
    """What would make a note better, a sentence each; nothing about a note that is not begun."""
    found = []
    if not (note.opening or note.takeaways or note.closing):
        return ()
    count = sentences(note.opening)
    if count > MOST_OPENING_SENTENCES:
        found.append(f"The opening has {count} sentences; one or two answer a story best.")
    if not note.takeaways:
        found.append("There is no takeaway yet; say what readers can do after reading this.")
    elif len(note.takeaways) > MOST_TAKEAWAYS:
        found.append(f"There are {len(note.takeaways)} takeaways; readers remember five at most.")
    for number, card in enumerate(note.takeaways, start=1):
        label = card.label or card.text
        if not _begins_with_a_verb(label):
            found.append(f"Takeaway {number} begins with “{label.split()[0]}”; begin with what to do.")
    return tuple(found)


def sentences(text: str) -> int:
    """How many sentences a text has, roughly; one without a full stop counts."""
    ends = list(_SENTENCE.finditer(text.strip()))
    rest = text.strip()[ends[-1].end() :] if ends else text.strip()
    return len(ends) + bool(rest.strip())


def _begins_with_a_verb(label: str) -> bool:
    words = re.findall(r"[^\W\d_]+", label)
    return not words or words[0].casefold() not in _NO_VERBS
