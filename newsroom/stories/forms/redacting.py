"""What an editor asks of the redaction desk: which passage, what is to become of it, who somebody is.

These forms are parts of the revision form: one request carries all that was typed. They check what was
typed; what may be printed, the verbs say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import Form, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from newsroom.platform.web.fields import at_most, one_line, typed_words
from newsroom.stories.forms.choices import choices

LONGEST_PHRASE = 120
LONGEST_REASON = 300
_ROLE = 80


@dataclass(frozen=True)
class Asked:
    """The button that was pressed: a verb, and what it is about (a place, a class, the number of a card)."""

    verb: str
    about: str = ""

    @classmethod
    def from_button(cls, value: str) -> Asked:
        """`accept 120-131`, `all email`, `by_hand cut`, `sign`: the verb, then what it is about."""
        verb, _, about = value.partition(" ")
        return cls(verb, about.strip())

    @property
    def place(self) -> tuple[int, int] | None:
        """Code points of the original, where the button is about a passage."""
        match = re.fullmatch(r"(\d{1,7})-(\d{1,7})", self.about)
        return (int(match[1]), int(match[2])) if match else None

    @property
    def number(self) -> int:
        """The number of a card; -1 where the button is about something else."""
        return int(self.about) if re.fullmatch(r"\d{1,4}", self.about) else -1


class PickForm(Form):
    """Words of the original that somebody selected, or typed, and what is to stand in their place.

    `at` and `until` are where a selection on the page begins and ends; they count only while the original has
    the words there.
    """

    picked = StringField("Which words?", filters=[typed_words])
    which = IntegerField("Which one?", [Optional()], render_kw={"min": 1, "inputmode": "numeric"})
    at = IntegerField(validators=[Optional()], widget=HiddenField.widget)
    until = IntegerField(validators=[Optional()], widget=HiddenField.widget)
    instead = StringField("Say instead", [at_most(LONGEST_PHRASE)], filters=[one_line])

    def place(self, original: str) -> tuple[int, int] | None:
        """Code points of the original. None, with the reason at the field, where it is not clear which."""
        words = self._words()
        start, end = self.at.data or 0, self.until.data or 0
        if words and 0 <= start < end and original[start:end].split() == words.split():
            return start, end
        places = _places(original, words)
        which = 1 if len(places) == 1 else self.which.data or 0
        if 0 < which <= len(places):
            return places[which - 1]
        self._say_why_not(len(places))
        return None

    def _words(self) -> str:
        return (self.picked.data or "").strip()

    def _say_why_not(self, count: int) -> None:
        if not self._words():
            self.picked.errors = ["Select words in the text, or type here which ones."]
        elif not count:
            self.picked.errors = ["The original does not say that. Copy the words from the text above."]
        elif self.which.data:
            self.which.errors = [f"The original says that {_times(count)}, so choose 1 to {count}."]
        else:
            self.which.errors = [f"The original says that {_times(count)}: which of them, 1 to {count}?"]


def _places(original: str, words: str) -> list[tuple[int, int]]:
    """Where the original has these words: as they are, or else in capitals and small letters."""
    if not words or len(words) > len(original):
        return []
    for flags in (0, re.IGNORECASE):
        if found := [match.span() for match in re.finditer(re.escape(words), original, flags)]:
            return found
    return []


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


STANCES = {"praise": "praised", "neutral": "neutral", "criticise": "criticised"}
KINDS = {
    "company": "a company",
    "staff": "somebody at work",
    "private": "a private person",
    "place": "a place",
}


class NamingForm(Form):
    """What an editor decides about one company, person or place of a story."""

    key = HiddenField(filters=[typed_words])
    kind = SelectField("It is", choices=[SelectChoice(*one) for one in KINDS.items()])
    stance = SelectField("Here it is", choices=[SelectChoice(*one) for one in STANCES.items()])
    descriptor = StringField("Call it", [at_most(LONGEST_PHRASE)], filters=[one_line])
    role = StringField("Role", [at_most(_ROLE)], filters=[one_line])
    same_as = SelectField("The same as", filters=[typed_words])
    treatment = SelectField("In print", filters=[typed_words])
    reason = StringField("Because", [at_most(LONGEST_REASON)], filters=[one_line])

    def __init__(
        self, *args: Any, others: Mapping[str, str], treatments: Iterable[str], **kwargs: Any
    ) -> None:
        """`others`: the keys and names of those it may be the same as."""
        super().__init__(*args, **kwargs)
        self.same_as.choices = choices(dict(others), "nobody else")
        words = {str(one): str(one).capitalize() for one in treatments}
        self.treatment.choices = choices(words, "as the matrix decides")
