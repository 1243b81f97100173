"""How long we wait for PostgreSQL and it for us, so that a network that dies silently stops nobody for long.

A kernel by itself notices after a quarter of an hour that nobody acknowledges what it sends, and never that
an answer does not come. Here stand the figures, and the connections that keep them. What somebody says in the
database's address, or for its role or database, wins over all of them. It knows no table.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Engine, event, make_url

T = TypeVar("T")

# The wire: what is not acknowledged for so long is lost. A switch that starts again takes less.
_SILENCE_SECONDS = 30
_PROBE_AFTER_SECONDS, _PROBE_EVERY_SECONDS, _PROBES = 15, 5, 3
_OURS_TO_NOTICE = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": _PROBE_AFTER_SECONDS,
    "keepalives_interval": _PROBE_EVERY_SECONDS,
    "keepalives_count": _PROBES,
    "tcp_user_timeout": _SILENCE_SECONDS * 1000,
    # By which an administrator finds us in pg_stat_activity.
    "fallback_application_name": "newsroom",
}
# The same for the server, so that a machine of ours which is gone keeps no row locked for two hours.
_THEIRS_TO_NOTICE = {
    "tcp_keepalives_idle": str(_PROBE_AFTER_SECONDS),
    "tcp_keepalives_interval": str(_PROBE_EVERY_SECONDS),
    "tcp_keepalives_count": str(_PROBES),
    "tcp_user_timeout": str(_SILENCE_SECONDS * 1000),
}

# How long the end of a transaction, or a connection that was not used for a while, may keep us waiting.
ANSWER_SECONDS = 10.0
# How much longer than the server may work on a statement we wait for what came of it.
SLACK_SECONDS = 5.0
# As many as a site has threads (`--threads 16`), and half as many again.
_KEPT, _MORE = 8, 16
_POOL_SECONDS = 10


@dataclass(frozen=True)
class Limits:
    """How long the server lets us work on a statement, wait for a lock, or do nothing while others may wait
    for us: in seconds, 0 for ever."""

    statement: int
    lock: int
    idle: int


# A reader waits: a web server in front of us gives up after a minute. Pictures wait for each other, idly.
SITE = Limits(statement=30, lock=10, idle=120)
# Nothing that it does in one statement takes a tenth of this, on a list of a million.
WORKER = Limits(statement=300, lock=30, idle=120)
# Migrations, imports and the move take as long as they take, and somebody sits before them.
COMMAND = Limits(statement=0, lock=0, idle=0)

# What an address, a role or a database says is theirs to say; of the server as a whole only what is not 0,
# because many servers come with that 0 written down.
_SAID = """
    SELECT name, setting,
        source = 'default' OR setting = '0' AND source IN ('configuration file', 'command line') AS is_free
    FROM pg_settings WHERE name = ANY(%s)
"""
_SET = "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS wanted (name, value)"
_STATEMENT, _LOCK, _IDLE = "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"
_COMMIT = "synchronous_commit"
_MANNERS = "newsroom.manners"


class PatientConnection(psycopg.Connection[Any]):
    """A connection that ends itself when the server says nothing for longer than it may work.

    The kernel notices a network that carries nothing; this notices what stands between and acknowledges, but
    does not hand on: a proxy, a server that was stopped. What came of the statement is unknown then.
    """

    # Seconds; None is for ever.
    patience: float | None = ANSWER_SECONDS
    _is_ending = False

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """As the driver does it, for as long as we are patient. Raises `psycopg.OperationalError`."""
        # SQLAlchemy leaves the transaction for one thing only: to ask a kept connection whether it lives.
        is_short = self.autocommit or self._is_ending
        ours = ANSWER_SECONDS if is_short else self.patience
        if timeout is not None or ours is None:
            return super().wait(gen, interval, timeout)
        began = time.monotonic()
        try:
            return super().wait(gen, interval, ours)
        except psycopg.OperationalError:
            if time.monotonic() - began < ours:
                raise
        # Nobody knows what the server still makes of it: nothing more may be said over this one.
        self.pgconn.finish()
        raise psycopg.OperationalError(f"the database said nothing for {ours:g} seconds")

    def rollback(self) -> None:
        """What was only read needs no patience: the server forgets it with the connection."""
        self._is_ending = True
        try:
            super().rollback()
        finally:
            self._is_ending = False


def engine_options(url: str) -> dict[str, Any]:
    """What an engine for this address is made with."""
    said = make_url(url).query
    return {
        "pool_pre_ping": True,
        "pool_size": _KEPT,
        "max_overflow": _MORE,
        "pool_timeout": _POOL_SECONDS,
        "connect_args": {name: value for name, value in _OURS_TO_NOTICE.items() if name not in said},
    }


def teach(engine: Engine, limits: Callable[[], Limits]) -> None:
    """Let an engine make patient connections; `limits` says by what whoever takes one up now is bound."""

    def connect(_dialect: object, _record: object, cargs: tuple[Any, ...], cparams: dict[str, Any]) -> Any:
        return PatientConnection.connect(*cargs, **cparams)

    def prepare(connection: PatientConnection, record: Any) -> None:
        record.info[_MANNERS] = _Manners(connection)

    def lend(connection: PatientConnection, record: Any, _proxy: object) -> None:
        record.info[_MANNERS].keep_to(connection, limits())

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", prepare)
    event.listen(engine, "checkout", lend)


class _Manners:
    """What the server was asked to keep to on one connection, and what was not ours to ask."""

    def __init__(self, connection: PatientConnection) -> None:
        asked = [_STATEMENT, _LOCK, _IDLE, _COMMIT, *_THEIRS_TO_NOTICE]
        with connection.cursor() as cursor:
            said = cursor.execute(_SAID, [asked]).fetchall()
        self._free = {name for name, _, is_free in said if is_free}
        settings = {name: setting for name, setting, _ in said}
        self._statement_seconds = int(settings[_STATEMENT]) / 1000
        self._kept: Limits | None = None
        # A server may be told to answer before what it commits is safe. Whose letter it forgets after a crash
        # would be written to again. Whatever is stricter than `on` stays.
        self._first = {_COMMIT: "on"} if settings[_COMMIT] == "off" else {}
        self._first |= {name: value for name, value in _THEIRS_TO_NOTICE.items() if name in self._free}

    def keep_to(self, connection: PatientConnection, limits: Limits) -> None:
        """Let the server keep to these limits, and the connection wait as long as the server may work."""
        if limits == self._kept:
            return
        wanted = {_STATEMENT: limits.statement, _LOCK: limits.lock, _IDLE: limits.idle}
        values = {name: f"{seconds}s" for name, seconds in wanted.items() if name in self._free}
        values |= self._first
        with connection.cursor() as cursor:
            cursor.execute(_SET, [list(values), list(values.values())])
        # Without it the settings would go with the transaction.
        connection.commit()
        self._first, self._kept = {}, limits
        seconds = limits.statement if _STATEMENT in self._free else self._statement_seconds
        connection.patience = seconds + SLACK_SECONDS if seconds else None
