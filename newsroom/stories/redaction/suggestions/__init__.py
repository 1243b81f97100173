"""Suggestions for the redaction desk: what in a story an editor may want to take out, and why.

Pure. Everything here is a remark: nothing is changed, and what is found is sometimes wrong. One module finds
one family of things; `settled` decides between them, so that no two suggestions share a letter. Places are
code points of the text as it was handed in, which for a story is its sealed original.
"""

from __future__ import annotations

from collections.abc import Iterable

from newsroom.stories.redaction.suggestions.addresses import addresses
from newsroom.stories.redaction.suggestions.dates import amounts, dates
from newsroom.stories.redaction.suggestions.found import Proposed, Suggestion, Thing, settled
from newsroom.stories.redaction.suggestions.house import Company, known_companies
from newsroom.stories.redaction.suggestions.naming import names
from newsroom.stories.redaction.suggestions.numbers import bank_details, phones, references
from newsroom.stories.redaction.suggestions.places import streets
from newsroom.stories.redaction.suggestions.slogans import slogans

__all__ = ["Company", "Proposed", "Suggestion", "Thing", "suggest"]

_FINDERS = (addresses, bank_details, phones, references, names, slogans, streets, dates, amounts)


def suggest(text: str, house_list: Iterable[Company] = ()) -> tuple[Suggestion, ...]:
    """What seems to be private or to give somebody away, in the order of the text and without overlaps.

    The same text and list always give the same suggestions, in time that grows with the text.
    """
    finds = [find for finder in _FINDERS for find in finder(text)]
    finds += known_companies(text, house_list)
    return settled(text, finds)
