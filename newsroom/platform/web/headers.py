"""Security headers: what a browser may do with our pages.

One policy for all pages, without a nonce, so that any cache may keep a page. A view may set its own header
first; what it set stays.
"""

from flask import Flask, Response

from newsroom.platform.settings import Settings

_PAGE = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' https: data:",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

# A letter brings its styles inline, as mail programs want them. It is shown in a frame of the desk, without
# scripts and forms; links open beside it.
_LETTER = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "'self' https: data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-popups allow-popups-to-escape-sandbox",
}

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Letters carry tokens in their links; another site has no business seeing them.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def as_letter(response: Response, *, readable: bool = False, pictures: bool = True) -> Response:
    """Let the desk frame this response and let it style itself inline, as a rendered letter does.

    `readable` lets the page around it reach inside, to renew what it shows and to scroll; it still runs no
    script. Without `pictures` the browser fetches none, so that descriptions stand in their places.
    """
    parts = dict(_LETTER)
    if readable:
        parts["sandbox"] += " allow-same-origin"
    if not pictures:
        parts["img-src"] = "'none'"
    response.headers["Content-Security-Policy"] = _policy(parts)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def as_frame(response: Response) -> Response:
    """Let the desk frame one of our own pages; everything else about it stays as strict as ever."""
    response.headers["Content-Security-Policy"] = _policy({**_PAGE, "frame-ancestors": "'self'"})
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def init_app(app: Flask, settings: Settings) -> None:
    """Put the headers on every response."""
    standing = {**_ALWAYS, "Content-Security-Policy": _policy(_PAGE)}
    if settings.production and settings.secure:
        standing["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in standing.items():
            response.headers.setdefault(name, value)
        return response


def _policy(parts: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in parts.items())
