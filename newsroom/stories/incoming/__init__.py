"""Stories that come by mail: from a folder of messages to what somebody told us in one of them.

`maildir` reads and files the folder, `message` decides what a message is and takes its words, `plain` turns
HTML into text, `trimming` leaves out what others wrote. Nothing here knows a database: `service` does.
"""

from newsroom.stories.incoming.maildir import Arrival, MaildirUnreadable, arrivals, file_away
from newsroom.stories.incoming.message import LeftAlone, MailedDraft, read

__all__ = [
    "Arrival",
    "LeftAlone",
    "MaildirUnreadable",
    "MailedDraft",
    "arrivals",
    "file_away",
    "read",
]
