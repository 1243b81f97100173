"""Every write to subscribers and to the suppression list, as verbs that join the door's unit of work.

Each state change stands in the subscription's own history, which says how consent came about, and in the
audit log, which never holds an address: whoever is erased must be gone from there too. Verbs that a reader
asks for name the actor themselves, so that a public page reads no session.
"""

from newsroom.subscribers.roster import Newcomer
from newsroom.subscribers.service.erasing import erase, forget_unconfirmed
from newsroom.subscribers.service.importing import (
    Imported,
    RefusedRow,
    import_rows,
    record_export,
    record_import,
)
from newsroom.subscribers.service.joining import SignUp, TooManyLetters, confirm, sign_up
from newsroom.subscribers.service.leaving import unsubscribe, unsubscribe_on_request
from newsroom.subscribers.service.preferences import (
    AddressTaken,
    Preferences,
    change_preferences,
    confirm_address_change,
    request_address_change,
    send_links,
    send_links_to,
)
from newsroom.subscribers.service.record import THE_SUBSCRIBER, LinkVoid, Outcome
from newsroom.subscribers.service.suppressing import (
    lift_entry,
    lift_suppression,
    suppress,
    suppress_subscriber,
    suppress_subscribers,
)

__all__ = [
    "THE_SUBSCRIBER",
    "AddressTaken",
    "Imported",
    "LinkVoid",
    "Newcomer",
    "Outcome",
    "Preferences",
    "RefusedRow",
    "SignUp",
    "TooManyLetters",
    "change_preferences",
    "confirm",
    "confirm_address_change",
    "erase",
    "forget_unconfirmed",
    "import_rows",
    "lift_entry",
    "lift_suppression",
    "record_export",
    "record_import",
    "request_address_change",
    "send_links",
    "send_links_to",
    "sign_up",
    "suppress",
    "suppress_subscriber",
    "suppress_subscribers",
    "unsubscribe",
    "unsubscribe_on_request",
]
