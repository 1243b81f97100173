"""Many values held in memory, for one statement of the database, as one parameter.

A parameter for each value would cost most of the time: of a large import, which hands over thousands of rows
as JSON, and of a grouped write, for whose few dozen numbers SQLAlchemy would write the statement anew each
time. It runs no statement itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Integer,
    Text,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

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


class _Numbers(TypeDecorator[Collection[int]]):
    """Whole numbers, in whatever way the database takes them as one."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:
        numbers = list(value or ())
        return numbers if dialect.name == "postgresql" else json.dumps(numbers)


class among(FunctionElement[Any]):  # noqa: N801 - it reads as a function of SQL
    """`among(column, "name")`: whether a whole number is one of those in the parameter `name`."""

    # Not Boolean: SQLite would be asked whether it is = 1, and then use no index.
    type = NullType()
    inherit_cache = True

    def __init__(self, column: Any, name: str) -> None:
        super().__init__(column, bindparam(name, type_=_Numbers))


@compiles(among, "sqlite")
def _on_sqlite(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 - both were compiled here


@compiles(among, "postgresql")
def _on_postgresql(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY({numbers})"
