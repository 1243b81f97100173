"""A publication's own language, set among the few English words that the house prints around it.

Labels, dates and ways out are English whatever a publication writes. In a letter or on a page in another
language they say so, and where that runs from the right they keep running from the left, so that a telephone
number or a full stop does not jump to the other end of its line. Pure; it knows no template.
"""

from __future__ import annotations

import unicodedata

from markupsafe import Markup

from newsroom.platform.languages import Direction, direction
from newsroom.platform.mail.faces import Faces, faces

_NOTHING = Markup("")
_FROM_THE_RIGHT = frozenset({"R", "AL", "AN"})


class Tongue:
    """What a template asks about a language, given by its BCP 47 tag; an empty one is English."""

    def __init__(self, language: str) -> None:
        self.language = language or "en"
        self.direction: Direction = direction(self.language)
        self.faces: Faces = faces(self.language)
        # The sides where a line begins and where it ends.
        self.start, self.end = ("right", "left") if self.direction == "rtl" else ("left", "right")
        self._is_english = self.language.lower().partition("-")[0] == "en"

    @property
    def whole(self) -> Markup:
        """The attributes of an element around everything: language and direction."""
        return Markup(' lang="{}" dir="{}"').format(self.language, self.direction)

    @property
    def table(self) -> Markup:
        """The attribute of a layout table: Word turns columns round only where each table says so."""
        return Markup(' dir="rtl"') if self.direction == "rtl" else _NOTHING

    @property
    def english(self) -> Markup:
        """The attributes of an element whose words are the house's: a label, a sentence, a date."""
        if self.direction == "rtl":
            return Markup(' lang="en" dir="ltr"')
        return self.named_english

    @property
    def named_english(self) -> Markup:
        """The same for what lies in the publication's own direction, such as a row of links."""
        return _NOTHING if self._is_english else Markup(' lang="en"')

    @property
    def either(self) -> Markup:
        """The attribute of an element whose words may be either's: a date, or a place."""
        return Markup(' dir="auto"') if self.direction == "rtl" else _NOTHING

    def typed(self, words: str) -> Markup:
        """Somebody's words within a line of the house's: named by their language, and of their own direction.

        A `span` and no `bdi`, which mail programs take away.
        """
        if not self._is_english:
            language = Markup(' lang="{}"').format(self.language)
        elif any(unicodedata.bidirectional(sign) in _FROM_THE_RIGHT for sign in words):
            language = _NOTHING
        else:
            return Markup("{}").format(words)
        runs = Markup(' dir="auto"') if self.direction == "rtl" or self._is_english else _NOTHING
        return Markup("<span{}{}>{}</span>").format(language, runs, words)

    def sides(self, top: int, end: int, bottom: int, start: int) -> str:
        """Four distances in pixels as CSS takes them, clockwise from the top, whichever way a line runs."""
        right, left = (start, end) if self.direction == "rtl" else (end, start)
        return " ".join(f"{each}px" if each else "0" for each in (top, right, bottom, left))
