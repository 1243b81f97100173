"""The letters of a dispatch that come next: rows are claimed by the page, letters made in advance.

Each letter is joined and signed before its row can say `sending`, so that one that cannot be made is never
uncertain; other threads do that, because signing takes the processor longest. It sends nothing, and what
becomes of a letter is not its concern.
"""

from __future__ import annotations

import logging
import os
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from flask import Flask, current_app

from newsroom.delivery import ledger, rules
from newsroom.delivery.addressing import Addressing
from newsroom.delivery.connections import Letter
from newsroom.delivery.rules import Outcome
from newsroom.delivery.writing import committed
from newsroom.platform import clock
from newsroom.platform.mail import signing
from newsroom.platform.mail.compiled import CompiledMessage
from newsroom.platform.mail.message import Unsendable, wire_domain
from newsroom.platform.mail.pace import Pace
from newsroom.platform.mail.parcel import Parcel
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers.queries import Recipient

log = logging.getLogger(__name__)

GONE = "No longer subscribed when the turn came."
# Letters that a thread makes in one go, and letters that are ready or being made for each connection.
_BATCH = 8
_AHEAD = 2


@dataclass(frozen=True)
class Unfit:
    """A row of which no letter can be made."""

    subscriber_id: int
    reason: str
    is_defect: bool = False


@dataclass(frozen=True)
class Maker:
    """Makes letters of one dispatch. May be used by several threads."""

    addressing: Addressing
    editions: dict[str, CompiledMessage]

    def letters(self, app: Flask, recipients: Sequence[Recipient]) -> list[Letter | Unfit]:
        """A letter for each of them, or why there is none."""
        with app.app_context():
            return [self._letter(each) for each in recipients]

    def _letter(self, recipient: Recipient) -> Letter | Unfit:
        try:
            edition = self.editions[recipient.format]
            message, doubled = edition.join_and_double(self.addressing.slots(recipient))
            # Header lines, none of which begins with a dot.
            signature = signing.signature(message)
        except Unsendable as problem:
            reason = rules.for_the_ledger(f"No letter can be made for this subscriber: {problem}")
            return Unfit(recipient.id, reason)
        except Exception as problem:
            # A defect of ours. This row must not hold up everybody behind it, nor may all of them fail.
            log.exception("No letter can be made for subscriber %s", recipient.id)
            reason = f"No letter could be made ({type(problem).__name__}); the log says more."
            return Unfit(recipient.id, reason, is_defect=True)
        envelope_from = self.addressing.return_path(recipient)
        parcel = Parcel(envelope_from, recipient.email, signature + message, (signature, *doubled))
        return Letter(recipient, parcel)


@dataclass(frozen=True)
class _Page:
    """Rows that were claimed together."""

    claimed_count: int
    gone: list[int]
    may_leave: list[Recipient]


class Backlog:
    """What one worker has claimed of a dispatch and not yet begun. It belongs to one thread."""

    def __init__(
        self,
        dispatch_id: int,
        owner: str,
        maker: Maker,
        rhythm: Pace,
        page: int,
        connection_count: int,
    ) -> None:
        self._dispatch_id = dispatch_id
        self._owner = owner
        self._maker = maker
        self._rhythm = rhythm
        self._page = page
        self._ahead = max(_AHEAD * connection_count, 1)
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self._makers = ThreadPoolExecutor(min(os.cpu_count() or 1, 8), thread_name_prefix="letters")
        self._claimed: deque[Recipient] = deque()
        self._made: deque[Letter | Unfit] = deque()
        self._being_made: deque[Future[list[Letter | Unfit]]] = deque()
        self._is_empty = False
        # Rows that were claimed and are closed without a letter; whoever takes letters stores them.
        self.closed: list[tuple[int, Outcome]] = []
        self.claimed_count = 0
        # Whether rows wait for nothing but a limit of the mail server.
        self.has_to_wait = False
        # What kept the next letters from being claimed or made.
        self.trouble: Exception | None = None

    def __enter__(self) -> Backlog:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._makers.shutdown(wait=True, cancel_futures=True)

    def take(self) -> Letter | None:
        """The next letter; None where no more can leave now, for whatever reason."""
        try:
            return self._take()
        except Exception as problem:
            # Whoever sends has letters in hand whose answers must not be lost; they are told at the end.
            self.trouble = self.trouble or problem
            return None

    def _take(self) -> Letter | None:
        while self.trouble is None:
            while not self._made and self._has_more():
                self._made.extend(self._being_made.popleft().result())
            if not self._made:
                break
            found = self._made.popleft()
            if isinstance(found, Letter):
                return found
            self.closed.append((found.subscriber_id, Outcome("failed", found.reason, pauses=found.is_defect)))
        return None

    def _has_more(self) -> bool:
        """See to it that letters are being made, in advance and not all at once; False at the end."""
        if not self._claimed and len(self._being_made) * _BATCH < self._ahead:
            self._claim()
        while self._claimed and len(self._being_made) * _BATCH < self._ahead:
            batch = [self._claimed.popleft() for _ in range(min(_BATCH, len(self._claimed)))]
            self._being_made.append(self._makers.submit(self._maker.letters, self._app, batch))
        return bool(self._being_made)

    def _claim(self) -> None:
        if self._is_empty:
            return
        allowed = self._rhythm.take(self._page)
        self.has_to_wait = not allowed
        if not allowed:
            return
        page = committed(lambda: self._page_of(allowed))
        self._rhythm.give_back(allowed - len(page.may_leave))
        self._is_empty = not page.claimed_count
        self.claimed_count += page.claimed_count
        self.closed += [(number, Outcome("skipped", GONE)) for number in page.gone]
        self._claimed.extend(page.may_leave)

    def _page_of(self, limit: int) -> _Page:
        """Claim a page and read who they are, in one unit of work; what a domain's limit stops goes back."""
        ids = ledger.claim(self._dispatch_id, self._owner, limit, clock.now())
        found = subscribers.recipients(ids)
        gone = sorted(set(ids) - {each.id for each in found})
        return _Page(len(ids), gone, self._within_limits(found) if self._rhythm.has_domains else found)

    def _within_limits(self, recipients: list[Recipient]) -> list[Recipient]:
        counts = Counter(_domain(each) for each in recipients)
        leaves = self._rhythm.take_for(counts)
        later = {name: list(leave.later) for name, leave in leaves.items()}
        left = {name: leave.now_count for name, leave in leaves.items()}
        may_leave, put_off = [], {}
        for each in recipients:
            name = _domain(each)
            if name not in left:
                may_leave.append(each)
            elif left[name]:
                left[name] -= 1
                may_leave.append(each)
            else:
                put_off[each.id] = later[name].pop(0)
        ledger.put_off(self._dispatch_id, self._owner, put_off)
        return may_leave


def _domain(recipient: Recipient) -> str:
    name = recipient.email.rpartition("@")[2]
    try:
        return wire_domain(name).lower()
    except ValueError:
        # That no letter can be made for it is said when it is tried.
        return name.lower()
