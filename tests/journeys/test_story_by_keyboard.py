"""The same two stories with keys alone and without JavaScript, for the readers and for the editor."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys import story
from tests.journeys.hands import Keys
from tests.mailserver import MailServer
from tests.site import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.smtp]


def test_a_story_is_told_agreed_to_printed_and_followed_up_and_another_taken_back(
    live_site: LiveSite, smtp: MailServer, newcomer: Callable[..., Any]
) -> None:
    copy = newcomer()
    cast = story.Cast(
        *(Keys(newcomer(java_script_enabled=False), copy) for _ in ("author", "second author", "editor"))
    )
    story.play(live_site, smtp, cast, copy.context.request)
