"""Two stories from the form to print and beyond, with a mouse; the readers hold a telephone."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys import story
from tests.journeys.hands import Mouse
from tests.mailserver import MailServer
from tests.site import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.smtp]

TELEPHONE = {"width": 375, "height": 800}


def test_a_story_is_told_agreed_to_printed_and_followed_up_and_another_taken_back(
    live_site: LiveSite, smtp: MailServer, newcomer: Callable[..., Any]
) -> None:
    cast = story.Cast(
        author=Mouse(newcomer(viewport=TELEPHONE)),
        second_author=Mouse(newcomer(viewport=TELEPHONE)),
        editor=Mouse(newcomer()),
    )
    story.play(live_site, smtp, cast, newcomer().context.request)
