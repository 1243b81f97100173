"""Taking a job in hand as a worker does."""

from newsroom.platform.db import unit_of_work
from newsroom.platform.jobs import queue


def claim() -> queue.Claim | None:
    with unit_of_work():
        return queue.claim_next()


def sure_claim() -> queue.Claim:
    found = claim()
    assert found is not None
    return found
