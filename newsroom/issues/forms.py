"""Forms of the composer. A section's form is made from its kind; each form yields one frozen value."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from newsroom.issues.document import Section
from newsroom.issues.kinds.spec import BadValue, Key, Kind
from newsroom.issues.manuscript import LONGEST_BODY, LONGEST_TITLE
from newsroom.issues.rules import LARGEST_NUMBER, TAKEN_BACK, Head
from newsroom.platform.web.fields import one_line, paragraphs

_STORY_KEYS = ("consent", "attribution")


class HeadForm(FlaskForm):
    """Date, subject and preheader of an issue."""

    version = HiddenField()
    issue_on = DateField(
        "Date", validators=[InputRequired("Choose the date that stands in the masthead, such as 2026-12-01.")]
    )
    subject = StringField(
        "Subject",
        filters=[one_line],
        description="What an inbox shows. Best between 10 and 78 characters.",
        validators=[Length(max=300, message="Keep the subject to 300 characters; 78 are shown.")],
    )
    preheader = StringField(
        "Preheader",
        filters=[one_line],
        description="One sentence that stands first in the letter and beside the subject in an inbox.",
        validators=[Length(max=300, message="Keep the preheader to 300 characters.")],
    )

    def said(self) -> Head:
        """The typed values; only after the form has validated."""
        assert self.issue_on.data is not None
        return Head(self.issue_on.data, self.subject.data or "", self.preheader.data or "")


BEGINNINGS = (
    ("empty", "Empty"),
    ("template", "From a template"),
    ("carried", "Carrying over from issue"),
)


class NewIssueForm(FlaskForm):
    """Number and date of a new issue, and what it begins with."""

    number = IntegerField(
        "Number",
        validators=[
            InputRequired("Give the issue a number."),
            NumberRange(1, LARGEST_NUMBER, f"A number is a whole number from 1 to {LARGEST_NUMBER:,}."),
        ],
    )
    issue_on = DateField("Date", validators=[InputRequired("Choose the date that stands in the masthead.")])
    begins = RadioField(
        "How it begins",
        choices=[SelectChoice(value, label) for value, label in BEGINNINGS],
        default="empty",
        validators=[InputRequired("Choose how the issue begins.")],
    )
    template = SelectField("Template", coerce=str, validate_choice=False)
    carried = SelectMultipleField("What to carry over", validate_choice=False)

    def validate_template(self, field: Field) -> None:
        """A template has to be chosen where the issue is to begin with one."""
        if self.begins.data == "template" and field.data not in _values(field):
            raise ValidationError("Choose a template that is there; somebody may have deleted that one.")

    def validate_carried(self, field: Field) -> None:
        """Something has to be ticked where it is to be carried over."""
        if self.begins.data == "carried" and not set(field.data or ()) & _values(field):
            raise ValidationError("Tick what the new issue is to take over, or begin it empty.")


def _values(field: Field) -> set[str]:
    """What can be chosen in a field."""
    return {choice.value for choice in field.choices or ()}


class TemplateForm(FlaskForm):
    """The name of a template. `replaces` is the mark of the one to be replaced, when that is ticked."""

    name = StringField(
        "Name",
        filters=[one_line],
        description="What you will look for next time, such as Summer special.",
        validators=[
            DataRequired("Give the template a name, such as Summer special."),
            Length(max=120, message="Keep the name to 120 characters."),
        ],
    )
    replaces = HiddenField()
    replace = BooleanField("Replace the template of that name with this one")


class ManuscriptForm(FlaskForm):
    """A manuscript as a file, to be imported."""

    manuscript = FileField(
        "Manuscript",
        description="A Markdown file. It makes the issue of its number, or replaces an unsent one.",
        validators=[FileRequired("Choose a file first.")],
    )


class ApprovalForm(FlaskForm):
    """One's own approval is given by typing the issue's number.

    `content` is the hash of what the approver has before their eyes.
    """

    content = HiddenField()
    number = IntegerField(
        "Type the issue’s number to approve it",
        validators=[Optional()],
        description="So that no click approves by accident.",
    )


class WaiveForm(FlaskForm):
    """Why a warning may stand; `finding` is the mark of the one that is meant."""

    finding = HiddenField()
    reason = StringField(
        "Why it may stand",
        filters=[one_line],
        description="Kept with the issue, and shown to whoever approves it.",
        validators=[
            DataRequired("Write why it may stand: whoever approves this issue reads it."),
            Length(max=300, message="Keep the reason to 300 characters."),
        ],
    )


class CorrectionForm(FlaskForm):
    """What was wrong in a sent issue. `place` is the section's, from 0, or empty for the issue as a whole."""

    place = SelectField("Where it was wrong")
    words = TextAreaField(
        "What was wrong, and what is right",
        filters=[paragraphs],
        description="Plain words, as in a story. Readers see them with today’s date.",
        render_kw={"rows": 5},
        validators=[
            DataRequired("Write what was wrong, and what is right."),
            Length(max=2000, message="Keep a correction to 2,000 characters."),
        ],
    )
    reason = StringField(
        "Why that name may stand there",
        filters=[one_line],
        description="Kept in the log of who did what.",
        validators=[Length(max=300, message="Keep the reason to 300 characters.")],
    )

    @property
    def position(self) -> int | None:
        """The place that was chosen; None for the issue as a whole, and for what was not offered."""
        offered = {choice.value for choice in self.place.choices or ()}
        return int(self.place.data) if self.place.data and self.place.data in offered else None


class TakeBackForm(FlaskForm):
    """Why something leaves the web."""

    because = SelectField(
        "Why it leaves the web",
        choices=[
            SelectChoice("", "Choose why …"),
            *(SelectChoice(name, asked) for name, (asked, _said) in TAKEN_BACK.items()),
        ],
        validators=[DataRequired("Choose why it leaves the web; readers are told.")],
    )


class KeyField(StringField):
    """A key of a kind as one line; its check is the kind's own, so that form and manuscript agree."""

    def __init__(self, key: Key, **kwargs: Any) -> None:
        validators = [_checked_by(key)]
        super().__init__(key.label, filters=[one_line], description=key.hint, validators=validators, **kwargs)


def _field_of(key: Key) -> Field:
    if not key.choices:
        return KeyField(key)
    return SelectField(
        key.label,
        choices=[SelectChoice(value, words) for value, words in key.choices],
        default="",
        description=key.hint,
        invalid_choice_message=f"Choose what “{key.label}” says from its list.",
    )


def _checked_by(key: Key) -> Any:
    def check(_form: FlaskForm, field: Field) -> None:
        if not field.data:
            if key.required:
                raise ValidationError(key.missing)
            return
        try:
            key.check(field.data)
        except BadValue as error:
            raise ValidationError(f"{key.label} {error}.") from None

    return check


class SectionForm(FlaskForm):
    """What every section's form has; `section_form` adds the fields of a kind.

    `version` is the one that a save starts from. `token` is the id of the section that an empty form will
    add, so that sending it twice adds one. `of_kind` names the kind even when the section is gone.
    """

    kind: Kind
    version = HiddenField()
    token = HiddenField()
    of_kind = HiddenField()

    @property
    def new_id(self) -> str:
        """The id that the form's new section is to have; empty when what came is none."""
        token = self.token.data or ""
        return token if re.fullmatch(r"[a-z0-9]{12}", token) else ""

    @property
    def base_version(self) -> int:
        """The version that a save starts from; what is no number conflicts rather than overwrites."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1

    @property
    def key_fields(self) -> list[Field]:
        """The fields of the kind's keys, in the kind's order."""
        return [self[key_field_name(key)] for key in self.kind.all_keys if key_field_name(key) in self]

    def said(self) -> Section:
        """The section as it was typed; only after the form has validated."""
        fields = {
            key.name: self[key_field_name(key)].data
            for key in self.kind.all_keys
            if key_field_name(key) in self
        }
        return Section(self.kind.name, self._data("title"), self._data("body"), self._data("note"), fields)

    def _data(self, name: str) -> str:
        return (self[name].data or "") if name in self else ""


def key_field_name(key: Key) -> str:
    """The name of a key's form field."""
    return "key_" + key.name.replace("-", "_")


def field_id(name: str) -> str:
    """The id on the page of what is called so in a section: its words, or a key of its kind."""
    return name if name in ("title", "body", "note") else "key_" + name.replace("-", "_")


def section_form(
    kind: Kind, *, words_elsewhere: bool = False, piece_alone: bool = False
) -> type[SectionForm]:
    """The form class for a kind.

    With `words_elsewhere` the section points at a story that a reader told: its words are edited on the
    story's page, and only the keys that belong to this issue are asked for here. With `piece_alone` it is a
    piece that no issue need hold: only the keys that belong to the piece are asked for.
    """
    members: dict[str, Any] = {"kind": kind}
    if not words_elsewhere:
        members["title"] = StringField(
            "Title",
            filters=[one_line],
            validators=[
                DataRequired("A piece needs a title." if piece_alone else "A section needs a title."),
                Length(max=LONGEST_TITLE, message=f"Keep the title to {LONGEST_TITLE} characters."),
            ],
        )
        members["body"] = TextAreaField(
            "Story" if kind.source == "story" else "Text",
            filters=[paragraphs],
            validators=[Length(max=LONGEST_BODY, message=f"Keep the text to {LONGEST_BODY:,} characters.")],
        )
        if kind.source == "story":
            members["note"] = TextAreaField(
                "Editor’s note",
                filters=[paragraphs],
                description="An opening, then takeaways: - **What to do.** Why it works. [behaviour]",
                validators=[
                    Length(max=LONGEST_BODY, message=f"Keep the note to {LONGEST_BODY:,} characters.")
                ],
            )
    for key in kind.all_keys:
        if not (words_elsewhere and key.name in _STORY_KEYS) and not (piece_alone and not key.of_piece):
            members[key_field_name(key)] = _field_of(key)
    return type("KindForm", (SectionForm,), members)
