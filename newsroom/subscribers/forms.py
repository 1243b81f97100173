"""The forms of signing up, of one's own subscription and of the desk's list. Each yields one plain value."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from newsroom.platform import addresses, clock
from newsroom.platform.text import clean_line
from newsroom.platform.web import OpenForm
from newsroom.publication.queries import publication
from newsroom.subscribers import rules
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.rules import Format, Reason
from newsroom.subscribers.service import Preferences, SignUp

FORMAT_LABELS = {Format.HTML: "Designed", Format.TEXT: "Plain text"}
FORMAT_HINTS = {
    Format.HTML.value: "With headings, colours and pictures, for any mail program",
    Format.TEXT.value: "Words alone, set for reading in a fixed-width face",
}


def _is_address(_form: Any, field: Field) -> None:
    try:
        addresses.parse(field.data or "")
    except addresses.NoAddress as problem:
        raise ValidationError(str(problem)) from None


def _stripped(typed: str | None) -> str:
    return (typed or "").strip()


def _line(typed: str | None) -> str:
    return clean_line(typed or "")


_ADDRESS = [DataRequired("Write your e-mail address."), _is_address]
_NAME = Length(max=rules.LONGEST_NAME, message=f"A name has at most {rules.LONGEST_NAME} characters here.")


class SignUpForm(OpenForm):
    """I want the letter."""

    email = EmailField("E-mail address", _ADDRESS, filters=[_stripped])
    name = StringField("Your name", [_NAME], filters=[_line])
    source = HiddenField()

    def value(self, wording: str, network_address: str) -> SignUp:
        """What was typed, with the words that stood beside the button and where it came from."""
        return SignUp(
            email=self.email.data or "",
            name=self.name.data or "",
            source=rules.source(self.source.data or ""),
            wording=wording,
            network_address=network_address,
        )


class AskForLinkForm(OpenForm):
    """I have a subscription and need the way to it."""

    email = EmailField("E-mail address", _ADDRESS, filters=[_stripped])


class _TokenForm(FlaskForm):
    """A form behind a link from a letter, which proves who it is: no cookie, no CSRF token."""

    class Meta:
        csrf = False


class _DayField(DateField):
    """A day, whose fault is told by an example."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Write the day as year, month and day: 2027-01-31.") from None


class PreferencesForm(_TokenForm):
    """Which edition, and from when on."""

    format = RadioField(
        "Edition",
        choices=[SelectChoice(edition.value, label) for edition, label in FORMAT_LABELS.items()],
        validate_choice=True,
    )
    paused_until = _DayField(
        "Pause until",
        [Optional()],
        description="No issue comes before this day. Leave it empty to get every issue.",
    )

    @staticmethod
    def shown(subscriber: Subscriber) -> dict[str, Any]:
        """What the form shows of a subscription."""
        return {
            "format": subscriber.format,
            "paused_until": _pause_day(subscriber.paused_until),
            "name": subscriber.name,
        }

    def validate_paused_until(self, field: Field) -> None:
        """A day to come, within a year."""
        if field.data is None:
            return
        problem = rules.pause_problem(field.data, clock.today(publication().time_zone))
        if problem:
            raise ValidationError(problem)

    def value(self) -> Preferences:
        """What they want, with the pause as an instant: the beginning of that day in our zone."""
        day: date | None = self.paused_until.data
        zone = ZoneInfo(publication().time_zone)
        until = datetime.combine(day, time.min, zone) if day else None
        name = getattr(self, "name", None)
        return Preferences(
            format=self.format.data, paused_until=until, name=None if name is None else name.data or ""
        )


class OwnPreferencesForm(PreferencesForm):
    """The same with the name, for somebody whose mailbox has just proved who they are."""

    name = StringField("Your name", [_NAME], filters=[_line], description="How our letters greet you.")


class NewAddressForm(_TokenForm):
    """Send it there instead."""

    email = EmailField(
        "New e-mail address",
        _ADDRESS,
        filters=[_stripped],
        description="We write to the new address first; nothing changes before it has answered.",
    )


class EraseForm(_TokenForm):
    """Forget me."""

    never_again = BooleanField(
        "Never write to this address again",
        description="We keep a fingerprint of your address, from which nobody can read it, and refuse "
        "it for ever: in the sign-up form, and in any list that somebody may bring us.",
    )


_LONGEST_REASON = Length(max=300, message="A reason has at most 300 characters.")


class ShowForm(FlaskForm):
    """The desk asks for an address; some must say why."""

    reason = StringField("Reason", [_LONGEST_REASON], filters=[_line], id="look-reason")


class FindForm(ShowForm):
    """The desk looks somebody up."""

    email = EmailField(
        "E-mail address",
        [DataRequired("Write the whole address to look for."), _is_address],
        filters=[_stripped],
    )


class LiftForm(FlaskForm):
    """An address that may be written to again."""

    reason = StringField(
        "Why it may be written to again",
        [DataRequired("Write why it may be written to again: it stands in the audit log."), _LONGEST_REASON],
        filters=[_line],
        id="lift-reason",
        description="For the audit log. Leave addresses out.",
    )


class ReasonForm(FlaskForm):
    """Why the desk does this; it stands in the audit log."""

    reason = StringField(
        "Reason",
        [
            DataRequired("Write a few words: they stand in the audit log."),
            _LONGEST_REASON,
        ],
        filters=[_line],
        description="For the audit log, such as “asked by telephone on Tuesday”. Leave addresses out.",
    )


class DeskEraseForm(ReasonForm):
    """The desk forgets somebody who asked for it."""

    never_again = BooleanField(
        "Never write to this address again",
        description="Keeps a fingerprint of the address, so that no form and no list brings it back.",
    )


class SuppressForm(FlaskForm):
    """An address that must never be written to again."""

    email = EmailField(
        "E-mail address",
        [DataRequired("Write the address."), _is_address],
        filters=[_stripped],
        id="suppress-email",
    )
    reason = RadioField(
        "Why",
        choices=[SelectChoice(reason, label) for reason, label in rules.REASON_LABELS.items()],
        default=Reason.REQUEST.value,
    )
    detail = TextAreaField(
        "Detail",
        [Length(max=300, message="At most 300 characters.")],
        filters=[_line],
        description="What a colleague should know. It outlives an erasure, so leave names and addresses out.",
    )


def _pause_day(until: datetime | None) -> date | None:
    """The day a pause ends, as it was chosen; None once it is over."""
    if until is None or until <= clock.now():
        return None
    return until.astimezone(ZoneInfo(publication().time_zone)).date()
