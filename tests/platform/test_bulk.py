"""Rows held in memory come out of both databases as they went in, in their order."""

from flask import Flask
from sqlalchemy import Integer, Text, select

from newsroom.platform import bulk
from newsroom.platform.db import db

ROWS = [[7, "Ana"], [-1, ""], [2**31 - 1, "“quoted”, \\ and ' and \n 漢字 🛎"], [0, "null"]]


def test_rows_come_out_as_they_went_in(db_app: Flask) -> None:
    found = db.session.execute(select(*bulk.columns(ROWS, Integer, Text)))
    assert [list(row) for row in found] == ROWS


def test_no_rows_give_none(db_app: Flask) -> None:
    assert db.session.execute(select(*bulk.columns([], Text))).all() == []


def test_a_column_of_its_own_comes_out_as_it_went_in(db_app: Flask) -> None:
    words = [str(row[1]) for row in ROWS]
    assert list(db.session.scalars(select(bulk.column(words, Text)))) == words
    assert list(db.session.scalars(select(bulk.column([3, -1, 2], Integer)))) == [3, -1, 2]
    assert list(db.session.scalars(select(bulk.column([], Text)))) == []
