"""An ordinary letter to one person: what a feature asks for, and how it becomes a subject and two editions.

Text and HTML come from `templates/email/<template>.txt` and `.html`, which extend `layout.txt` and
`layout.html`; the words of the frame come from `frame`.  Rendering happens at once, inside the unit of work
that causes the letter, so that the letter says what was true then.

It will not write MIME, store or send.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from css_inline import CSSInliner
from flask import current_app

from newsroom.platform import text
from newsroom.platform.lines import WIDTH, directed, direction_of, display_width, wrap
from newsroom.platform.mail.frame import Frame

_FIRST_STYLE = re.compile(r"<head>(?P<style><style>.*?</style>)\s*", re.DOTALL)


@dataclass(frozen=True)
class Letter:
    """One letter to one person.

    `template` names `email/<template>.txt` and `.html`; `context` is what they are given beside `frame` and
    `subject`.  `kind` says what sort of letter it is (`confirm-subscription`), for the desk and for counting.
    `reply_to` replaces the publication's reply address; `headers` adds some (`Auto-Submitted`);
    `list_unsubscribe` is a one-click web address (RFC 8058). `about` names the thing it is about as the audit
    log does (`story h7k2…`), so that all letters about it can be destroyed with it.
    """

    to: str
    to_name: str
    subject: str
    template: str
    context: Mapping[str, object]
    kind: str
    reply_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    list_unsubscribe: str | None = None
    about: str = ""


@dataclass(frozen=True)
class Rendered:
    """A letter's words, finished."""

    subject: str
    text: str
    html: str


def render(letter: Letter, frame: Frame) -> Rendered:
    """Render both editions.  Needs an application context; raises jinja's errors for a faulty template.

    Names, subjects and reasons were typed by people: they are cleaned here, once for all letters, so that
    nothing later has to refuse them.
    """
    subject = text.clean_line(letter.subject)
    words = {name: _cleaned(value) for name, value in letter.context.items()}
    context = {**words, "frame": frame, "subject": subject, "headline": headline}
    # The templates are asked directly: context processors belong to pages and may want a request.
    environment = current_app.jinja_env
    plain = environment.get_template(f"email/{letter.template}.txt").render(context)
    page = environment.get_template(f"email/{letter.template}.html").render(context)
    return Rendered(subject, typeset(plain), inline(page))


def headers(letter: Letter, frame: Frame) -> dict[str, str]:
    """What stands in the letter's head beside sender, recipient, subject and date.

    Every letter says that a program wrote it (RFC 3834 5), so that no holiday reply answers it, and in which
    language (RFC 3282). One that can be left offers to be left by one click (RFC 8058).
    """
    found = {"Auto-Submitted": "auto-generated", "Content-Language": frame.letter_language, **letter.headers}
    if letter.list_unsubscribe is not None:
        found["List-Unsubscribe"] = f"<{letter.list_unsubscribe}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


def _cleaned(value: object) -> object:
    # What was rendered already (a welcome in two editions) is no `str` typed by anybody.
    return text.clean_text(value) if type(value) is str else value


def headline(words: str) -> str:
    """A heading of the text edition in lines, underlined by equals signs as long as its longest line."""
    lines = wrap(words)
    return "\n".join([*lines, "=" * max(map(display_width, lines), default=0)])


def inline(page: str) -> str:
    """Move the style sheet into the elements; only what cannot be inlined (`@media`) stays in the head.

    The inliner puts what is left before everything else in the head, where it would push the declaration of
    the character set out of the first 1,024 bytes that HTML reserves for it.  So it is moved to the end.
    """
    inlined = _inliner().inline(page)
    style = _FIRST_STYLE.search(inlined)
    if style is None:
        return inlined
    rest = inlined[: style.start("style")] + inlined[style.end() :]
    return rest.replace("</head>", f"{style['style']}\n</head>", 1)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


def typeset(plain: str) -> str:
    """Set a text edition: paragraphs wrapped at 72 columns, at most one empty line between them.

    Every line of the source is set by itself; one that begins with spaces, `- ` or `> ` keeps that hang, and
    all lines that it becomes run as it would have run whole. A web address is never broken.
    """
    lines: list[str] = []
    for line in (each.rstrip() for each in plain.splitlines()):
        if display_width(line) <= WIDTH:
            lines.append(line)
            continue
        hang = re.match(r"\s*(?:- |> )?", line)
        start = hang[0] if hang else ""
        next_start = start if start.endswith("> ") else " " * len(start)
        wrapped = wrap(line[len(start) :], initial=start, subsequent=next_start)
        lines += directed("\n".join(wrapped), direction_of(line)).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"
