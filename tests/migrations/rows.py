"""One row for every table, made from the columns alone, so that no table is forgotten when one is added.

The values satisfy types, lengths, foreign keys, enumerations and checks of the form `state IN ('new', …)`; a
constraint that wants more gets it from `PARTICULAR`.
"""

import datetime
import enum
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import CheckConstraint, Column, LargeBinary, MetaData, Table, types

# table → column → value, where a constraint asks for something no type can tell.
PARTICULAR: dict[str, dict[str, Any]] = {}
ONE_OF = re.compile(r"^\(?\"?(?P<column>\w+)\"? IN \('(?P<value>[^']*)'", re.IGNORECASE)
AN_INSTANT = datetime.datetime(2026, 11, 17, 9, 30, tzinfo=datetime.UTC)


def sample_rows(metadata: MetaData) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Give (table, row) in an order in which every foreign key finds what it points to."""
    made: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        row = {
            column.name: value(column, made) for column in table.columns if not _left_to_the_database(column)
        }
        row |= _first_allowed(table) | PARTICULAR.get(table.name, {})
        made[table.name] = row
        yield table, row


def _first_allowed(table: Table) -> dict[str, str]:
    checks = [str(item.sqltext) for item in table.constraints if isinstance(item, CheckConstraint)]
    found = [ONE_OF.match(check) for check in checks]
    return {match["column"]: match["value"] for match in found if match}


def value(column: Column[Any], made: dict[str, dict[str, Any]]) -> Any:
    """Give something this column may hold."""
    for key in column.foreign_keys:
        table = key.column.table.name
        if table in made and key.column.name in made[table]:
            return made[table][key.column.name]
        if column.nullable:
            return None
    kind = column.type
    if isinstance(kind, types.Enum) and kind.enum_class:
        return next(iter(kind.enum_class))
    if isinstance(kind, types.Enum):
        return kind.enums[0]
    return _plain(column, kind)


def _plain(column: Column[Any], kind: types.TypeEngine[Any]) -> Any:
    if isinstance(kind, types.TypeDecorator):
        kind = kind.impl_instance if hasattr(kind, "impl_instance") else kind.impl  # type: ignore[assignment]
    if column.default is not None and column.default.is_scalar:
        default = column.default.arg
        return default.value if isinstance(default, enum.Enum) and not isinstance(default, str) else default
    samples: tuple[tuple[type[Any], Any], ...] = (
        (types.Boolean, True),
        (types.Integer, 1),
        (types.Float, 1.5),
        (types.Numeric, 1),
        (types.DateTime, AN_INSTANT),
        (types.Date, AN_INSTANT.date()),
        (types.Time, AN_INSTANT.time()),
        (types.JSON, {}),
        (LargeBinary, b"bytes"),
        (types.String, f"a {column.name}"[: getattr(kind, "length", None) or 60]),
    )
    for known, sample in samples:
        if isinstance(kind, known):
            return sample
    raise AssertionError(f"tests/migrations/rows.py knows no value for {column} of type {kind!r}")


def _left_to_the_database(column: Column[Any]) -> bool:
    return bool(column.computed or column.identity)
