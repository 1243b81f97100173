"""Amazon SES by SNS: bounces and complaints as notifications of one topic.

The letter's return path stands in `mail.source`, which is its envelope sender; who is reported stands nowhere
that we read. What else a topic may carry (deliveries, opens) is taken and has no effect.
"""

from __future__ import annotations

from typing import Any, Final

from newsroom.delivery import judging
from newsroom.delivery.judging import Kind
from newsroom.delivery.naming import Named
from newsroom.delivery.reports import Report
from newsroom.delivery.reports.notification import STATUS
from newsroom.delivery.reports.whose import Whose
from newsroom.delivery.webhooks.certificates import Fetch, fetched
from newsroom.delivery.webhooks.posted import (
    LONGEST_DIAGNOSTIC,
    Posted,
    Told,
    checked,
    mapping,
    objects,
    text,
)
from newsroom.delivery.webhooks.topics import confirmation_address, verified
from newsroom.platform.settings import Settings

_MOST_RECIPIENTS = 100
# Of these Amazon itself says that nothing should be sent there again; a mailbox that is full is transient.
_FOR_GOOD = "Permanent"


class Ses:
    """Notifications of the topic that the settings name. `fetch` gets the certificate from its address."""

    name: Final = "ses"

    def __init__(self, fetch: Fetch = fetched) -> None:
        self._fetch = fetch

    def is_open(self, settings: Settings) -> bool:
        """Whether a topic is set."""
        return bool(settings.ses_topic_arn)

    def read(self, posted: Posted, settings: Settings) -> Told:
        """What a request tells. Raises Forged, Unreadable and NotNow."""
        topic = settings.ses_topic_arn or ""
        message = verified(mapping(posted.body), topic, self._fetch, posted.at)
        if message["Type"] == "SubscriptionConfirmation":
            return Told(confirm_at=confirmation_address(message, topic))
        if message["Type"] != "Notification":
            return Told()
        told = mapping(message["Message"])
        whose = Whose(settings.secret_key, settings.bounce_domain or "")
        return Told(tuple(self._reports(told, whose)))

    def _reports(self, told: dict[str, Any], whose: Whose) -> list[Report]:
        # Notifications of an identity say the one, events of a configuration set the other.
        kind = told.get("notificationType") or told.get("eventType")
        if kind not in ("Bounce", "Complaint"):
            return []
        delivery = whose.in_words(text(checked(told.get("mail")), "source"))
        if kind == "Complaint":
            complaint = checked(told.get("complaint"))
            wish = complaint.get("complaintFeedbackType")
            if wish == "not-spam":
                return []
            return [Report(delivery, Kind.COMPLAINT, "", str(wish or "")[:LONGEST_DIAGNOSTIC], self.name)]
        bounce = checked(told.get("bounce"))
        is_final = bounce.get("bounceType") == _FOR_GOOD
        # A letter of ours has one recipient; more of them would be of somebody else's.
        recipients = objects(bounce.get("bouncedRecipients"), _MOST_RECIPIENTS)[:1]
        return [self._bounced(delivery, one, is_final=is_final) for one in recipients]

    def _bounced(self, delivery: Named | None, recipient: dict[str, Any], *, is_final: bool) -> Report:
        diagnostic = text(recipient, "diagnosticCode", "")[:LONGEST_DIAGNOSTIC]
        found = STATUS.search(text(recipient, "status", ""))
        status = found[0] if found else ""
        if status in judging.GENERIC:
            told = STATUS.search(diagnostic)
            status = told[0] if told else status
        if is_final and status in judging.GENERIC:
            return Report(delivery, Kind.HARD, status, diagnostic, self.name)
        return Report(delivery, judging.kind_of(status, is_final=is_final), status, diagnostic, self.name)
