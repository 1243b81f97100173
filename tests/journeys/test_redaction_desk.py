"""A complaint full of names goes to print, once by mouse and once with keys alone and without JavaScript."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.chance import tried_on
from tests.databases import environment_for
from tests.journeys import redaction
from tests.journeys.behind import found
from tests.journeys.hands import Hands, Keys, Mouse
from tests.journeys.story import sign_in
from tests.site import LiveSite

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk_site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[LiveSite]:
    """A site that both share, each with a story and an issue of its own."""
    folder = tmp_path_factory.mktemp("redaction")
    instance = folder / "instance"
    database = sqlite_template.copy_to(instance)
    site = LiveSite(environment_for(instance, NEWSROOM_DATABASE_URL=database), folder / "site.log")
    try:
        found(site)
        yield site
    finally:
        site.stop()


# With keys alone the suite takes names out of the two stories of test_story_by_keyboard.
@tried_on("how", ["mouse"], thorough=["keys"])
def test_a_complaint_full_of_names_is_printed_without_any_of_them(
    desk_site: LiveSite, newcomer: Callable[..., Any], how: str
) -> None:
    stranger = newcomer()
    editor: Hands = (
        Mouse(newcomer()) if how == "mouse" else Keys(newcomer(java_script_enabled=False), stranger)
    )
    public_id = redaction.told(desk_site, how)
    sign_in(editor, desk_site)
    redaction.make_printable(editor, desk_site, public_id, f"Whose fault it was, by {how}")
    number = redaction.block_and_mend(editor, desk_site, public_id)
    redaction.print_it(desk_site, number)
    printed = redaction.everything_printed(desk_site, stranger.context.request, public_id, number)
    assert "[an electronics superstore]" in printed[f"/issues/{number}.txt"]
    assert {word: [path for path, words in printed.items() if word in words] for word in redaction.GONE} == {
        word: [] for word in redaction.GONE
    }
