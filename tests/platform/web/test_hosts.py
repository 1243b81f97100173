"""Only names of ours are answered to."""

import pytest
from flask import Flask

from newsroom.factory import create_app


@pytest.fixture
def production(app: Flask) -> Flask:
    settings = app.extensions["newsroom.settings"]
    return create_app(
        settings.model_copy(update={"env": "production", "base_url": "https://letters.example"})
    )


@pytest.mark.parametrize("path", ["/", "//issues//80", "/desk", "/nothing"])
def test_a_name_that_somebody_made_up_is_refused_and_comes_back_nowhere(app: Flask, path: str) -> None:
    answer = app.test_client().get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8123", "127.0.0.1:5000", "[::1]:5000", "newsroom.example"]
)
def test_in_development_the_names_of_this_machine_are_ours(app: Flask, host: str) -> None:
    assert app.test_client().get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("host", "code"), [("letters.example", 200), ("localhost", 400), ("127.0.0.1:8000", 400)]
)
def test_in_production_the_settings_name_is_the_only_one(production: Flask, host: str, code: int) -> None:
    assert production.test_client().get("/sign-in", headers={"Host": host}).status_code == code


def test_the_health_check_answers_under_any_name(production: Flask) -> None:
    assert production.test_client().get("/healthz", headers={"Host": "10.0.0.7:8000"}).text == "ok\n"
