"""The suite's own reading of pages: what it sends must be what a browser would send."""

import pytest

from tests.webpage import WebPage

PAGE = """<!doctype html><title>Tell  us</title><style>h1 { color: red }</style>
<h1>Share</h1><p>A <b>story</b>.</p><p hidden>Unseen</p><script>var unseen</script>
<a href="/issues/80">Issue  80</a><a href="next">Next</a>
<form action="/sign-out" method="post"><button>Sign out</button></form>
<form id="story" method="post" action="/share?from=home">
  <input type="hidden" name="token" value="t1">
  <input name="name" value="Ana"><input name="email" disabled value="x">
  <textarea name="story">
First line
second</textarea>
  <input type="radio" name="verdict" value="up"><input type="radio" name="verdict" value="down" checked>
  <input type="checkbox" name="preview" value="yes" checked><input type="checkbox" name="news" value="yes">
  <select name="consent"><option value="">Choose</option><option value="print">Print it</option></select>
  <button name="do" value="save">Save</button><button name="do" value="send">Send it</button>
</form>"""


@pytest.fixture
def page() -> WebPage:
    return WebPage("http://newsroom.example/share", 200, PAGE)


def test_words_are_what_a_person_reads(page: WebPage) -> None:
    assert page.title == "Tell us"
    assert "Share\nA story.\nIssue 80Next\n" in page.words + "\n"
    assert "nseen" not in page.words
    assert "color" not in page.words


def test_links_are_absolute(page: WebPage) -> None:
    assert page.links == [
        ("Issue 80", "http://newsroom.example/issues/80"),
        ("Next", "http://newsroom.example/next"),
    ]


def test_an_untouched_form_sends_what_it_holds(page: WebPage) -> None:
    form = page.form()
    assert form.action == "http://newsroom.example/share?from=home"
    assert form.values == [
        ("token", "t1"),
        ("name", "Ana"),
        ("story", "First line\nsecond"),
        ("verdict", "down"),
        ("preview", "yes"),
        ("consent", ""),
    ]


@pytest.mark.parametrize("which", ["story", "/share", "Send it"])
def test_a_form_is_found_by_id_address_or_button(page: WebPage, which: str) -> None:
    assert page.form(which).element.get("id") == "story"


def test_filling_replaces_ticks_and_chooses(page: WebPage) -> None:
    form = page.form("story")
    form.fill("verdict", "up")
    form.fill("preview", False)
    form.fill("news", True)
    form.fill("consent", "print")
    form.press("Send it")
    sent = dict(form.values)
    assert "preview" not in sent
    assert (sent["verdict"], sent["news"], sent["consent"], sent["do"]) == ("up", "yes", "print", "send")


@pytest.mark.parametrize(
    ("name", "value"), [("verdict", "sideways"), ("consent", "maybe"), ("email", "a@b.example")]
)
def test_what_the_page_does_not_offer_cannot_be_sent(page: WebPage, name: str, value: str) -> None:
    with pytest.raises(AssertionError):
        page.form("story").fill(name, value)
