"""What the worker does for accounts."""

from newsroom.accounts import service
from newsroom.platform.db import unit_of_work
from newsroom.platform.jobs import task


@task(service.SEND_RESET)
def send_password_reset(staff_id: int) -> None:
    """Write the letter somebody asked for at the sign-in page; nothing when the address was nobody's."""
    with unit_of_work():
        service.send_password_reset(staff_id)


def forget_drafts() -> None:
    """A tick: destroy what was typed, never saved, and will not be."""
    with unit_of_work():
        service.forget_old_drafts()
