"""Answers that any cache may keep: an ETag, Last-Modified, and 304 for who has them already.

For public pages only. Such a page sets no cookie and reads no session; it is the same for everybody.
"""

from datetime import datetime
from hashlib import sha256

from flask import Response, make_response, request

from newsroom.platform.web.open_form import without_guard


def cacheable(body: str | Response, *, modified_at: datetime | None = None, max_age: int = 60) -> Response:
    """A conditional response for a public page.

    `body` is a page or a response with a body; `modified_at` (aware) becomes Last-Modified; `max_age` is in
    seconds, after which a cache asks again. The ETag is over the bytes, but for the guard of an open form,
    which differs each time and says nothing to a reader.
    """
    response = make_response(body)
    response.cache_control.public = True
    response.cache_control.max_age = max_age
    if modified_at is not None:
        response.last_modified = modified_at
    response.set_etag(sha256(without_guard(response.get_data())).hexdigest()[:32])
    response.make_conditional(request)
    return response
