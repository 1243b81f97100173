"""Forms for what is said about an author or a series. Each yields one frozen value."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from newsroom.library.rules import (
    LONGEST_NAME,
    LONGEST_SERIES_NAME,
    LONGEST_WORDS,
    AuthorWords,
    SeriesWords,
    problem_with_stages,
    stages_in,
)
from newsroom.pictures.rules import addresses_in
from newsroom.platform.web.fields import one_line, paragraphs

MOST_TYPED = 10_000


def _clean(typed: object) -> str:
    return paragraphs(typed).strip()


def _address(typed: object) -> str:
    """The address of the picture in what was typed: people copy its whole line."""
    said = one_line(typed)
    found = sorted(addresses_in(said))
    return found[0] if len(found) == 1 else said


def _is_a_pictures_address(_form: FlaskForm, field: Field) -> None:
    if field.data and field.data not in addresses_in(field.data):
        raise ValidationError("That is no picture of ours: copy the line or the address from Pictures.")


def _are_stages(_form: FlaskForm, field: Field) -> None:
    if problem := problem_with_stages(stages_in(field.data or "")):
        raise ValidationError(problem)


_SHORT_WORDS = Length(
    max=LONGEST_WORDS, message=f"Keep it to {LONGEST_WORDS:,} characters: it is a box, not an article."
)


class _WordsForm(FlaskForm):
    """What both forms have: `version` is the one that the editor started from."""

    version = HiddenField()

    @property
    def base_version(self) -> int:
        """The version that a save starts from; what is no number conflicts rather than overwrites."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


class AuthorForm(_WordsForm):
    """Name, words and picture of an author."""

    name = StringField(
        "Name",
        filters=[one_line],
        description="As it is printed from now on. What was printed keeps the name it had.",
        validators=[
            DataRequired("An author needs a name."),
            Length(max=LONGEST_NAME, message=f"Keep the name to {LONGEST_NAME} characters."),
        ],
    )
    words = TextAreaField(
        "Words",
        filters=[_clean],
        description="A few sentences about the author, below each article and on their page. Markdown.",
        validators=[_SHORT_WORDS],
    )
    picture = StringField(
        "Picture",
        filters=[_address],
        description="The line or the address of an uploaded picture. What it shows is said at Pictures.",
        validators=[_is_a_pictures_address],
    )

    def said(self) -> AuthorWords:
        """The typed values; only after the form has validated."""
        return AuthorWords(self.name.data or "", self.words.data or "", self.picture.data or "")


class SeriesForm(_WordsForm):
    """Name, words and stages of a series."""

    name = StringField(
        "Name",
        filters=[one_line],
        description="Its address stays what it is.",
        validators=[
            DataRequired("A series needs a name."),
            Length(max=LONGEST_SERIES_NAME, message=f"Keep the name to {LONGEST_SERIES_NAME} characters."),
        ],
    )
    words = TextAreaField(
        "Words",
        filters=[_clean],
        description="A few sentences at the head of the series’ page. Markdown.",
        validators=[_SHORT_WORDS],
    )
    stages = TextAreaField(
        "Stages",
        filters=[_clean],
        description="One a line, in their order, such as Hearing, Understanding. Leave it empty for a series "
        "without any.",
        validators=[Length(max=MOST_TYPED, message="Keep the stages short: a name each."), _are_stages],
    )

    def said(self) -> SeriesWords:
        """The typed values; only after the form has validated."""
        return SeriesWords(self.name.data or "", self.words.data or "", stages_in(self.stages.data or ""))
