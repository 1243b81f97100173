import pytest
from flask import Flask, Response

from newsroom.factory import create_app
from newsroom.platform.web import as_letter


@pytest.fixture
def production(app: Flask) -> Flask:
    changed = {"env": "production", "base_url": "https://letters.example", "trusted_proxies": 1}
    return create_app(app.extensions["newsroom.settings"].model_copy(update=changed))


@pytest.mark.parametrize("path", ["/healthz", "/nothing-here"])
def test_every_answer_carries_the_strict_policy(app: Flask, path: str) -> None:
    headers = app.test_client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_letter_may_style_itself_inside_our_own_frame(app: Flask) -> None:
    app.add_url_rule("/letter", view_func=lambda: as_letter(Response("<p style='color:red'>x</p>")))
    headers = app.test_client().get("/letter").headers
    assert "style-src 'unsafe-inline'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_https_is_remembered_in_production_only(app: Flask, production: Flask) -> None:
    assert "Strict-Transport-Security" not in app.test_client().get("/healthz").headers
    assert "max-age=31536000" in production.test_client().get("/healthz").headers["Strict-Transport-Security"]


def test_the_sign_in_cookie_is_kept_to_https_and_from_scripts(production: Flask) -> None:
    cookie = (
        production.test_client().get("/sign-in", base_url="https://letters.example").headers["Set-Cookie"]
    )
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_proxy_we_trust_says_who_asks(production: Flask, app: Flask) -> None:
    for site in (production, app):
        site.add_url_rule("/who", view_func=lambda: __import__("flask").request.remote_addr)
    forwarded = {"X-Forwarded-For": "198.51.100.7", "Host": "letters.example"}
    assert production.test_client().get("/who", headers=forwarded).text == "198.51.100.7"
    forwarded["Host"] = "localhost"
    assert app.test_client().get("/who", headers=forwarded).text == "127.0.0.1"
