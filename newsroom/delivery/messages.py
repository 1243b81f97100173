"""The letters about schedules, to whoever set them."""

from newsroom.delivery import rules, timing
from newsroom.delivery.models import Schedule
from newsroom.platform.links import absolute
from newsroom.platform.mail.letters import Letter
from newsroom.platform.mail.outbox import post

_SUBJECTS = {
    rules.ASKING: "Issue {number} did not go out: what now?",
    rules.NOT_SENT: "Issue {number} could not be sent",
    rules.VOID: "Issue {number} changed and does not go out",
    rules.STOPPED: "Issue {number} was cancelled and does not go out",
}


def post_schedule_ended(email: str, name: str, row: Schedule) -> None:
    """To whoever set it: their issue does not go out as they planned, and why."""
    post(
        Letter(
            to=email,
            to_name=name,
            subject=_SUBJECTS[row.state].format(number=row.issue_number),
            template="schedule_ended",
            context={
                "name": name,
                "number": row.issue_number,
                "when": timing.words(row.send_at, row.zone),
                "state": row.state,
                "reason": row.reason,
                "link": absolute("delivery_desk.show", number=row.issue_number),
            },
            kind="schedule-ended",
        )
    )
