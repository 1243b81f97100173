"""Many values as one parameter: the same answer on both databases, for none, one and many."""

from collections.abc import Collection

import pytest
from flask import Flask
from sqlalchemy import BigInteger, bindparam, literal, select, union_all

from newsroom.platform.bulk import among
from newsroom.platform.db import db

NUMBERS = union_all(*(select(literal(n, BigInteger).label("number")) for n in (1, 2, 3, 2**40))).subquery()
QUERY = (
    select(NUMBERS.c.number)
    .where(among(NUMBERS.c.number, "wanted"), NUMBERS.c.number >= bindparam("least"))
    .order_by(NUMBERS.c.number)
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [([], []), ([2], [2]), ((3, 2, 9, 3), [2, 3]), ({2**40}, [2**40]), (range(5), [2, 3])],
)
def test_a_number_is_among_others_however_they_are_held(
    db_app: Flask, wanted: Collection[int], found: list[int]
) -> None:
    # Twice, because the second time the statement is taken as it was written for the first one.
    for _ in range(2):
        assert list(db.session.scalars(QUERY, {"wanted": wanted, "least": 2})) == found
