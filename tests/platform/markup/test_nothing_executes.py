"""Shapes by which script is smuggled through Markdown and sanitisers, each in every place of a source."""

import pytest

from newsroom.platform.markup import Dialect, to_html
from newsroom.platform.text import clean_text, words_in
from tests.platform.markup.page import Page, assert_allowed

MARKUP = [
    "<script>steal()</script>",
    "<SCRIPT SRC=//x.example/a.js></SCRIPT>",
    "<script\n>steal()</script\n>",
    "<scr<script>ipt>steal()</scr</script>ipt>",
    "<img src=x onerror=steal()>",
    "<img src=x onerror\n=\nsteal()>",
    "<img/src=x/onerror=steal()>",
    "<img src='x' onerror='steal()'",
    "<svg onload=steal()>",
    "<svg><script>steal()</script></svg>",
    "<svg><animate onbegin=steal() attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:steal()><text y=1>x</text></a>",
    "<math><mtext></p><style><img src=x onerror=steal()></style>",
    "<math><annotation-xml encoding='text/html'><script>steal()</script>",
    "<iframe src=javascript:steal()></iframe>",
    "<iframe srcdoc='<script>steal()</script>'></iframe>",
    "<object data=javascript:steal()></object>",
    "<embed src=data:text/html,steal>",
    "<body onload=steal()>",
    "<details open ontoggle=steal()>x</details>",
    "<input autofocus onfocus=steal()>",
    "<video><source onerror=steal()></video>",
    "<audio src=x onerror=steal()>",
    "<marquee onstart=steal()>x</marquee>",
    "<form action=javascript:steal()><button>x</button></form>",
    "<button formaction=javascript:steal()>x</button>",
    "<base href=javascript:steal()//>",
    "<link rel=stylesheet href=javascript:steal()>",
    "<meta http-equiv=refresh content='0;url=javascript:steal()'>",
    "<style>@import 'javascript:steal()';</style>",
    "<div style=background:url(javascript:steal())>x</div>",
    "<p onclick=steal() class=editorial>x</p>",
    "<a href=javascript:steal()>x</a>",
    "<a href='java\nscript:steal()'>x</a>",
    "<!--><script>steal()</script>-->",
    "<![CDATA[<script>steal()</script>]]>",
    "<?xml version='1.0'?><script>steal()</script>",
    "<noscript><p title='</noscript><img src=x onerror=steal()>'>",
    "<template><script>steal()</script></template>",
    "<textarea></textarea><script>steal()</script>",
    "<title></title><img src=x onerror=steal()>",
    "<xmp><script>steal()</script></xmp>",
    "<plaintext><script>steal()",
    "</p></blockquote></div><script>steal()</script>",
    '"><script>steal()</script>',
    "'><img src=x onerror=steal()>",
    "&lt;script&gt;steal()&lt;/script&gt;",
    "&#60;script&#62;steal()&#60;/script&#62;",
    "\u2039script\u203asteal()\u2039/script\u203a",
    "\uff1cscript\uff1esteal()\uff1c/script\uff1e",
    "<\x00script>steal()</script>",
    "\x02script\x03 \x02" + "60\x03script>steal()",
    "{{ steal() }} {% steal %} ${steal()}",
]
TARGETS = [
    "javascript:steal()",
    "JaVaScRiPt:steal()",
    " javascript:steal()",
    "java\tscript:steal()",
    "java\nscript:steal()",
    "java\x00script:steal()",
    "\x01javascript:steal()",
    "java\u00adscript:steal()",
    "javascript\u200b:steal()",
    "javascript&colon;steal()",
    "&#106;avascript:steal()",
    "&#x6A;avascript:steal()",
    "%6aavascript:steal()",
    "javascript://x.example/%0asteal()",
    "vbscript:steal()",
    "data:text/html,<script>steal()</script>",
    "data:text/html;base64,c3RlYWwoKQ==",
    "data:image/svg+xml,<svg onload=steal()>",
    "blob:https://x.example/1",
    "file:///etc/passwd",
    "view-source:javascript:steal()",
    "feed:javascript:steal()",
    "jar:javascript:steal()!",
    "//x.example/a.js",
    "/\\x.example/a.js",
    "\\\\x.example\\a.js",
    "https:javascript:steal()",
    "http:\\\\x.example",
    "mailto:javascript:steal()",
    '/x" onmouseover="steal()',
    "/x' onmouseover='steal()",
    'https://x.example/"><script>steal()</script>',
    "<javascript:steal()>",
    "<data:text/html,steal>",
]
PLACES = [
    "{}",
    "before {} after",
    "## {}",
    "- {}",
    "> {}",
    "**{}**",
    "`{}`",
    "[{}]",
    "[{}](https://a.example)",
    "[x](https://a.example '{}')",
    '![{}](https://a.example/p.png "{}")',
    "| a | b |\n|---|---|\n| {} | x |",
    "**A:** {}\n\n**B:** x",
    "[x]: {}",
]
LINKED = [
    "[x]({})",
    "![x]({})",
    "[x](<{}>)",
    '[x]({} "t")',
    "[![x]({})]({})",
    "[[x]({})]({})",
    "<{}>",
    "[x]: {}\n\n[x]",
    "[x][{}]",
]


def test_there_are_enough_shapes() -> None:
    assert len(set(MARKUP)) + len(set(TARGETS)) >= 60


@pytest.mark.parametrize("shape", MARKUP)
def test_no_markup_in_any_place_is_executed(shape: str) -> None:
    for place in PLACES:
        for dialect in Dialect:
            assert_nothing_executes(to_html(place.replace("{}", shape), dialect))


@pytest.mark.parametrize("target", TARGETS)
def test_no_target_in_any_place_is_executed(target: str) -> None:
    for place in LINKED:
        for dialect in Dialect:
            assert_nothing_executes(to_html(place.replace("{}", target), dialect))


@pytest.mark.parametrize("shape", MARKUP)
def test_markup_is_shown_as_the_words_typed(shape: str) -> None:
    typed = words_in(clean_text(shape))
    for dialect in Dialect:
        assert words_in(Page(to_html(shape, dialect)).text) == typed


@pytest.mark.parametrize(
    "target", ["javascript:steal()", "data:text/html,x", "//x.example", "vbscript:x", "x.html"]
)
def test_an_unsafe_target_leaves_the_words(target: str) -> None:
    assert to_html(f"See [the *shop*]({target}) now", Dialect.ARTICLE) == "<p>See the <em>shop</em> now</p>"
    assert to_html(f"![a shop]({target})", Dialect.ARTICLE) == "<p>a shop</p>"


def assert_nothing_executes(html: str) -> None:
    assert_allowed(html)
    for address in Page(html).addresses():
        assert "\\" not in address, address
        assert "script:" not in address.lower().partition("?")[0] or address.startswith("mailto:"), address
