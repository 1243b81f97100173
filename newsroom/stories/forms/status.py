"""What the author of a story writes behind the four words: answers, wishes, another consent."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from newsroom.platform import addresses
from newsroom.platform.web import OpenForm
from newsroom.platform.web.fields import at_most, one_line, paragraphs
from newsroom.stories import rules
from newsroom.stories.consent import Wording


class ReceiptForm(FlaskForm):
    """The four words of a receipt. Open to everybody, without a cookie: knowing the words is the key."""

    class Meta:
        csrf = False

    receipt = StringField(
        "Your four words",
        [DataRequired("Write the four words of your receipt.")],
        filters=[one_line],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class StatusForm(OpenForm):
    """A form on the page behind the four words. Who is there is no robot, so only the page's age counts."""

    website = None

    def validate_guard(self, field: Field) -> None:
        """However quickly somebody answers; a page that is too old is shown again with what was typed."""
        try:
            super().validate_guard(field)
        except ValidationError:
            if field.data != field.raw_data[0]:
                raise


def _words_field(label: str, missing: str) -> TextAreaField:
    """A box for a message; without a sentence for what is missing it may stay empty."""
    required = DataRequired(missing) if missing else Optional()
    return TextAreaField(
        label, [required, at_most(rules.LONGEST_MESSAGE)], filters=[paragraphs], render_kw={"rows": 6}
    )


class AnswerForm(StatusForm):
    """The author's answer to a question."""

    answer = _words_field("Your answer", "Write your answer.")


class MessageForm(StatusForm):
    """The author writes to the desk."""

    message = _words_field("Your message", "Write your message.")


class ApproveForm(StatusForm):
    """Yes, to exactly the version that was shown."""

    version = IntegerField(widget=HiddenField.widget)


class ChangeForm(StatusForm):
    """What should be different in the edited version."""

    change = _words_field("What should be different?", "Write what should be different.")


class RefuseForm(StatusForm):
    """No to the edited version, with a reason or without."""

    why = _words_field("Why not?", "")


class FollowUpForm(StatusForm):
    """What happened next."""

    follow_up = _words_field("What happened next?", "Write what happened next.")


class IntroduceForm(StatusForm):
    """Who the author is, as far as they did not say before: at least one of the three."""

    name = StringField("Your name", [at_most(120)], filters=[one_line])
    town = StringField("Your town", [at_most(120)], filters=[one_line])
    email = EmailField("Your e-mail address", filters=[one_line])

    def validate_name(self, _field: Field) -> None:
        """One of the three."""
        if not (self.name.data or self.town.data or self.email.data):
            raise ValidationError("Write your name, your town or your e-mail address.")

    def validate_email(self, field: Field) -> None:
        """An address that can exist."""
        try:
            field.data = addresses.parse(field.data).email if field.data else ""
        except addresses.NoAddress as problem:
            raise ValidationError(str(problem)) from None


class EraseNowForm(StatusForm):
    """Everything is destroyed, for good: an author says so twice."""

    sure = BooleanField(
        "Yes, destroy everything about my story, for good",
        [DataRequired("Tick the box to say that everything is to be destroyed.")],
    )


class FollowUpNoForm(StatusForm):
    """No to what happened next as it would be printed."""

    told = IntegerField(widget=HiddenField.widget)


class FollowUpYesForm(FollowUpNoForm):
    """Yes to it, in exactly the words that were shown: `words` is their fingerprint."""

    words = HiddenField()


class AllowForm(StatusForm):
    """What the author allows from now on."""

    level = RadioField("What may we do with your story?", validate_choice=False)
    preview = RadioField(
        "The edited version",
        choices=[
            SelectChoice("yes", "Show it to me before you print it"),
            SelectChoice("no", "I need not see it"),
        ],
        validate_choice=False,
    )

    def __init__(self, wording: Wording, *, highest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.level.choices = [
            SelectChoice(str(level.number), level.label) for level in wording.levels[: highest + 1]
        ]

    def validate_level(self, field: Field) -> None:
        """One of those offered."""
        if field.data not in {choice.value for choice in self.level.choices}:
            raise ValidationError("Choose what we may do with your story.")

    def validate_preview(self, field: Field) -> None:
        """Yes or no."""
        if field.data not in ("yes", "no"):
            raise ValidationError("Choose whether you want to see it first.")
