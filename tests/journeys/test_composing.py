"""An editor builds an issue in a browser and sends it: by mouse, and by keys alone without JavaScript."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.chance import tried_on
from tests.databases import environment_for
from tests.journeys import composing
from tests.journeys.behind import found
from tests.journeys.hands import Hands, Keys, Mouse
from tests.journeys.story import sign_in
from tests.site import LiveSite

pytestmark = pytest.mark.browser


@pytest.fixture
def desk_site(tmp_path: Any, sqlite_template: Any) -> Iterator[LiveSite]:
    """The publication with its staff, and no issue yet."""
    database = sqlite_template.copy_to(tmp_path / "instance")
    site = LiveSite(
        environment_for(tmp_path / "instance", NEWSROOM_DATABASE_URL=database), tmp_path / "site.log"
    )
    try:
        found(site)
        yield site
    finally:
        site.stop()


# By mouse the suite builds an issue on the way from a story to the inbox.
@tried_on("how", ["keys"], thorough=["mouse"])
def test_an_issue_is_built_mended_approved_stopped_changed_and_sent(
    desk_site: LiveSite, newcomer: Callable[..., Any], how: str
) -> None:
    editor: Hands = (
        Mouse(newcomer()) if how == "mouse" else Keys(newcomer(java_script_enabled=False), newcomer())
    )
    shelf = composing.stocked(desk_site, how)
    sign_in(editor, desk_site)

    begun = editor.effort.seconds
    number = composing.compose(editor, desk_site, shelf)
    composing.mend(editor)
    assert editor.effort.seconds - begun < composing.MOST_SECONDS

    composing.approve(editor, number)
    composing.schedule_and_stop(editor, number)
    composing.change_a_word(editor, number)
    preview = composing.shown(desk_site, editor.page.context.request, number)
    composing.send(editor, desk_site, number, len(shelf.readers))
    letters = [composing.received(desk_site, reader, composing.SUBJECT) for reader in shelf.readers]
    assert letters == [preview] * len(letters)
    assert composing.frozen(desk_site, number) == preview
