import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from newsroom.platform.db import db


def test_it_is_well(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers


def test_a_database_that_does_not_answer_is_said_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "execute", fail)
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (503, "The database does not answer.\n")
