"""The forms of the settings and of a standing block. Each says what is wrong with a field."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
    URLField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from newsroom.platform import addresses
from newsroom.platform.contrast import parse_colour
from newsroom.platform.web.fields import is_address, one_line, paragraphs
from newsroom.publication import rules
from newsroom.publication.service import PublicationSettings


def _longest(count: int) -> Length:
    return Length(max=count, message=f"At most {count} characters.")


def _days(least: int, most: int) -> list[Any]:
    sentence = f"Write a number of days from {least} to {most:,}."
    return [InputRequired(sentence), NumberRange(least, most, sentence)]


class _WholeNumberField(IntegerField):
    """A number whose faults are told in one sentence, the one of its limits."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError("That is no whole number.") from None


class SettingsForm(FlaskForm):
    """Everything a publication decides for itself."""

    version = HiddenField()
    name = StringField(
        "Name",
        [DataRequired("A publication needs a name."), _longest(120)],
        filters=[one_line],
        description="As it stands in the masthead.",
    )
    tagline = StringField(
        "Tagline", [_longest(200)], filters=[one_line], description="One line beneath the name."
    )
    publisher = StringField("Publisher", [_longest(120)], filters=[one_line])
    editor_name = StringField(
        "Editor", [_longest(120)], filters=[one_line], description="Signs the Editor’s notes."
    )
    sender_name = StringField(
        "Sender’s name",
        [_longest(120)],
        filters=[one_line],
        description="What an inbox shows. The publication’s name when it is empty.",
    )
    sender_address = EmailField(
        "Sender’s address",
        [DataRequired("Letters need an address they come from."), is_address],
        filters=[one_line],
        description="Its domain must be yours: mail servers ask its DNS whether you may send.",
    )
    reply_address = EmailField(
        "Address for replies",
        [is_address],
        filters=[one_line],
        description="Where answers go. The sender’s address when it is empty.",
    )
    postal_address = TextAreaField(
        "Postal address",
        [_longest(300)],
        filters=[paragraphs],
        render_kw={"rows": 3},
        description="Every issue must carry one; the check of an issue insists on it.",
    )
    telephone = StringField("Telephone", [_longest(40)], filters=[one_line])
    language = StringField(
        "Language",
        [DataRequired("Write a language tag, such as en-GB.")],
        filters=[one_line],
        description="As a tag, such as en-GB or pt-BR.",
    )
    time_zone = StringField(
        "Time zone",
        [DataRequired("Write a time zone, such as Europe/London.")],
        filters=[one_line],
        description="An IANA name, such as Europe/London. Dates and schedules follow it.",
    )
    cadence_days = _WholeNumberField(
        "Days between issues",
        _days(rules.SHORTEST_CADENCE, rules.LONGEST_CADENCE),
        description="14 for every second week.",
    )
    accent_colour = StringField(
        "Accent colour",
        [DataRequired("Write a colour, such as #0B5563.")],
        filters=[one_line],
        description="Of links and buttons, as #RRGGBB.",
    )
    logo_url = URLField(
        "Address of a logo",
        [_longest(500)],
        filters=[one_line],
        description="Begins with https://. Without one the name stands there as text, which always arrives.",
    )
    logo_alt = StringField(
        "The logo in words",
        [_longest(200)],
        filters=[one_line],
        description="For whoever does not see pictures. The publication’s name when it is empty.",
    )
    testers = TextAreaField(
        "Testers",
        [_longest(6_000)],
        filters=[paragraphs],
        render_kw={"rows": 3},
        description="Who may be sent a test of an issue beside whoever asks for it: an address a line, "
        "or Name <address>. At most 20.",
    )
    four_eyes = BooleanField(
        "Four eyes",
        description="Whoever changed an issue last cannot be the one who approves it.",
    )
    unprinted_retention_days = _WholeNumberField(
        "Keep private details of unprinted stories",
        _days(1, rules.LONGEST_RETENTION),
        description="In days, after a story was declined or withdrawn.",
    )
    printed_retention_days = _WholeNumberField(
        "Keep private details of printed stories",
        _days(1, rules.LONGEST_RETENTION),
        description="In days, after a story was printed.",
    )

    def validate_language(self, field: Field) -> None:
        """A well-formed tag, written as tags are."""
        tag = rules.language_tag(field.data)
        if tag is None:
            raise ValidationError("That is no language tag: write one such as en, en-GB or zh-Hant.")
        field.data = tag

    def validate_time_zone(self, field: Field) -> None:
        """A zone that the machine knows."""
        zone = rules.time_zone(field.data)
        if zone is None:
            raise ValidationError("That is no time zone: write continent and city, such as Europe/London.")
        field.data = zone

    def validate_testers(self, field: Field) -> None:
        """Addresses, each on a line of its own; the first line that is none is named."""
        try:
            rules.testers(field.data or "")
        except rules.TestersRefused as problem:
            raise ValidationError(str(problem)) from None

    def validate_accent_colour(self, field: Field) -> None:
        """Six hexadecimal digits; three will do."""
        colour = parse_colour(field.data)
        if colour is None:
            raise ValidationError("That is no colour: write # and six digits from 0 to F, such as #0B5563.")
        field.data = colour

    def validate_logo_url(self, field: Field) -> None:
        """An address that a mail program would load."""
        problem = rules.logo_problem(field.data)
        if problem:
            raise ValidationError(problem)

    @property
    def based_on(self) -> int:
        """The version that was shown when the form was filled in."""
        return _number(self.version.data)

    def value(self) -> PublicationSettings:
        """The settings, once they are valid."""
        data = {name: value for name, value in self.data.items() if name not in ("version", "csrf_token")}
        for name in ("sender_address", "reply_address"):
            data[name] = addresses.parse(data[name]).email if data[name] else ""
        return PublicationSettings(**data)


class BlockForm(FlaskForm):
    """A standing block."""

    version = HiddenField()
    title = StringField("Title", [_longest(200)], filters=[one_line])
    body = TextAreaField(
        "Text",
        [_longest(20_000)],
        filters=[paragraphs],
        render_kw={"rows": 16},
        description="In Markdown, as articles are written. Links to our own pages begin with a slash.",
    )

    @property
    def based_on(self) -> int:
        """The version that was shown when the form was filled in; 0 where there was none."""
        return _number(self.version.data)


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
