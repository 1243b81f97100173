"""The forms for a picture: the file, and what is said about it. They yield frozen `Words`."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, StringField, ValidationError

from newsroom.pictures import rules
from newsroom.pictures.service import Words
from newsroom.platform.web.fields import at_most, one_line


class WordsForm(FlaskForm):
    """What is said about a picture; `version` is the one that the editor started from."""

    alt = StringField(
        "What it shows",
        [at_most(rules.LONGEST_ALT)],
        filters=[one_line],
        description="In a sentence, for those who cannot see it or whose mail program loads no pictures.",
    )
    is_decorative = BooleanField(
        "It only decorates",
        description="Nothing is lost without it, and it is passed over where pictures are read out.",
    )
    caption = StringField(
        "Caption",
        [at_most(rules.LONGEST_CAPTION)],
        filters=[one_line],
        description="Shown to whoever points at the picture, and in the text edition.",
    )
    credit = StringField(
        "Credit",
        [at_most(rules.LONGEST_CREDIT)],
        filters=[one_line],
        description="Who made it, where they want to be named; it stands with the caption.",
    )
    version = HiddenField()

    def validate_alt(self, field: Field) -> None:
        """It is decided what somebody is told who cannot see the picture."""
        if problem := rules.problem_with_alt(field.data or "", bool(self.is_decorative.data)):
            raise ValidationError(problem)

    def words(self) -> Words:
        """What was typed."""
        return Words(
            self.alt.data or "",
            bool(self.is_decorative.data),
            self.caption.data or "",
            self.credit.data or "",
        )

    def started_from(self) -> int:
        """The version that the editor had before them; 0, which is no version, for what is no number."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


class UploadForm(WordsForm):
    """A new picture."""

    file = FileField(
        "Picture",
        [FileRequired("Choose the file of the picture.")],
        description=(
            f"JPEG, PNG, WebP or GIF, at most {rules.MOST_BYTES // (1024 * 1024)} MB. It is made "
            f"{rules.LONGEST_SIDE} pixels wide or high at most, and what a camera wrote into it is removed."
        ),
    )


def words_of(shown: Any) -> WordsForm:
    """The form with what is said about a picture now."""
    return WordsForm(
        formdata=None,
        alt=shown.alt,
        is_decorative=shown.is_decorative,
        caption=shown.caption,
        credit=shown.credit,
        version=str(shown.version),
    )
