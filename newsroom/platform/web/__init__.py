"""What every page on the web shares: headers, form protection, limits, error pages, caching.

`init_app` connects all of it. A feature takes `limiter`, `open_form` and `OpenForm`, `cacheable`, `as_frame`
and `as_letter` from here; what a page says is its own feature's business.
"""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from newsroom.platform.settings import Settings
from newsroom.platform.web import csrf, errors, headers, health, hosts, limits, numbers, routing
from newsroom.platform.web.caching import cacheable
from newsroom.platform.web.headers import as_frame, as_letter
from newsroom.platform.web.limits import limiter
from newsroom.platform.web.open_form import OpenForm, open_form, tidy

__all__ = ["OpenForm", "as_frame", "as_letter", "cacheable", "init_app", "limiter", "open_form", "tidy"]


def init_app(app: Flask, settings: Settings) -> None:
    """Make an application fit for the open web."""
    hops = settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    routing.init_app(app)
    numbers.init_app(app)
    headers.init_app(app, settings)
    hosts.init_app(app, settings)
    csrf.init_app(app)
    limits.init_app(app)
    errors.init_app(app)
    app.register_blueprint(health.bp)
