"""Pages for what went wrong, each a sentence that says what to do next.

A view says more by `abort(404, "There is no issue 812 yet.")`. When even the page cannot be made, a plain one
that needs no database takes its place. It logs what is our own fault and hides it from the reader.
"""

from dataclasses import dataclass

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException, InternalServerError, default_exceptions

from newsroom.platform.db import is_away


@dataclass(frozen=True)
class _Words:
    title: str
    sentence: str


_PAGES = {
    400: _Words(
        "That could not be read",
        "What your browser sent could not be understood. Go back, load the page again and send it once more.",
    ),
    403: _Words(
        "This is not open to you",
        "Your account may not do this. Ask whoever administers Newsroom for the role it takes.",
    ),
    404: _Words(
        "There is nothing at this address",
        "It may have moved, or the address may have lost a letter on its way. Begin at the front page.",
    ),
    405: _Words(
        "This address does not work that way",
        "It was probably opened outside its form. Go back to the page before and use its button.",
    ),
    409: _Words(
        "This has arrived already",
        "You sent this form some time ago, and it was received. Nothing is left to do.",
    ),
    410: _Words("This has been withdrawn", "It was published once and no longer is. Nothing took its place."),
    413: _Words(
        "That is too much at once",
        "A form may carry two megabytes. Go back, shorten it or choose a smaller file, and send it again.",
    ),
    429: _Words(
        "That was a little too often",
        "Wait a while, then go back and try again: your browser still has what you typed.",
    ),
    500: _Words(
        "Something broke on our side",
        "It has been noted. Wait a minute and try again; nothing was half-done, and what you typed is "
        "one page back.",
    ),
    503: _Words(
        "We cannot answer just now",
        "Our database does not answer at the moment. Wait a minute and try again: nothing was half-done, and "
        "what you typed is one page back.",
    ),
}
# When whoever asked may ask again, in seconds.
_RETRY_AFTER = "60"


def init_app(app: Flask) -> None:
    """Answer every kind of error with its page."""
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(InternalServerError, _our_fault)
    app.register_error_handler(exc.DBAPIError, _database_trouble)
    app.register_error_handler(exc.TimeoutError, _database_trouble)


def page(code: int, sentence: str = "") -> ResponseReturnValue:
    """The page for a kind of error, for a handler that cannot abort; with a sentence of its own if given."""
    standard = _PAGES[code]
    return _rendered(_Words(standard.title, sentence or standard.sentence), code), code


def _page(problem: HTTPException) -> ResponseReturnValue:
    code = problem.code or 500
    if code < 400:
        # A redirect that was raised rather than returned.
        return problem.get_response()
    if problem.response is not None:
        # A limit may bring a page of its own.
        return problem.response
    words = _words(problem, code)
    response = problem.get_response()
    response.set_data(_rendered(words, code))
    response.mimetype = "text/html"
    return response


def _our_fault(problem: InternalServerError) -> ResponseReturnValue:
    """Flask has logged the exception; the page must not need whatever has just failed."""
    problem_below = problem.original_exception
    if problem_below is not None and is_away(problem_below):
        return _away()
    return _plain(_PAGES[500], 500), 500


def _database_trouble(problem: exc.SQLAlchemyError) -> ResponseReturnValue:
    """The database is away for the moment; a statement that is wrong is our own fault, as any other is."""
    if not is_away(problem):
        raise problem
    # Its own words without the statement, which may hold what a reader typed.
    said = getattr(problem, "orig", None) or problem
    current_app.logger.error("No answer to %s, for want of the database: %s", request.path, said)
    return _away()


def _away() -> ResponseReturnValue:
    headers = {"Retry-After": _RETRY_AFTER, "Cache-Control": "no-store"}
    return _plain(_PAGES[503], 503), 503, headers


def _words(problem: HTTPException, code: int) -> _Words:
    standard = _PAGES.get(code, _Words(problem.name, problem.description or _PAGES[400].sentence))
    said = problem.description
    # Werkzeug's own descriptions are for developers; the limiter's is the limit itself.
    if code == 429 or said is None or said == default_exceptions.get(code, HTTPException).description:
        return standard
    if problem.__class__ is not default_exceptions.get(code):
        return standard
    return _Words(standard.title, said)


def _rendered(words: _Words, code: int) -> str:
    try:
        return render_template("errors/page.html", title=words.title, sentence=words.sentence, code=code)
    except Exception:
        current_app.logger.exception("The page for error %s could not be made", code)
        return _plain(words, code)


def _plain(words: _Words, code: int) -> str:
    """No layout, no context of the publication, no database."""
    template = current_app.jinja_env.get_template("errors/plain.html")
    return template.render(title=words.title, sentence=words.sentence, code=code)
