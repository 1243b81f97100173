"""A letter goes through a real mail server and is found as it was written; what cannot arrive comes back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from itertools import count

import dkim
import pytest
from flufl.bounce import scan_message

from newsroom.delivery import reports
from newsroom.delivery.addressing import Addressing
from newsroom.delivery.naming import Named
from newsroom.demo import sample
from newsroom.issues import letter
from newsroom.platform.mail import signing
from newsroom.platform.mail.reply import Reply
from newsroom.platform.mail.smtp.server import server_of
from newsroom.platform.mail.smtp.transport import SmtpTransport
from newsroom.platform.settings import load
from newsroom.subscribers.queries import Recipient
from tests.databases import SECRET
from tests.dkim_keys import SETTINGS, lookup
from tests.issues.documents import BASE_URL, specimen
from tests.postfix import HOST, Postfix, without_trace

pytestmark = pytest.mark.postfix
DOMAIN = "bounces.service-bell.example"
UNSUBSCRIBE = f"{BASE_URL}/unsubscribe/{'long-and-signed-' * 10}"
AT = datetime(2027, 1, 12, 7, 0, tzinfo=UTC)
SETTLED = load({"NEWSROOM_ENV": "development", "NEWSROOM_SECRET_KEY": SECRET, **SETTINGS})
RECIPIENTS = count(1)


@pytest.fixture(scope="module")
def post() -> Iterator[Postfix]:
    """A mail server that knows everybody at reader.example, and nobody else but those who get our bounces."""
    with Postfix(mailboxes=["@reader.example", "@xn--bcher-kva.example", f"bounce@{DOMAIN}"]) as server:
        yield server


@pytest.fixture(scope="module")
def compiled() -> letter.CompiledMessage:
    return letter.compiled(letter.rendered(specimen(), BASE_URL), BASE_URL, sample.SETTINGS, AT)


def sent(post: Postfix, compiled: letter.CompiledMessage, address: str) -> tuple[bytes, Named]:
    """Hand a signed letter over as a dispatch does: its bytes, and what its return path names."""
    recipient = Recipient(next(RECIPIENTS), address, "Zoë Ødegård", "html", 0)
    at = Addressing(7, sample.SETTINGS.sender_address, DOMAIN, SECRET)
    links = {"unsubscribe": UNSUBSCRIBE, "preferences": f"{BASE_URL}/preferences/abc"}
    slots = {"address": address, "name": recipient.name, "messageid": at.message_id(recipient.id), **links}
    data = signing.signer(SETTLED)(compiled.join(slots))
    assert handed_over(post, at.return_path(recipient), address, data).accepted
    return data, Named(7, recipient.id, 0)


def handed_over(post: Postfix, return_path: str, address: str, data: bytes) -> Reply:
    where = SETTLED.model_copy(update={"mail_server": HOST, "mail_port": post.port})
    with SmtpTransport(server_of(where)) as transport:
        return transport.send(return_path, address, data)


def received(post: Postfix, field: str, value: str) -> bytes:
    """The first letter with that value in a field, as soon as it is there."""
    return post.find(lambda data: message_from_bytes(data, policy=default)[field] == value)


@pytest.mark.parametrize("address", ["ana@reader.example", "ana@bücher.example", "фёдор@reader.example"])
def test_a_letter_arrives_as_it_was_written(
    post: Postfix, compiled: letter.CompiledMessage, address: str
) -> None:
    data, _ = sent(post, compiled, address)
    written = message_from_bytes(data, policy=default)
    arrived = received(post, "Message-ID", str(written["Message-ID"]))
    assert without_trace(arrived) == data
    assert dkim.verify(arrived.replace(b"\n", b"\r\n"), dnsfunc=lookup)
    read = message_from_bytes(arrived, policy=default)
    assert read["List-Unsubscribe"] == f"<{UNSUBSCRIBE}>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["To"].addresses[0].display_name == "Zoë Ødegård"


def test_a_letter_to_nobody_comes_back_and_names_its_delivery(
    post: Postfix, compiled: letter.CompiledMessage
) -> None:
    _, delivery = sent(post, compiled, "nobody@elsewhere.example")
    notification = post.find(lambda data: b"nobody@elsewhere.example" in data and is_report(data))
    assert scan_message(message_from_bytes(notification)) == {b"nobody@elsewhere.example"}
    assert_hard(notification, delivery)


def test_so_does_one_to_nobody_with_letters_beyond_ascii(
    post: Postfix, compiled: letter.CompiledMessage
) -> None:
    _, delivery = sent(post, compiled, "никто@elsewhere.example")
    notification = post.find(lambda data: "никто@elsewhere.example".encode() in data and is_report(data))
    # RFC 6533: another type of part, which Mailman's reader does not know.
    assert b"message/global-delivery-status" in notification
    assert_hard(notification, delivery)


def is_report(data: bytes) -> bool:
    return data.startswith(b"Return-Path: <>")


def assert_hard(notification: bytes, delivery: Named) -> None:
    report = reports.read(notification, SECRET, DOMAIN)
    assert isinstance(report, reports.Report)
    assert (report.delivery, report.status, report.kind) == (delivery, "5.1.1", "hard")
