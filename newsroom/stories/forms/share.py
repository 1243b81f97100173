"""Telling a story: what a reader fills in, and what is wrong with it."""

from __future__ import annotations

import re
from typing import Any

from wtforms import (
    EmailField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from newsroom.platform import addresses
from newsroom.platform.web import OpenForm
from newsroom.platform.web.fields import at_most, one_line, paragraphs
from newsroom.stories import rules
from newsroom.stories.consent import DEFAULT_LEVEL, Wording
from newsroom.stories.forms.choices import choices
from newsroom.stories.submission import Submission, preview_by_default

# What is left of a letter that came in another encoding than UTF-8: by a form with parts, or without.
_BROKEN = re.compile("\ufffd|%[89A-F][0-9A-F]")


class ShareForm(OpenForm):
    """A reader tells a story. A script may rely on `verdict`, `story`, `company`, `consent`, `name`, `email`,
    and on `confirm=yes`, which the check page sends."""

    verdict = RadioField(
        "Was it good or bad?",
        choices=[SelectChoice(value, label) for value, label in rules.VERDICTS.items()],
        validate_choice=False,
    )
    story = TextAreaField("What happened?", filters=[paragraphs], render_kw={"rows": 14})
    company = StringField("Which company was it?", [at_most(120)], filters=[one_line])
    channel = SelectField(
        "How did you meet?", choices=choices(rules.CHANNELS, "Choose, if you like"), validate_choice=False
    )
    when = StringField("Roughly when?", [at_most(120)], filters=[one_line])
    outcome = SelectField(
        "What did it lead to?", choices=choices(rules.OUTCOMES, "Choose, if you like"), validate_choice=False
    )
    consent = RadioField("What may we do with your story?", default=str(DEFAULT_LEVEL), validate_choice=False)
    preview = RadioField(
        "Show me the edited version before you print it",
        choices=[SelectChoice("yes", "Yes, show me first"), SelectChoice("no", "No need")],
        validate_choice=False,
    )
    name = StringField("Your name", [at_most(120)], filters=[one_line])
    town = StringField("Your town", [at_most(120)], filters=[one_line])
    email = EmailField("Your e-mail address", filters=[one_line])

    def __init__(self, wording: Wording, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.consent.choices = [SelectChoice(str(level.number), level.label) for level in wording.levels]
        # Suspicion is not an error: it decides the shelf (see `submission`), and only a robot would notice.
        self.too_fast = False
        self.trapped = bool(self.website.data)

    def validate_website(self, _field: Field) -> None:
        """Left to the spam shelf."""

    def validate_guard(self, field: Field) -> None:
        """A page that is too old is shown again; a form that came too fast is only remembered as such."""
        try:
            super().validate_guard(field)
        except ValidationError:
            if field.data != field.raw_data[0]:
                raise
            self.too_fast = True

    def validate_verdict(self, field: Field) -> None:
        """Thumb first."""
        if field.data not in rules.VERDICTS:
            raise ValidationError("Choose a thumb first: up or down.")

    def validate_story(self, field: Field) -> None:
        """Long enough to be understood, short enough to be read, and whole."""
        problem = rules.length_problem(field.data)
        if problem:
            raise ValidationError(problem)
        if broken := _BROKEN.search(field.data):
            raise ValidationError(
                f"Some letters arrived broken and read {broken[0]}. Please type them again."
            )

    def validate_channel(self, field: Field) -> None:
        """One of those offered, or none."""
        if field.data and field.data not in rules.CHANNELS:
            raise ValidationError("Choose one from the list, or leave it open.")

    def validate_outcome(self, field: Field) -> None:
        """One of those offered, or none."""
        if field.data and field.data not in rules.OUTCOMES:
            raise ValidationError("Choose one from the list, or leave it open.")

    def validate_consent(self, field: Field) -> None:
        """One of the five levels."""
        if field.data not in {choice.value for choice in self.consent.choices}:
            raise ValidationError("Choose what we may do with your story.")

    def validate_preview(self, field: Field) -> None:
        """Yes, no, or what the thumb suggests."""
        if field.data and field.data not in ("yes", "no"):
            raise ValidationError("Choose yes or no.")

    def validate_name(self, field: Field) -> None:
        """A name is needed where it is to be printed."""
        if self.consent.data in ("3", "4") and not field.data:
            raise ValidationError("You allow us to print your name, so we need to know it.")

    def validate_email(self, field: Field) -> None:
        """Optional, but for a story that is printed under somebody's full name."""
        if not field.data:
            if self.consent.data == "4":
                raise ValidationError(
                    "Leave an e-mail address: to print your full name, we must make sure that it is yours."
                )
            return
        try:
            field.data = addresses.parse(field.data).email
        except addresses.NoAddress as problem:
            raise ValidationError(str(problem)) from None

    def value(self) -> Submission:
        """What was told, once the form is valid."""
        return Submission(
            verdict=self.verdict.data,
            story=self.story.data or "",
            level=int(self.consent.data),
            wants_preview=self.wants_preview,
            company=self.company.data or "",
            channel=self.channel.data or "",
            when_words=self.when.data or "",
            outcome=self.outcome.data or "",
            name=self.name.data or "",
            town=self.town.data or "",
            email=self.email.data or "",
        )

    @property
    def wants_preview(self) -> bool:
        """The answer, or what is usual for the verdict where none was given."""
        return self.preview.data == "yes" if self.preview.data else preview_by_default(self.verdict.data)
