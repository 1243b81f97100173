"""Thousands of rows held in memory, for one statement of the database: as one parameter of JSON.

A parameter for each value would cost most of the time of a large import. It writes nothing itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, Text, cast, func, literal, literal_column
from sqlalchemy.dialects.postgresql import JSONB

from newsroom.platform.db import db

Kind = type[Text] | type[Integer]


def columns(rows: Sequence[Sequence[str | int]], *kinds: Kind) -> list[ColumnElement[object]]:
    """The columns of these rows, each of the kind given, for a `select` that `insert().from_select` takes.

    In the order of the rows. No text may hold NUL, which PostgreSQL has no place for.
    """
    held = _held(rows)
    if db.engine.dialect.name == "postgresql":
        row: ColumnElement[object] = func.jsonb_array_elements(cast(held, JSONB)).column_valued("held")
        return [cast(row.op("->>")(literal_column(str(at))), kind) for at, kind in enumerate(kinds)]
    value = func.json_each(held).table_valued("value", name="held").c.value
    return [
        func.json_extract(value, literal_column(f"'$[{at}]'"), type_=kind) for at, kind in enumerate(kinds)
    ]


def column(values: Sequence[str | int], kind: Kind) -> ColumnElement[object]:
    """The same for rows of one value each."""
    if db.engine.dialect.name == "postgresql":
        return cast(func.jsonb_array_elements_text(cast(_held(values), JSONB)).column_valued("held"), kind)
    return cast(func.json_each(_held(values)).table_valued("value", name="held").c.value, kind)


def _held(values: Sequence[object]) -> ColumnElement[str]:
    return literal(json.dumps(values, ensure_ascii=False, separators=(",", ":")), Text)
