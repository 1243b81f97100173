"""The printable version of a story and its Editor’s note: writing, restoring, deciding between two edits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import TextArea

from newsroom.platform.markup import CallToAction, Note, Takeaway, compose_note, parse_note
from newsroom.platform.quotations import quoted
from newsroom.platform.web.fields import at_most, one_line, paragraphs
from newsroom.stories import rules
from newsroom.stories.forms.choices import choices

_BROKEN = re.compile("\ufffd|%[89A-F][0-9A-F]")

_FEWEST_TAKEAWAYS = 2
_MOST_TAKEAWAYS = 40
_LONGEST_QUOTATION = 1000
_LONGEST_KEY = 40
_WEB_ADDRESS = re.compile(r"https?://[^\s/\\][^\s\\]*|/(?![/\\])[^\s\\]*")


class TakeawayForm(Form):
    """One card of the Editor's note."""

    label = StringField("Behaviour", filters=[one_line])
    reason = TextAreaField("Why it works", filters=[one_line], render_kw={"rows": 2})
    behaviour = SelectField("Tag", validate_choice=False, filters=[one_line])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.behaviour.choices = _tags("No tag", self.behaviour.data)

    def takeaway(self) -> Takeaway:
        """What stands on the card."""
        return Takeaway(self.label.data or "", self.reason.data or "", self.behaviour.data or "")


def _tags(nothing: str, brought: str | None = None) -> list[SelectChoice]:
    """The tags to choose from. A manuscript may bring one of its own; offering it keeps it."""
    tags = dict.fromkeys((*rules.BEHAVIOURS, *filter(None, [brought])))
    return choices({tag: tag.replace("'", "’") for tag in tags}, nothing)


@dataclass(frozen=True)
class Edited:
    """What an editor wants to save, and the version it started from."""

    version: int
    title: str
    text: str
    attribution: str
    note: str


def _key_of_a_page(sent: object) -> str:
    return one_line(sent)[:_LONGEST_KEY]


class RevisionForm(FlaskForm):
    """The printable version of a story: its text, title and attribution, and the Editor's note."""

    version = IntegerField(validators=[InputRequired()], widget=HiddenField.widget)
    # Which page this is typed on, for the draft that the page keeps of it.
    draft = HiddenField(filters=[_key_of_a_page])
    # Long titles wrap, as they do in print.
    title = StringField(
        "Title",
        [at_most(rules.LONGEST_TITLE)],
        filters=[one_line],
        widget=TextArea(),
        render_kw={"rows": 1},
    )
    text = TextAreaField(
        "Printable text", [at_most(rules.LONGEST_TEXT)], filters=[paragraphs], render_kw={"rows": 18}
    )
    attribution = StringField("Attribution", [at_most(rules.LONGEST_ATTRIBUTION)], filters=[one_line])
    note_as = HiddenField(default="parts")
    opening = TextAreaField("Opening", filters=[paragraphs], render_kw={"rows": 3})
    takeaways = FieldList(FormField(TakeawayForm))
    closing = TextAreaField("Closing", filters=[paragraphs], render_kw={"rows": 3})
    call = TextAreaField("Call to action", filters=[paragraphs], render_kw={"rows": 2})
    call_button = StringField("Words on its button", filters=[one_line])
    call_link = StringField("Where the button leads", filters=[one_line], render_kw={"inputmode": "url"})
    # The card that was taken out last, as the source of a list item, so that it can be put back.
    removed = HiddenField(filters=[one_line])
    quote = TextAreaField("Quote these words", filters=[paragraphs], render_kw={"rows": 2})
    quote_into = SelectField("Put them into", validate_choice=False)
    offer_tag = SelectField("About", validate_choice=False, filters=[one_line])
    note = TextAreaField(
        "Editor’s note, as Markdown",
        [at_most(rules.LONGEST_TEXT)],
        filters=[paragraphs],
        render_kw={"rows": 12},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_tag.choices = _tags("What its words point to", self.offer_tag.data)

    def take_up(self, version: int, typed: MultiDict[str, str]) -> None:
        """Fill the form with what somebody had typed, valid or not, over the version they began with."""
        self.process(formdata=typed)
        self.version.data = version

    def start_from(self, edited: Edited) -> None:
        """Fill the form with a saved version, the note in parts where that loses nothing."""
        self.version.data = edited.version
        self.title.data, self.text.data = edited.title, edited.text
        self.attribution.data = edited.attribution
        self.show_note(edited.note, in_parts=parse_note(edited.note).simple)

    def show_note(self, source: str, *, in_parts: bool) -> None:
        """Show the note in its parts, or as the Markdown it is."""
        note = parse_note(source)
        self.note.data = source
        self.note_as.data = "parts" if in_parts and note.simple else "source"
        self.opening.data, self.closing.data = note.opening, note.closing
        self.call.data = note.call.text
        self.call_button.data, self.call_link.data = note.call.button, note.call.link
        self._show_cards(note.takeaways)

    # The cards

    def cards(self) -> list[Takeaway]:
        """What stands on the cards, the empty ones as well."""
        return [field.form.takeaway() for field in self.takeaways]

    def add_takeaway(self, card: Takeaway | None = None) -> int:
        """One more card, empty unless one is given, which then takes the first empty one; gives its place."""
        cards = self.cards()
        empty = [place for place, one in enumerate(cards) if one == Takeaway()]
        if card is not None and empty:
            cards[empty[0]] = card
        elif len(cards) < _MOST_TAKEAWAYS:
            cards.append(card or Takeaway())
        self._show_cards(cards)
        return cards.index(card) if card in cards else len(cards) - 1

    def move_takeaway(self, place: int, by: int) -> int:
        """Change a card's place with its neighbour's; gives its place afterwards."""
        cards = self.cards()
        target = place + by
        if not (0 <= place < len(cards) and 0 <= target < len(cards)):
            return place
        cards[place], cards[target] = cards[target], cards[place]
        self._show_cards(cards)
        return target

    def remove_takeaway(self, place: int) -> None:
        """Take a card out, and keep what stood on it to be put back."""
        cards = self.cards()
        if 0 <= place < len(cards):
            taken = cards.pop(place)
            if taken != Takeaway():
                self.removed.data = compose_note("", [taken], "")
            self._show_cards(cards)

    def put_back(self) -> None:
        """The card that was taken out last, once more."""
        for card in parse_note(self.removed.data or "").takeaways:
            self.add_takeaway(card)
        self.removed.data = ""

    def _show_cards(self, cards: Iterable[Takeaway]) -> None:
        shown = list(cards)
        shown += [Takeaway()] * (_FEWEST_TAKEAWAYS - len(shown))
        while self.takeaways.entries:
            self.takeaways.pop_entry()
        # Their names begin with 0 again, whatever numbers were posted.
        self.takeaways.last_index = -1
        for card in shown:
            self.takeaways.append_entry(
                {"label": card.label, "reason": card.text, "behaviour": card.behaviour}
            )

    # Quotations

    def places(self) -> dict[str, Field]:
        """The parts of the note that a quotation can be put into, by their names."""
        cards = {f"takeaway-{place}": one.form.reason for place, one in enumerate(self.takeaways, start=1)}
        if not self.in_parts:
            return {"note": self.note}
        return {"opening": self.opening, **cards, "closing": self.closing, "call": self.call}

    def offer_places(self) -> None:
        """Let every part of the note be chosen, and none that is no longer there."""
        words = {
            name: f"Takeaway {name.removeprefix('takeaway-')}"
            if name.startswith("takeaway-")
            else str(field.label.text)
            for name, field in self.places().items()
        }
        self.quote_into.choices = [SelectChoice(name, label) for name, label in words.items()]
        if self.quote_into.data not in words:
            self.quote_into.data = next(iter(words))

    def insert_quotation(self) -> bool:
        """Put the words that were picked behind those of a part; False, and said why, where that fails."""
        wanted = self.quote.data or ""
        found = quoted(wanted, self.text.data or "")
        if len(wanted) > _LONGEST_QUOTATION:
            self.quote.errors = [f"Quote at most {_LONGEST_QUOTATION:,} characters at a time."]
        elif not wanted:
            self.quote.errors = ["Select words in the printable text, or write them here, to quote them."]
        elif found is None:
            self.quote.errors = ["The printable text does not say this word for word; copy it from there."]
        else:
            field = self.places().get(
                self.quote_into.data or "", self.note if not self.in_parts else self.opening
            )
            field.data = f"{field.data or ''} {found}".strip()
            self.quote.data = ""
            return True
        return False

    @property
    def in_parts(self) -> bool:
        """Whether the note is written in parts."""
        return self.note_as.data != "source"

    def note_source(self) -> str:
        """The note as Markdown, whichever way it was written."""
        if not self.in_parts:
            return self.note.data or ""
        call = CallToAction(self.call.data or "", self.call_button.data or "", self.call_link.data or "")
        return compose_note(self.opening.data or "", self.cards(), self.closing.data or "", call)

    def note_typed(self) -> Note:
        """The note in its parts, as it would be saved."""
        return parse_note(self.note_source())

    def validate(self, extra_validators: Any = None) -> bool:
        """A button has words and leads somewhere, or there is none."""
        valid = super().validate(extra_validators)
        if not self.in_parts:
            return bool(valid)
        words, link = self.call_button.data or "", self.call_link.data or ""
        if link and not _WEB_ADDRESS.fullmatch(link):
            self.call_link.errors = ["Begin with https://, or with / for a page of this site."]
        elif link and not words:
            self.call_button.errors = ["Write what stands on the button, or leave out where it leads."]
        elif words and not link:
            self.call_link.errors = ["Say where the button leads, or leave out its words."]
        else:
            return bool(valid)
        return False

    @property
    def can_be_looked_through(self) -> bool:
        """Whether what was typed is short enough to be compared and searched: what is longer is refused."""
        words = self.value()
        return max(len(words.title), len(words.text), len(words.note)) <= rules.LONGEST_TEXT

    def value(self) -> Edited:
        """What is to be saved."""
        return Edited(
            version=self.version.data or 0,
            title=self.title.data or "",
            text=self.text.data or "",
            attribution=self.attribution.data or "",
            note=self.note_source(),
        )


class RestoreForm(FlaskForm):
    """Which version becomes the newest again, and which was the newest when somebody decided so."""

    wanted = IntegerField(validators=[InputRequired()], widget=HiddenField.widget)
    version = IntegerField(validators=[InputRequired()], widget=HiddenField.widget)


_SIDES = (
    SelectChoice("together", "Both together, as it stands below"),
    SelectChoice("theirs", "Theirs"),
    SelectChoice("mine", "Mine"),
)


class ResolveForm(FlaskForm):
    """What becomes of two edits of one story: for each part theirs, mine, or both in one.

    `version` is theirs, and what is saved follows it; `base` is the one both began with. What is mine goes
    along, so that nothing is lost however often somebody else is quicker.
    """

    PARTS = ("title", "text", "attribution", "note")

    version = IntegerField(validators=[InputRequired()], widget=HiddenField.widget)
    base = IntegerField(validators=[Optional()], widget=HiddenField.widget)
    draft = HiddenField()
    title = StringField("Title", [at_most(rules.LONGEST_TITLE)], filters=[one_line])
    text = TextAreaField(
        "Printable text", [at_most(rules.LONGEST_TEXT)], filters=[paragraphs], render_kw={"rows": 14}
    )
    attribution = StringField("Attribution", [at_most(rules.LONGEST_ATTRIBUTION)], filters=[one_line])
    note = TextAreaField(
        "Editor’s note, as Markdown",
        [at_most(rules.LONGEST_TEXT)],
        filters=[paragraphs],
        render_kw={"rows": 10},
    )
    title_from = RadioField("The title", choices=_SIDES, validate_choice=False)
    text_from = RadioField("The text", choices=_SIDES, validate_choice=False)
    attribution_from = RadioField("The attribution", choices=_SIDES, validate_choice=False)
    note_from = RadioField("The Editor’s note", choices=_SIDES, validate_choice=False)
    title_mine = HiddenField(filters=[one_line])
    text_mine = HiddenField(filters=[paragraphs])
    attribution_mine = HiddenField(filters=[one_line])
    note_mine = HiddenField(filters=[paragraphs])

    def part(self, name: str) -> tuple[Field, Field, Field]:
        """A part's field for both together, its choice, and what is mine."""
        return self[name], self[f"{name}_from"], self[f"{name}_mine"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Every part has its decision."""
        valid = super().validate(extra_validators)
        for name in self.PARTS:
            _both, choice, _mine = self.part(name)
            if choice.data not in {side.value for side in _SIDES}:
                choice.errors = [*choice.errors, f"{choice.label.text}: theirs, yours, or both together?"]
                valid = False
        return bool(valid)

    def mine(self) -> Edited:
        """What the person before this form had typed."""
        words = {name: self.part(name)[2].data or "" for name in self.PARTS}
        return Edited(version=self.version.data or 0, **words)

    def chosen(self, theirs: Edited) -> Edited:
        """What is to be saved after theirs."""
        words = {}
        for name in self.PARTS:
            both, choice, mine = self.part(name)
            sides = {"theirs": getattr(theirs, name), "mine": mine.data or ""}
            words[name] = sides.get(choice.data, both.data or "")
        return Edited(version=self.version.data or 0, **words)
