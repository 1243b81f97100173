"""A worker's sign of life, renewed by a thread of its own while it holds rows of the ledger.

Rows name their owner; an owner whose sign of life is older than the lease is taken for dead. It claims and
sweeps nothing.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError

from newsroom.delivery import ledger
from newsroom.delivery.models import WorkerLease
from newsroom.platform import shared_clock
from newsroom.platform.db import db, unit_of_work

log = logging.getLogger(__name__)

RENEW_EVERY_SECONDS = 4.0


@contextmanager
def held() -> Iterator[str]:
    """Hold a lease for the block and give its owner's name. What was claimed and not begun is given back."""
    owner = f"{socket.gethostname()[:16]}-{os.getpid()}-{secrets.token_hex(6)}"[:40]
    with unit_of_work():
        db.session.add(WorkerLease(owner=owner, expires_at=shared_clock.now() + ledger.LEASE))
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    finished = threading.Event()
    thread = threading.Thread(target=_renew, args=(app, owner, finished), name="dispatch lease", daemon=True)
    thread.start()
    try:
        yield owner
    finally:
        finished.set()
        thread.join()
        _let_go(owner)


def _let_go(owner: str) -> None:
    try:
        with unit_of_work():
            ledger.give_back(owner)
            db.session.execute(delete(WorkerLease).where(WorkerLease.owner == owner))
    except OperationalError:
        # A database that is away gets the rows back when the lease has run out.
        log.exception("The lease of %s could not be given back; it runs out by itself", owner)


def _renew(app: Flask, owner: str, finished: threading.Event) -> None:
    while not finished.wait(RENEW_EVERY_SECONDS):
        try:
            with app.app_context(), unit_of_work():
                mine = update(WorkerLease).where(WorkerLease.owner == owner)
                db.session.execute(mine.values(expires_at=shared_clock.now() + ledger.LEASE))
        except Exception:
            log.exception("The lease of %s could not be renewed", owner)
