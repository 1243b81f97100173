"""What comes back, as several servers write it: by hand, after the RFCs and these servers’ own manners."""

from sqlalchemy import update

from newsroom.delivery.addressing import Addressing
from newsroom.delivery.models import Delivery, Dispatch
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.subscribers.queries import Recipient
from tests.databases import SECRET
from tests.delivery import stage

DOMAIN = "bounces.service-bell.example"
NOBODY = "reader0001@reader.example"


def sent_to_three() -> None:
    """A publication whose issue was handed over to three subscribers, without a server to take it."""
    stage.set_up()
    stage.dispatched(3)
    stage.freeze()
    with unit_of_work():
        at = clock.now()
        db.session.execute(update(Delivery).values(state="handed_over", attempt_count=1, finished_at=at))
        db.session.execute(update(Dispatch).values(state="finished", finished_at=at))


def return_path(dispatch_id: int = 1, subscriber_id: int = 1, epoch: int = 0, secret: str = SECRET) -> str:
    at = Addressing(dispatch_id, "letter@service-bell.example", DOMAIN, secret)
    return at.return_path(Recipient(subscriber_id, "x@reader.example", "", "html", epoch))


def group(
    action: str = "failed", status: str = "5.1.1", diagnostic: str = "smtp; 550 5.1.1 No such user"
) -> str:
    return (
        f"Final-Recipient: rfc822; {NOBODY}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nRemote-MTA: dns; mx.reader.example\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n"
    )


def dsn(
    to: str, *groups: str, charset: str = "us-ascii", returned: str = "Subject: The second call\r\n"
) -> bytes:
    """A notification of RFC 3464, as Postfix shapes it."""
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.reader.example\r\n"
        f"To: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        "Auto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"\r\n\r\n'
        f"--cut\r\nContent-Type: text/plain; charset={charset}\r\n\r\nI am sorry.\r\n\r\n"
        "--cut\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.reader.example\r\nArrival-Date: Tue, 1 Dec 2026 06:00:00 +0000\r\n\r\n"
        + "\r\n".join(groups or (group(),))
        + f"\r\n--cut\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--cut--\r\n"
    ).encode()


def exim(to: str) -> bytes:
    """Exim reports 5.0.0 whatever happened, and tells the reason in the diagnostic code."""
    return dsn(to, group(status="5.0.0", diagnostic="smtp; 550 5.1.1 <reader0001@reader.example>: unknown"))


def exchange(to: str) -> bytes:
    """Exchange writes a report with a remark behind the status, and HTML before it."""
    return dsn(to, group(status="5.1.10", diagnostic="smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound"))


def qmail(to: str, reason: str = "Sorry, no mailbox here by that name. (#5.1.1)") -> bytes:
    """qmail's own form of plain words (QSBMF), no notification of RFC 3464."""
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.reader.example\n"
        f"To: {to}\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mx.reader.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{NOBODY}>:\n{reason}\n\n"
        "--- Below this line is a copy of the message.\n\n"
        "Return-Path: <letter@service-bell.example>\nSubject: The second call\n\nGood morning.\n"
    ).encode()


def old_exim(to: str) -> bytes:
    """Exim before it knew RFC 3464."""
    return (
        "Return-path: <>\nFrom: Mail Delivery System <Mailer-Daemon@mx.reader.example>\n"
        f"To: {to}\nX-Failed-Recipients: {NOBODY}\nAuto-Submitted: auto-replied\n"
        "Subject: Mail delivery failed: returning message to sender\n\n"
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n\n"
        f"  {NOBODY}\n    Unrouteable address\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\nSubject: x\n"
    ).encode()


def complaint(path: str, to: str = "feedback@service-bell.example", kind: str = "abuse") -> bytes:
    """A complaint report (RFC 5965): the letter in it names the delivery, who complains is hidden."""
    return (
        f"From: fbl@provider.example\r\nTo: {to}\r\nSubject: FW: The second call\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="cut"\r\n\r\n'
        "--cut\r\nContent-Type: text/plain\r\n\r\nThis is a complaint about a letter.\r\n\r\n"
        "--cut\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: {kind}\r\nUser-Agent: ProviderFBL/2.1\r\nVersion: 1\r\n"
        "Original-Rcpt-To: (hidden)\r\n\r\n"
        "--cut\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Return-Path: <{path}>\r\nFrom: letter@service-bell.example\r\nSubject: The second call\r\n\r\n"
        "Good morning.\r\n\r\n--cut--\r\n"
    ).encode()


def plain(to: str, subject: str, body: str = "I am at the sea until Monday.", *more: str) -> bytes:
    """A message with these lines in its head."""
    head = "".join(f"{line}\n" for line in more)
    return f"From: reader0001@reader.example\nTo: {to}\nSubject: {subject}\n{head}\n{body}\n".encode()
