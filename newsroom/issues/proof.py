"""A test of an issue, handed to the mail server at once for one colleague.

It is the message that subscribers get, with a marked subject. It writes nothing: no ledger, no count, no
outbox; the door records who asked for it.
"""

from __future__ import annotations

from newsroom.issues import letter, queries
from newsroom.issues.models import Issue
from newsroom.platform import clock
from newsroom.platform.mail.reply import Reply
from newsroom.platform.mail.transport import Timeouts, open_transport
from newsroom.platform.settings import current
from newsroom.publication.queries import publication

# Somebody waits for the page: a server that does not answer is reported instead of being waited for.
PATIENCE = Timeouts(connect=8.0, command=8.0, data=15.0)


def send(row: Issue, *, address: str, name: str) -> Reply:
    """Hand a test of the issue, as it stands now, to the mail server; gives the server's answer.

    Raises `Unsendable` when the sender's or the colleague's address cannot stand in a header.
    """
    sender = publication()
    message = letter.proof(
        queries.document_as_known(row), queries.base_url(), sender, clock.now(), address=address, name=name
    )
    with open_transport(current(), PATIENCE) as transport:
        return transport.send(sender.sender_address, address, message)
