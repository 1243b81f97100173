"""Submissions as nobody polite would send them, made from chance; the same number makes the same ones.

Every field of the story form is drawn from what breaks pages, databases and text: mark-up, script, templates,
SQL, header lines, control characters, towers of accents, direction overrides, halves of characters.
"""

import random

from tests.stories.conftest import STORY

# Each one says so if it ever runs: `test_hostile_stories` listens for it.
SCRIPTS = (
    "<script>window.ran = 1; alert(1)</script>",
    '<img src=x onerror="window.ran = 1">',
    "<svg onload='window.ran=1'><animate onbegin=window.ran=1 attributeName=x dur=1s>",
    "</textarea></title></style><script>window.ran=1</script>",
    '" autofocus onfocus="window.ran=1" x="',
    "' onmouseover='window.ran=1",
    '<a href="javascript:window.ran=1">press</a> [press](javascript:window.ran=1)',
    '<iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
    "<form action=//elsewhere.example><button>Send</button></form>",
    '<meta http-equiv=refresh content="0;url=//elsewhere.example">',
    "<style>body{display:none}</style><link rel=stylesheet href=//elsewhere.example/x.css>",
    "<base href=//elsewhere.example/><object data=x></object><embed src=x>",
    "<!-- --!><script>window.ran=1</script> ]]><![CDATA[<script>window.ran=1</script>]]>",
    "&lt;script&gt;window.ran=1&lt;/script&gt; &#60;script&#62;window.ran=1&#60;/script&#62;",
    "\\u003cscript\\u003ewindow.ran=1\\u003c/script\\u003e %3Cscript%3Ewindow.ran=1%3C/script%3E",
    "{{ ''.__class__.__mro__ }} {% for x in config %}{{ x }}{% endfor %} ${7*7} #{7*7} <%= 7*7 %>",
    '**bold** _x_ `<b>` ![x](x" onerror=window.ran=1 ") <http://x"onclick=window.ran=1>',
)
_SIGNS = (
    "'; DROP TABLE story; --",
    "\r\nBcc: everybody@elsewhere.example\r\n\r\nHello",
    '=HYPERLINK("http://elsewhere.example")',
    "nul\x00 bell\x07 escape\x1b[31m del\x7f c1\x9b",
    "\u202egnp.exe\u202c \u2066inside\u2069 \u200f\u061c",
    "zero\u200bwidth\u200djoiner\ufeff soft\u00adhyphen \u2060word\u180e",
    "a" + "\u0301" * 1000 + " z\u0489\u0489",
    "👩‍👩‍👧‍👧🏴󠁧󠁢󠁳󠁣󠁴󠁿 شكرا ありがとう שָׁלוֹם नमस्ते ไม่เป็นไร",
    "\ud800 half \udfff",
    "\u2028line\u2029paragraph\x85next\vtab\ffeed",
    "[the clerk]: No.\n\n#59\n\n1986. A great year.\n\n    four spaces\n\n> \n\n- \n\n---\n\n|a|b|\n|-|-|",
    "\ufffd" * 3,
    "﷽" * 40,
    "𝕱𝖗𝖆𝖐𝖙𝖚𝖗 ＦＵＬＬ ﬁ ﬀ Å K",
    "x" * 5000,
    "(" * 300 + "[" * 300 + "*" * 300 + "_" * 300,
    "\n" * 300 + "the end",
)
_FITTING = tuple(text for text in (*SCRIPTS, *_SIGNS) if len(text) <= 100)
_SHORT = ("", "", "Kettlewick & Sons", *_FITTING)
_LONG = tuple(text for text in (*SCRIPTS, *_SIGNS) if len(text) > 120)


def submission(number: int) -> dict[str, str]:
    """The fields of one post, as they are typed: about half of them can be taken, the others are refused."""
    chance = random.Random(number)
    return {
        "verdict": _mostly(chance, ("up", "down"), ("sideways", "<b>", "")),
        "story": _story(chance),
        "company": _mostly(chance, _SHORT, _LONG),
        "channel": _mostly(chance, ("", "phone", "shop"), ("pigeon", "\x00")),
        "when": _mostly(chance, _SHORT, _LONG),
        "outcome": _mostly(chance, ("", "stay", "leave"), ("riot",)),
        "consent": _mostly(chance, ("0", "1", "2", "2", "3", "4"), ("5", "-1", "two", "²")),
        "preview": _mostly(chance, ("", "yes", "no"), ("perhaps",)),
        "name": _mostly(chance, ("Rhona Vale", *_SHORT), _LONG),
        "town": _mostly(chance, _SHORT, _LONG),
        "email": _mostly(
            chance, ("", "rhona@reader.example"), ("rhona@", _SIGNS[1], "a@b.example\x00", *SCRIPTS)
        ),
    }


def _mostly(chance: random.Random, good: tuple[str, ...], bad: tuple[str, ...]) -> str:
    """What can be taken, but for one time in forty: ten such fields refuse a quarter of all posts."""
    return chance.choice(bad if chance.random() < 0.025 else good)


def _story(chance: random.Random) -> str:
    parts = [chance.choice((*SCRIPTS, *_SIGNS)) for _ in range(chance.randint(0, 4))]
    if chance.random() < 0.9:
        parts.append(STORY)
    chance.shuffle(parts)
    return chance.choice(("\n\n", "\n", " ", "\r\n\r\n", "")).join(parts)
