"""The form in which somebody chooses when an issue goes out. What an hour means is decided in `timing`."""

from __future__ import annotations

from datetime import datetime

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import DateInput, TimeInput

from newsroom.delivery import timing
from newsroom.delivery.timing import Moment, NotATime
from newsroom.platform.web.fields import one_line
from newsroom.publication.rules import time_zone

FIRST, SECOND = "first", "second"


class TimeForm(FlaskForm):
    """A day, an hour and the zone in which they are meant; and the answers to what had to be asked."""

    class Meta:
        # Looked at with GET, which changes nothing; every POST is guarded for the whole application.
        csrf = False

    day = StringField("Day", filters=[one_line], widget=DateInput())
    hour = StringField("Hour", filters=[one_line], widget=TimeInput())
    zone = StringField(
        "Time zone",
        filters=[one_line],
        description="An IANA name, such as Europe/Lisbon. The hour is meant there.",
    )
    which = RadioField(
        "Which of the two",
        choices=[SelectChoice(FIRST, "The first"), SelectChoice(SECOND, "The second")],
        default=FIRST,
    )
    sure = BooleanField("The year is right")

    def moment(self, now: datetime) -> Moment | None:
        """What was chosen; None with a sentence at its field where nothing can go out then."""
        try:
            zone = time_zone(self.zone.data or "")
            if zone is None:
                raise NotATime(
                    "zone", "That is no time zone: write continent and city, such as Europe/Lisbon."
                )
            return timing.chosen(
                timing.read_day(self.day.data or ""),
                timing.read_hour(self.hour.data or ""),
                zone,
                now,
                second=self.which.data == SECOND,
            )
        except NotATime as refusal:
            field = self[refusal.field]
            field.errors = [*field.errors, str(refusal)]
            return None
