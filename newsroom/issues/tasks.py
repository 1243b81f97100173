"""What the worker does for issues: it asks the addresses in them. Each step has a unit of work of its own."""

from newsroom.issues import queries, service
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import task


@task(service.ASK_LINKS)
def ask_links(issue_id: int) -> None:
    """Ask every address of an issue of which no fresh answer is known."""
    row = queries.issue_by_id(issue_id)
    if row is None:
        return
    wanted = service.due(row)
    db.session.rollback()
    answered = service.answers(wanted)
    with unit_of_work():
        service.remember(answered)
