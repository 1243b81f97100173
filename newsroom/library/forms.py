"""Forms for authors, series, testimonials and downloads. Each yields one frozen value."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from newsroom.library import filetypes, things
from newsroom.library.rules import (
    LONGEST_NAME,
    LONGEST_SERIES_NAME,
    LONGEST_WORDS,
    AuthorWords,
    SeriesWords,
    problem_with_stages,
    stages_in,
)
from newsroom.library.things import Offered, Said
from newsroom.pictures.rules import addresses_in
from newsroom.platform.web.fields import at_most, one_line, paragraphs

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


class WordsForm(FlaskForm):
    """What the forms have: `version` is the one that the editor started from."""

    version = HiddenField()

    @property
    def base_version(self) -> int:
        """The version that a save starts from; what is no number conflicts rather than overwrites."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


class AuthorForm(WordsForm):
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


class SeriesForm(WordsForm):
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


class _ThingForm(WordsForm):
    """`token` is the id that a new one is to have, so that a form sent twice makes one."""

    token = HiddenField()

    @property
    def new_id(self) -> str:
        """The id of what the form will make; empty when what came is none."""
        token = self.token.data or ""
        return token if token.isascii() and token.isalnum() and len(token) == TOKEN_LENGTH else ""


TOKEN_LENGTH = 12


class TestimonialForm(_ThingForm):
    """What a reader said about the publication, and that we may print it."""

    words = TextAreaField(
        "Words",
        filters=[_clean],
        description="As they were said or written, in plain words.",
        render_kw={"rows": 6},
        validators=[DataRequired("Write what they said."), at_most(things.LONGEST_WORDS)],
    )
    who = StringField(
        "Who said it",
        filters=[one_line],
        description="As they want to be named.",
        validators=[DataRequired("Say who said it, as they want to be named."), at_most(things.LONGEST_LINE)],
    )
    role = StringField(
        "Their town or role",
        filters=[one_line],
        description="Such as: runs a bakery in Larkmoor.",
        validators=[at_most(things.LONGEST_LINE)],
    )
    permission = StringField(
        "Permission",
        filters=[one_line],
        description="How and when they allowed it, such as: by letter, 3 November 2026. No reader sees it.",
        validators=[
            DataRequired("Say how and when they allowed us to print it; without that we may not."),
            at_most(things.LONGEST_LINE),
        ],
    )
    shown = BooleanField("Show it to readers", description="It stands on the page at once.")
    place = IntegerField(
        "Order",
        default=100,
        description="The lowest number comes first.",
        validators=[
            InputRequired("Give it a whole number; the lowest comes first."),
            NumberRange(0, things.LAST_PLACE, f"A whole number from 0 to {things.LAST_PLACE:,}."),
        ],
    )

    def said(self) -> Said:
        """The typed values; only after the form has validated."""
        return Said(
            words=self.words.data or "",
            who=self.who.data or "",
            role=self.role.data or "",
            permission=self.permission.data or "",
            is_shown=bool(self.shown.data),
            place=self.place.data or 0,
        )


class DownloadForm(_ThingForm):
    """A file that readers can take with them. `kept` is the file that it has already."""

    kept = HiddenField()
    title = StringField(
        "Title",
        filters=[one_line],
        description="What its button says, such as: The checklist.",
        validators=[DataRequired("Give it a title."), at_most(things.LONGEST_LINE)],
    )
    words = TextAreaField(
        "Description",
        filters=[_clean],
        description="What is in it, in a sentence or two.",
        render_kw={"rows": 3},
        validators=[at_most(things.LONGEST_WORDS)],
    )
    file = FileField(
        "File",
        description=f"{filetypes.ALLOWED}; at most {filetypes.MOST_BYTES // (1024 * 1024)} MB.",
    )

    def said(self, file: str, file_name: str) -> Offered:
        """The typed values with the file that is kept; only after the form has validated."""
        return Offered(self.title.data or "", self.words.data or "", file, file_name)
