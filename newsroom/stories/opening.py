"""The first words of a story that nobody has edited yet, as a list may show them to the whole desk.

Pure. A sealed original is shown on its own page, which puts on record who looked; a list shows its beginning
to everybody, so whoever can be known or reached by it is left out. What is found is sometimes too much and
sometimes too little: this spares a glance, and it is no redaction.
"""

from __future__ import annotations

from newsroom.platform.text import excerpt
from newsroom.stories.redaction.suggestions import Thing, suggest

LONGEST = 200
"""Characters that a list shows of a story."""

# A few words more than are shown, so that no number is cut in two before it is recognised.
_READ = LONGEST + 80
_PERSONAL: frozenset[Thing] = frozenset(
    ("email", "phone", "url", "card", "iban", "account", "handle", "street", "person")
)


def opening(original: str) -> str:
    """The beginning of an original as one line, with a bracket for each person and each contact detail."""
    read = original[:_READ]
    pieces, end = [], 0
    for found in suggest(read):
        if found.kind_of_thing in _PERSONAL:
            pieces += [read[end : found.start], found.proposed.replacement]
            end = found.end
    pieces.append(read[end:])
    words = "".join(pieces)
    if len(original) > _READ:
        # The last word may be half of one.
        words = words.rpartition(" ")[0] + " …"
    return excerpt(words, LONGEST)
