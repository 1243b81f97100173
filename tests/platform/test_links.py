import pytest
from flask import Flask
from werkzeug.routing import BuildError

from newsroom.platform.links import absolute


@pytest.fixture
def base(app: Flask, request: pytest.FixtureRequest) -> Flask:
    changed = app.extensions["newsroom.settings"].model_copy(update={"base_url": request.param})
    app.extensions["newsroom.settings"] = changed
    return app


@pytest.mark.parametrize("base", ["https://letters.example"], indirect=True)
@pytest.mark.usefixtures("base")
def test_a_link_works_outside_a_request() -> None:
    assert absolute("accounts.set_password", token="a b") == "https://letters.example/set-password/a%20b"


@pytest.mark.parametrize("base", ["https://letters.example"], indirect=True)
def test_a_forged_host_never_reaches_a_link(base: Flask) -> None:
    with base.test_request_context("/", headers={"Host": "evil.example"}):
        assert absolute("accounts.sign_in", next="/x") == "https://letters.example/sign-in?next=/x"


@pytest.mark.parametrize("base", ["https://halden.example/bell"], indirect=True)
@pytest.mark.usefixtures("base")
def test_a_site_below_a_path_keeps_its_path() -> None:
    assert absolute("accounts.sign_in", _anchor="top") == "https://halden.example/bell/sign-in#top"


@pytest.mark.usefixtures("app")
def test_an_unknown_endpoint_is_an_error() -> None:
    with pytest.raises(BuildError):
        absolute("nothing.here")
