"""`flask work`: what it says about settings that this version does not keep."""

import logging

import pytest
from flask import Flask

ASKED = {"NEWSROOM_MAIL_CONNECTIONS": "8", "NEWSROOM_BROKER_URL": "redis://broker.example"}


@pytest.fixture
def environment(environment: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    return {**environment, **{name: ASKED[name] for name in getattr(request, "param", ())}}


def warnings_of(app: Flask, caplog: pytest.LogCaptureFixture) -> list[str]:
    with caplog.at_level(logging.WARNING):
        assert app.test_cli_runner().invoke(args=["work", "--drain"]).exit_code == 0
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_worker_that_keeps_every_setting_warns_of_nothing(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    assert warnings_of(app, caplog) == []


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        (["NEWSROOM_MAIL_CONNECTIONS"], ["NEWSROOM_MAIL_CONNECTIONS is 8", "one connection"]),
        (["NEWSROOM_BROKER_URL"], ["NEWSROOM_BROKER_URL is set", "in the database"]),
        (list(ASKED), list(ASKED)),
    ],
    indirect=["environment"],
)
def test_a_setting_that_is_not_kept_is_one_warning(
    app: Flask, caplog: pytest.LogCaptureFixture, words: list[str]
) -> None:
    (warning,) = warnings_of(app, caplog)
    assert all(each in warning for each in words)
    assert "broker.example" not in warning
