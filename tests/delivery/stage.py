"""An issue that may go out, people it goes to, and what the ledger says afterwards."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from newsroom.accounts import queries as accounts
from newsroom.accounts import service as accounts_service
from newsroom.accounts.rules import Role
from newsroom.delivery import queries, service, timing, worker
from newsroom.delivery import tasks as schedules
from newsroom.delivery.models import Delivery, Dispatch, Schedule
from newsroom.delivery.timing import Moment
from newsroom.demo import files, sample
from newsroom.issues import manuscript, rules
from newsroom.issues import queries as issues
from newsroom.issues import service as issues_service
from newsroom.issues.document import Section
from newsroom.platform import clock
from newsroom.platform.addresses import parse as address
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.publication import service as publication
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers import service as subscribers_service
from newsroom.subscribers.service import Newcomer

NUMBER = 81
MANUSCRIPT = """---
number: {number}
date: 2026-12-01
subject: The second call
preheader: Why the first answer is rarely the last
---

# Article: Listening twice
author: Ana Duarte

{body}

# Note: A word at the end

Write to us whenever a counter was kind to you.
"""
BODY = "She had called before, and nobody had written down what she said. The second time somebody did."


def set_up() -> None:
    """The publication with its standing blocks, and somebody who may approve."""
    with unit_of_work():
        publication.set_up(sample.SETTINGS)
        for block in files.blocks():
            publication.save_block(block.key, block.title, block.body)
        accounts_service.add("founder@service-bell.example", "Fay Founder", [Role.ADMIN, Role.PUBLISHER])


def approver_id() -> int:
    found = accounts.by_email("founder@service-bell.example")
    assert found is not None
    return found.id


def drafted(number: int = NUMBER, body: str = BODY) -> int:
    said = manuscript.parse(MANUSCRIPT.format(number=number, body=body), "81.md")
    with unit_of_work():
        issues_service.import_manuscript(said, by_id=approver_id())
    return number


def approved(number: int = NUMBER, body: str = BODY) -> int:
    drafted(number, body)
    with unit_of_work():
        row = issues.issue(number)
        assert row is not None
        issues_service.approve(row, by_id=approver_id(), by_label="Fay", four_eyes=False)
    return number


COLUMN = """

# Thumbs down: Nobody looked up
consent: printed by permission, release on file

We stood at the desk for ten minutes, and the person behind it did not look up once in all that time.

## Editor’s note

- **Look up.** A nod costs nothing. [acknowledge presence]
"""


def approved_with_a_story() -> int:
    return approved(body=BODY + COLUMN)


def story_of(number: int = NUMBER) -> Section:
    """The story's place in the issue, as the document shows it."""
    row = issues.issue(number)
    assert row is not None
    return next(section for section in issues.document(row).sections if section.note)


def email_of(position: int) -> str:
    return f"reader{position:04}@reader.example"


def confirmed(count: int, first: int = 1) -> list[int]:
    """Numbers of so many new confirmed subscribers."""
    return confirmed_as(
        [(email_of(position), f"Reader {position}") for position in range(first, first + count)]
    )


def confirmed_as(people: Iterable[tuple[str, str]]) -> list[int]:
    rows = [Newcomer(line, address(email), name) for line, (email, name) in enumerate(people, start=1)]
    with unit_of_work():
        subscribers_service.import_rows(rows, consent="Yes, please.", source="test")
    found = []
    for row in rows:
        subscriber = subscribers.by_email(row.address.email)
        assert subscriber is not None
        found.append(subscriber.id)
    db.session.rollback()
    return found


def begun(number: int = NUMBER) -> int:
    with unit_of_work():
        return service.dispatch(number, actor_id=None).id


def dispatched(count: int = 3, number: int = NUMBER) -> list[int]:
    """An approved issue on its way to so many, its audience not frozen yet: their numbers."""
    approved(number)
    ids = confirmed(count)
    begun(number)
    return ids


def freeze() -> None:
    """Let the worker freeze the audience and hand nothing over."""
    while dispatch().state == "freezing":
        worker._freeze(dispatch().id)


def in_state(state: str, body: str = BODY) -> None:
    """An issue brought into that state, with two subscribers."""
    drafted(body=body)
    confirmed(2)
    with unit_of_work():
        row = issues.issue(NUMBER)
        assert row is not None
        if state == rules.IN_REVIEW:
            issues_service.ask_for_review(row)
        if state not in (rules.DRAFTING, rules.IN_REVIEW):
            issues_service.approve(row, by_id=approver_id(), by_label="Fay", four_eyes=False)
        if state == rules.SCHEDULED:
            issues_service.schedule(row)
    if state in (rules.GOING_OUT, rules.SENT):
        begun()
    if state == rules.SENT:
        freeze()


ZONE = "Europe/London"


def scheduled(
    ahead: timedelta = timedelta(days=1), number: int = NUMBER, actor_id: int | None = None
) -> Schedule:
    """An approved issue that is to go out so long from now."""
    with unit_of_work():
        return service.schedule(number, Moment(clock.now() + ahead, ZONE), actor_id=actor_id)


def schedule(number: int = NUMBER) -> Schedule:
    """The issue's newest schedule, as it is in the database now."""
    db.session.rollback()
    row = queries.last_schedule(number)
    assert row is not None
    return row


def state_of(number: int = NUMBER) -> str:
    db.session.rollback()
    row = issues.issue(number)
    assert row is not None
    return row.state


def keep_schedules(later: timedelta = timedelta()) -> int:
    """Let a worker look at the schedules, so long from now."""
    db.session.rollback()
    with clock.set_to(clock.now() + later):
        done = schedules.work(100)
    db.session.rollback()
    return done


def let_undo_time_pass() -> None:
    """What “send now” began goes out as if five minutes were over; the worker begins its dispatch."""
    assert keep_schedules(timing.UNDO_TIME), "nothing waited to be taken back"


def work() -> None:
    """Let a worker do all that can be done now."""
    while worker.work(100):
        pass
    worker.rest()
    db.session.rollback()


def dispatch(number: int = NUMBER) -> Dispatch:
    db.session.rollback()
    row = queries.dispatch_of(number)
    assert row is not None
    return row


def change(verb: Callable[[Dispatch], Any], number: int = NUMBER) -> Any:
    """Do what a door does: a verb on the dispatch, in a unit of work."""
    dispatch_id = dispatch(number).id
    with unit_of_work():
        return verb(service.locked(dispatch_id))


def rows(number: int = NUMBER) -> dict[int, Delivery]:
    """Every ledger row by subscriber."""
    found = db.session.scalars(select(Delivery).where(Delivery.dispatch_id == dispatch(number).id))
    return {row.subscriber_id: row for row in found}


def states(number: int = NUMBER) -> dict[int, str]:
    return {number: row.state for number, row in rows(number).items()}


def tally(number: int = NUMBER) -> dict[str, int]:
    return dict(Counter(states(number).values()))


def tally_or_nothing() -> dict[str, int]:
    """What stands in the ledgers of all dispatches; nothing where none has a row."""
    db.session.rollback()
    return dict(Counter(db.session.scalars(select(Delivery.state))))


def must_balance(number: int = NUMBER) -> None:
    """The invariant: the states together are the audience."""
    row = dispatch(number)
    assert sum(queries.counts(row).values()) == row.audience_count


@dataclass
class FakeTransport:
    """Answers as a function of the recipient says; remembers whom it was given a message for."""

    answer: Callable[[str], Reply] = lambda _rcpt: Reply(250, "2.0.0 Accepted", Stage.DATA)
    given: list[str] = field(default_factory=list)
    messages: dict[str, bytes] = field(default_factory=dict)

    def send(self, envelope_from: str, rcpt: str, message: bytes) -> Reply:
        self.given.append(rcpt)
        self.messages[rcpt] = message
        return self.answer(rcpt)

    def close(self) -> None:
        pass

    def __enter__(self) -> "FakeTransport":
        return self

    def __exit__(self, *_trouble: object) -> None:
        pass
