"""Addresses of static files that carry the hash of their content, so that a browser may keep them for ever.

Job: turn `site.css` into `/static/site.css?v=3f9c2b71d0`, and tell the browser how long each file may be
kept. An address is made from the static folder and from nothing else: no request, no configuration, no
database. It will not bundle or minify.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request

_HASH_LENGTH = 10
_FOR_EVER = "public, max-age=31536000, immutable"
# Style sheets name their faces without a hash; another face is a file of another name, so a month is safe.
_A_MONTH = "public, max-age=2592000"
_FACES = ".woff2"


class AssetMissing(LookupError):
    """A template asks for a static file that is not there; raised at rendering, so that a test sees it."""


class Assets:
    """The versioned address of each file below one folder; an instance is what templates call `asset`."""

    def __init__(self, folder: Path, url_path: str = "/static") -> None:
        self._folder = folder.resolve()
        self._url_path = url_path.rstrip("/")

    def __call__(self, name: str) -> str:
        """The address of `name`, a path below the folder with forward slashes, such as `icons/favicon.svg`.

        Raises AssetMissing when there is no such file, also for a name that leads out of the folder.
        """
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise AssetMissing(
                f"There is no static file {name!r}; put it below {self._folder.name}/ or mend its name."
            )
        stat = path.stat()
        return f"{self._url_path}/{name}?v={_digest(path, stat.st_mtime_ns, stat.st_size)}"


@lru_cache(maxsize=256)
def _digest(path: Path, changed_ns: int, size: int) -> str:
    # Time and size are a cache key and nothing else: an edited file gets a new address without a restart.
    return sha256(path.read_bytes()).hexdigest()[:_HASH_LENGTH]


def register(app: Flask) -> None:
    """Make `asset('site.css')` known to every template of `app`, macros imported without context included."""
    app.jinja_env.globals["asset"] = Assets(
        Path(app.static_folder or "static"), app.static_url_path or "/static"
    )
    app.after_request(_say_how_long)


def _say_how_long(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        if "v" in request.args:
            response.headers["Cache-Control"] = _FOR_EVER
        elif request.path.endswith(_FACES):
            response.headers["Cache-Control"] = _A_MONTH
    return response
