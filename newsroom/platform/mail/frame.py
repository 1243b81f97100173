"""Who writes: the sender and the words around every ordinary letter.

The platform does not know the publication; the factory hands in a function that does (`use`), and every
letter asks it anew, so that a changed name or address counts from the next letter on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from newsroom.platform.languages import Direction, direction
from newsroom.platform.mail.faces import Faces, faces

_OUR_WORDS = "en-GB"


@dataclass(frozen=True)
class Frame:
    """What a letter shows of the publication that sends it.

    Addresses are bare e-mail addresses; `postal_address` is one line or several; `language` is a BCP 47 tag;
    `logo_url` is a full web address or empty, `logo_alt` the logo in words; colours are `#rrggbb`, each with
    a contrast of 4.5 or more on the page it is for (the publication's rules see to it). `return_path` is
    where refused letters go back to; empty means the sender.
    """

    sender_name: str
    sender_address: str
    reply_address: str
    publication_name: str
    postal_address: str
    tagline: str = ""
    publisher: str = ""
    telephone: str = ""
    language: str = "en-GB"
    web_address: str = ""
    return_path: str = ""
    logo_url: str = ""
    logo_alt: str = ""
    accent_colour: str = "#0b5563"
    accent_colour_dark: str = "#7cc7d2"

    @property
    def domain(self) -> str:
        """The domain for Message-IDs: the sender's."""
        return self.sender_address.rpartition("@")[2]

    @property
    def direction(self) -> Direction:
        """Which way the publication's own words run: its name, its address, its welcome."""
        return direction(self.language)

    @property
    def letter_language(self) -> str:
        """The language of the letter's words. They are English whatever the publication writes, so it is the
        publication's own kind of English or ours; a screen reader would otherwise read them as Arabic."""
        return self.language if self.language.lower().partition("-")[0] == "en" else _OUR_WORDS

    @property
    def faces(self) -> Faces:
        """The faces for words in both languages: Latin ones first, then those of the publication's script."""
        return faces(self.language)


class NoFrame(RuntimeError):
    """The factory has not said who writes."""


_provider: Callable[[], Frame] | None = None


def use(provider: Callable[[], Frame]) -> None:
    """Let this function say who writes; it is called within an application context."""
    global _provider
    _provider = provider


def current() -> Frame:
    """Give the frame for a letter written now; raises `NoFrame`."""
    if _provider is None:
        raise NoFrame("No sender is known: the factory calls newsroom.platform.mail.frame.use(...).")
    return _provider()
