"""Makes the letters that are no issue (confirmation, receipt, question …): those of `occasions`, signed.

Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flask import Flask

from judges import occasions
from judges.letters import JudgedLetter, JudgedMessage
from judges.workshop import published_by
from newsroom.platform.mail.signing import Sign

BASE_URL = "https://service-bell.example"


def names() -> list[str]:
    """Every occasion on which one is written."""
    return list(occasions.OCCASIONS)


def letters(app: Flask, wanted: Collection[str]) -> Iterator[JudgedLetter]:
    """The letters of these occasions, each as one signed message."""
    if not wanted:
        return
    with published_by(app, occasions.PUBLICATION, BASE_URL) as sign:
        for name, written in occasions.rehearse(wanted).items():
            yield JudgedLetter(name, None, occasions.PUBLICATION, (_message(written, sign),), BASE_URL)


def _message(written: occasions.Written, sign: Sign) -> JudgedMessage:
    return JudgedMessage(
        raw=sign(written.raw),
        recipient=written.to,
        recipient_name=written.to_name,
        return_path=occasions.PUBLICATION.sender_address,
        subject=written.subject,
        unsubscribe=written.headers.get("List-Unsubscribe", "").strip("<>"),
        # The outbox keeps the Message-ID with the row: a second attempt writes the same bytes.
        retried=sign(written.raw),
    )
