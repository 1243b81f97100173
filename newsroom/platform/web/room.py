"""More room for the forms that long texts are written in, so that what is too long comes back with a
sentence.

A form that is larger than the general limit is never read, and what was typed in it cannot be shown again.
Text is sent percent-encoded: a letter beyond ASCII takes up to nine bytes. The room is made before the form
is read, which is before a door opens. What may be saved is for the form to say.
"""

from flask import Blueprint, request

# A browser that is still sending reads no answer: so much is read and thrown away before it gets one.
_MOST_THROWN_AWAY = 200 * 1024 * 1024

LONG_TEXT = 8 * 1024 * 1024
"""Room for two megabytes of text in any script, percent-encoded."""


def make_room(bp: Blueprint, *doors: str, most_bytes: int = LONG_TEXT) -> None:
    """Let what is posted to these doors of a blueprint, named without it, be larger than other forms."""
    endpoints = frozenset(f"{bp.name}.{door}" for door in doors)

    @bp.url_value_preprocessor
    def make(endpoint: str | None, _values: object) -> None:
        if endpoint in endpoints and request.method == "POST":
            request.max_content_length = request.max_form_memory_size = most_bytes


def read_to_the_end(size: int) -> None:
    """Take in what is still being sent of a form that is too large, so that its sender reads the answer."""
    stream = request.environ["wsgi.input"]
    left = min(size, _MOST_THROWN_AWAY)
    while left > 0 and (read := stream.read(min(left, 65536))):
        left -= len(read)
