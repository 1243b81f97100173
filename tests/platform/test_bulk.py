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
