"""The conversation with a real Postfix: what is announced behind a final dot, it understands."""

import pytest

from newsroom.platform.mail.message import build
from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.smtp.server import Server
from tests.platform.mail.samples import parts
from tests.platform.mail.ways import OverWire
from tests.postfix import HOST, Postfix, without_trace

pytestmark = pytest.mark.postfix
FROM, GONE = "letters@service-bell.example", "gone@other.example"


def test_letters_that_follow_each_other_arrive_once_each_over_one_connection() -> None:
    readers = [f"reader{n}@reader.example" for n in range(12)]
    parcels = [Parcel(FROM, each, build(parts(text=f"For {each}.\n.\n"))) for each in readers]
    with Postfix(mailboxes=readers) as mail, OverWire(Server(HOST, mail.port)) as transport:
        # One that was announced and does not come must not arrive either, empty or whole.
        replies = [
            transport.send(parcel.envelope_from, parcel.rcpt, parcel.message, following)
            for parcel, following in zip(parcels, [*parcels[1:], Parcel(FROM, readers[0], b"x")], strict=True)
        ]
        transport.close()
        assert all(reply.accepted for reply in replies), replies
        arrived = mail.wait_for(len(readers))
        assert sorted(map(without_trace, arrived)) == sorted(parcel.message for parcel in parcels)
        assert mail.log().count(": connect from") == 1
        assert mail.log().count("lost connection after DATA (0 bytes)") == 1
