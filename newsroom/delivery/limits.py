"""What a raised limit means for letters that were put off before: all of them ask for their turn anew.

Limits are settings, so they change when a worker is started again. Letters hold moments that were counted out
by the old limit, hours ahead maybe. It sends nothing and knows no rate: `platform.mail.pace` does.
"""

from __future__ import annotations

import logging

from newsroom.delivery import ledger
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail import outbox, pace

log = logging.getLogger(__name__)


def look_around() -> None:
    """A tick: where a domain's limit was raised or lifted, let everything that was put off ask anew.

    That is what waits for any domain: whatever is still too early is counted out afresh.
    """
    rhythm = pace.current()
    is_raised = rhythm.is_raised()
    # Most minutes nothing has changed, and nobody waits for a writer then.
    db.session.rollback()
    if not is_raised:
        return
    with unit_of_work():
        if not rhythm.forget_turns():
            return
        count = ledger.ask_again(clock.now()) + outbox.ask_again()
    log.info("A limit was raised: %s letters that were put off ask anew", f"{count:,}")
