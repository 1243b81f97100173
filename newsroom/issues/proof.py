"""Tests of an issue, handed to the mail server at once for colleagues and named testers.

They are the message that subscribers get, signed as theirs is, with a marked subject. It writes nothing: no
ledger, no count, no outbox; the door records who asked for them. Whom a test may go to is decided by
`people`: nobody types an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsroom.issues import letter, queries, showing
from newsroom.issues.models import Issue
from newsroom.platform import clock
from newsroom.platform.mail import signing
from newsroom.platform.mail.message import Unsendable
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.server import Timeouts
from newsroom.platform.mail.transport import open_transport
from newsroom.platform.settings import current
from newsroom.publication.queries import publication
from newsroom.publication.rules import Tester, TestersRefused, testers

# Somebody waits for the page: a server that does not answer is reported instead of being waited for.
PATIENCE = Timeouts(connect=8.0, command=8.0, data=15.0)


@dataclass(frozen=True)
class Outcome:
    """What became of the tests: who was written to, and of the others what was said about each."""

    taken: tuple[Tester, ...]
    refused: tuple[tuple[Tester, str], ...]


def people(email: str, name: str) -> tuple[Tester, ...]:
    """Everybody a test may go to: whoever asks for it comes first, then the testers of the settings."""
    me = Tester(email, name)
    try:
        named = testers(publication().testers)
    except TestersRefused:
        # Written by another way than the form; whoever asks can still send one to themselves.
        named = ()
    return (me, *(tester for tester in named if tester.address != me.address))


def send(row: Issue, to: Sequence[Tester]) -> Outcome:
    """Hand tests of the issue, as it stands now or was frozen, to the mail server.

    Each goes by itself, since one may be refused.

    Raises `Unsendable` when no letter can be made of the issue at all. A server that cannot be reached, or
    refuses to let us in, is asked once only.
    """
    sender = publication()
    proof = letter.Proof(showing.shown(row).edition, queries.base_url(), sender, clock.now())
    taken: list[Tester] = []
    refused: list[tuple[Tester, str]] = []
    with open_transport(current(), PATIENCE) as transport:
        for position, tester in enumerate(to):
            try:
                message = signing.signed(proof.to(tester.address, tester.name))
            except Unsendable as problem:
                refused.append((tester, str(problem)))
                continue
            reply = transport.send(sender.sender_address, tester.address, message)
            if reply.accepted:
                taken.append(tester)
                continue
            refused.append((tester, str(reply)))
            if _is_about_all(reply):
                refused += [(other, "It was not tried after that.") for other in to[position + 1 :]]
                break
    return Outcome(tuple(taken), tuple(refused))


def _is_about_all(reply: Reply) -> bool:
    return reply.stage in (Stage.CONNECT, Stage.AUTH, Stage.MAIL)
