"""Under which names this site answers. A name that somebody made up would come back in redirects.

The health check answers under any name, because what watches over a process asks by its number.
"""

from urllib.parse import urlsplit

from flask import Flask, abort, request

from newsroom.platform.settings import Settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ANY_NAME = "/healthz"


def init_app(app: Flask, settings: Settings) -> None:
    """Answer under the name in the settings; in development also under this machine's own names."""
    names = {_name(urlsplit(settings.base_url).netloc)}
    if not settings.production:
        names |= _LOOPBACK

    @app.before_request
    def refuse_other_names() -> None:
        # Redirects of the routing itself are answered after this.
        if request.path != _ANY_NAME and _name(request.host) not in names:
            abort(400, "This site has another name. Open it under the address that its publisher gives.")


def _name(host: str) -> str:
    """A host without its port, as browsers send it: in lower case and, beyond ASCII, in IDNA's letters."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except ValueError:
        return ""
