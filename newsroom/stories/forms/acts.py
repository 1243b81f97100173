"""What an editor decides about a story, besides its words: a reason, a question, a level, a version."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from newsroom.platform.web.fields import at_most, one_line, paragraphs
from newsroom.stories import rules
from newsroom.stories.forms.choices import preset_choices
from newsroom.stories.presets import DECLINE_TEXTS, DECLINES, QUESTION_TEXTS, QUESTIONS


class DeclineForm(FlaskForm):
    """A kind reason: one that is often right, or one's own words."""

    preset = SelectField(
        "Reason",
        choices=preset_choices(DECLINES),
        validate_choice=False,
    )
    reason = TextAreaField(
        "In your own words", [at_most(rules.LONGEST_REASON)], filters=[one_line], render_kw={"rows": 4}
    )

    def validate_reason(self, field: Field) -> None:
        """Nobody is declined without a reason."""
        if not field.data and self.preset.data not in DECLINE_TEXTS:
            raise ValidationError("Choose a reason, or write one: its author reads it as it stands.")

    def value(self) -> str:
        """The sentence that the author will read; own words count before a preset."""
        return self.reason.data or DECLINE_TEXTS[self.preset.data]


class HoldForm(FlaskForm):
    """Why a story has to wait."""

    hold_reason = StringField(
        "Why it has to wait",
        [DataRequired("Say why it has to wait."), at_most(rules.LONGEST_REASON)],
        filters=[one_line],
    )


class AssessForm(FlaskForm):
    """How grave the gravest statement is."""

    criticality = SelectField(
        "Criticality",
        choices=[
            SelectChoice(level, f"{level} · {words.capitalize()}")
            for level, words in enumerate(rules.CRITICALITY)
        ],
        coerce=int,
    )


class ReadyForm(FlaskForm):
    """Which version is marked ready."""

    version = IntegerField(validators=[InputRequired()], widget=HiddenField.widget)


class PrivateForm(FlaskForm):
    """Why somebody wants to see the sealed original and who wrote it."""

    reason = StringField("Reason", [Optional(), at_most(rules.LONGEST_REASON)], filters=[one_line])


class EraseForm(FlaskForm):
    """The story's number, typed by hand: nothing brings back what this destroys."""

    typed = StringField("The story’s number", filters=[one_line])

    def __init__(self, public_id: str, **given: Any) -> None:
        super().__init__(**given)
        self._public_id = public_id

    def validate_typed(self, field: StringField) -> None:
        """It has to be this story's."""
        if field.data != self._public_id:
            raise ValidationError(f"Type {self._public_id} here to destroy everything about this story.")


class ActForm(FlaskForm):
    """A button that does one thing: only its token is checked."""


class AskForm(FlaskForm):
    """A question to the author: one that is often asked, or one's own words."""

    question_preset = SelectField("Question", choices=preset_choices(QUESTIONS), validate_choice=False)
    question = TextAreaField(
        "In your own words", [at_most(rules.LONGEST_MESSAGE)], filters=[paragraphs], render_kw={"rows": 5}
    )

    def validate_question(self, field: Field) -> None:
        """Nobody is asked nothing."""
        if not field.data and self.question_preset.data not in QUESTION_TEXTS:
            raise ValidationError("Choose a question, or write one.")

    def value(self) -> str:
        """What the author will read; own words count before a preset."""
        return self.question.data or QUESTION_TEXTS[self.question_preset.data]


class WriteForm(FlaskForm):
    """A message to the author that asks for nothing."""

    message = TextAreaField(
        "Message",
        [DataRequired("Write your message."), at_most(rules.LONGEST_MESSAGE)],
        filters=[paragraphs],
        render_kw={"rows": 5},
    )


class NoteForm(FlaskForm):
    """A note that only colleagues see."""

    internal_note = TextAreaField(
        "Note for colleagues",
        [DataRequired("Write your note."), at_most(rules.LONGEST_MESSAGE)],
        filters=[paragraphs],
        render_kw={"rows": 2},
    )


class UnpublishForm(FlaskForm):
    """Why a story leaves the web."""

    unpublish_reason = TextAreaField(
        "Why it leaves the web",
        [DataRequired("Say why; its author reads it as you write it."), at_most(rules.LONGEST_REASON)],
        filters=[one_line],
        render_kw={"rows": 3},
    )


class PrintFollowUpForm(FlaskForm):
    """What happened next, as it will be printed."""

    text = TextAreaField(
        "As it will be printed",
        [DataRequired("There is nothing to print."), at_most(rules.LONGEST_MESSAGE)],
        filters=[paragraphs],
        render_kw={"rows": 5},
    )
