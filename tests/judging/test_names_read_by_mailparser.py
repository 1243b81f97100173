"""Whatever people type into a subject or a name, a mail program reads it as it was, and nothing beside it."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from judges import npm
from newsroom.platform.mail.message import Mailbox, MessageParts, build
from newsroom.platform.text import clean_line

pytestmark = pytest.mark.judges
AT = datetime(2027, 1, 12, 6, 0, tzinfo=UTC)
# Starting the program takes longer than reading a hundred messages, so one example is many of them.
MANY = 60

LINE = st.one_of(
    st.text(max_size=60),
    st.text(" \t\r\n=?_utf8QqBb.,;:<>()[]@\\\"'é—電🍵", max_size=120),
    st.lists(
        st.sampled_from(["=?utf-8?q?", "?=", "\r\nBcc: all@x.example", "word" * 60, "a, b", "茶 " * 9])
    ).map(" ".join),
).map(clean_line)


def written(subject: str, name: str) -> str:
    parts = MessageParts(
        sender=Mailbox("letter@service-bell.example", "The Service Bell"),
        to=Mailbox("rosa@reader.example", name),
        subject=subject,
        text="Hello.\n",
        message_id="<one@service-bell.example>",
        date=AT,
    )
    return base64.b64encode(build(parts)).decode()


# A smaller example would say no more: each is a list, and shrinking it starts the program hundreds of times.
@settings(max_examples=3, suppress_health_check=list(HealthCheck), deadline=None, phases=[Phase.generate])
@given(st.lists(st.tuples(LINE.filter(bool), LINE), min_size=MANY, max_size=MANY))
def test_a_mail_program_reads_what_was_typed(lines: list[tuple[str, str]]) -> None:
    read = npm.ask("mailparser", [written(subject, name) for subject, name in lines])
    for (subject, name), said in zip(lines, read, strict=True):
        assert said["subject"] == subject
        assert said["to"] == [{"address": "rosa@reader.example", "name": name}]
        assert sorted(said["names"]) == sorted(
            [
                "from",
                "to",
                "subject",
                "date",
                "message-id",
                "mime-version",
                "content-type",
                "content-transfer-encoding",
            ]
        )
