"""How often four words may be guessed wrong, counted before anybody looks whether they are right.

A try is taken from its network, the network's neighbourhood, its provider, and all of them together; right
words give it back. The arithmetic behind the figures stands in docs/operations.md. It knows no story.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response, request

from newsroom.platform.web.limits import Tally, networks

FROM_ONE = Tally("wrong words", "10 per 10 minutes;60 per day")
FROM_NEIGHBOURS = Tally("wrong words of neighbours", "60 per hour;300 per day")
FROM_PROVIDER = Tally("wrong words of a provider", "600 per hour")
FROM_ALL = Tally("wrong words of everybody", "6000 per hour")

SPARED = 2
"""How many tries a day a neighbourhood has even while everybody together has guessed too often.

So strangers lock out nobody from whose neighbourhood hardly a wrong word has come, and whoever guesses gains
next to nothing: a network is good for two.
"""

WRONG = 422
"""The status of an answer to wrong words. Every other answer gives the try back."""

HERE = (
    "Wrong words have been tried too often from your network, so we let nobody there try for a while. Your "
    "story is safe. Please come back in ten minutes, or tomorrow if that does not help; the link in a letter "
    "of ours works meanwhile."
)
EVERYWHERE = (
    "So many wrong words have been tried on this site within the hour that only networks without any may try "
    "now, and from around yours there were some. Your story is safe. Please come back in an hour; the link "
    "in a letter of ours works meanwhile."
)

View = Callable[..., Any]


def guessed(refused: Callable[[str], Response], *, by_everybody: bool = False) -> Callable[[View], View]:
    """Put the limit before a door that is opened by four words; `refused` makes the page of its sentence.

    `by_everybody` also counts for all networks together; a letter's link, which opens one story only, is not
    counted so.
    """

    def before(view: View) -> View:
        @wraps(view)
        def limited(*args: Any, **kwargs: Any) -> Response:
            if request.method != "POST":
                return make_response(view(*args, **kwargs))
            taken, problem = _take(by_everybody=by_everybody)
            if problem:
                return refused(problem)
            is_wrong = False
            try:
                answer = make_response(view(*args, **kwargs))
                is_wrong = answer.status_code == WRONG
                return answer
            finally:
                if not is_wrong:
                    _give_back(taken)

        return limited

    return before


_Taken = list[tuple[Tally, str]]


def _take(*, by_everybody: bool) -> tuple[_Taken, str]:
    """What was counted, and why nobody may try; an empty sentence when somebody may."""
    own, neighbours, provider = networks()
    taken: _Taken = []
    for tally, key in ((FROM_ONE, own), (FROM_NEIGHBOURS, neighbours), (FROM_PROVIDER, provider)):
        if not tally.take(key):
            _give_back(taken)
            return [], HERE
        taken.append((tally, key))
    if by_everybody and FROM_ALL.take("everybody"):
        taken.append((FROM_ALL, "everybody"))
    elif by_everybody and FROM_NEIGHBOURS.taken(neighbours) > SPARED:
        _give_back(taken)
        return [], EVERYWHERE
    return taken, ""


def _give_back(taken: _Taken) -> None:
    for tally, key in taken:
        tally.give_back(key)
