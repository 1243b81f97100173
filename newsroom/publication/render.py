"""The publication's voice in letters: who signs them, and a standing block as they show it.

It reads settings and blocks and gives values; it sends nothing and knows no page.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from newsroom.platform import markup
from newsroom.platform.languages import direction
from newsroom.platform.lines import directed
from newsroom.platform.mail.frame import Frame
from newsroom.platform.markup import Dialect
from newsroom.platform.markup.targets import absolute
from newsroom.platform.settings import current
from newsroom.publication import queries, rules


@dataclass(frozen=True)
class LetterBlock:
    """A standing block in both editions of a letter; its links are full addresses."""

    title: str
    html: Markup
    text: str


def frame() -> Frame:
    """Who writes: what every ordinary letter shows of the publication."""
    settings = queries.publication()
    return Frame(
        sender_name=settings.sender_name or settings.name,
        sender_address=settings.sender_address,
        reply_address=settings.reply_address,
        publication_name=settings.name,
        postal_address=settings.postal_address,
        tagline=settings.tagline,
        publisher=settings.publisher,
        telephone=settings.telephone,
        language=settings.language,
        web_address=current().base_url,
        accent_colour=rules.accent_on_light(settings.accent_colour),
        accent_colour_dark=rules.accent_on_dark(settings.accent_colour),
        logo_url=absolute(settings.logo_url, current().base_url),
        logo_alt=settings.logo_alt,
    )


def letter_block(key: str) -> LetterBlock | None:
    """The newest version of a standing block for a letter; None where nothing was written under this key."""
    block = queries.standing_block(key)
    if block is None or not block.body.strip():
        return None
    base_url = current().base_url
    return LetterBlock(
        title=block.title,
        html=markup.to_html(block.body, Dialect.ARTICLE, base_url),
        text=directed(
            markup.to_text(block.body, Dialect.ARTICLE, base_url=base_url),
            direction(queries.publication().language),
        ),
    )
