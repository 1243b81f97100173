"""Letters broken on purpose, and who has to refuse each: so a judge that says yes to all is noticed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from judges import spamming
from judges.changing import header, in_bytes, in_html, tampered
from judges.letters import JudgedLetter


@dataclass(frozen=True)
class Control:
    """A way to break the sample letter. `refused_by` names judges, each with the line on which it refuses."""

    name: str
    breaks: Callable[[JudgedLetter], JudgedLetter]
    refused_by: tuple[tuple[str, int], ...]

    def letter(self, sample: JudgedLetter) -> JudgedLetter:
        """The broken letter, one message of it; its name says that it is a control."""
        one = replace(sample, messages=sample.messages[:1])
        return replace(self.breaks(one), name=f"control: {self.name}")


def _with(markup: str) -> Callable[[JudgedLetter], JudgedLetter]:
    """The letter with this at the end of its HTML."""
    return lambda good: in_html(good, lambda html: html.replace("</body>", f"{markup}</body>"))


def _head(name: str, value: str | None) -> Callable[[JudgedLetter], JudgedLetter]:
    """The letter with another header, or without it."""
    return lambda good: in_bytes(good, header(name, value))


def _folded_into_words(good: JudgedLetter) -> JudgedLetter:
    """What Python's own writer makes of a long address (cpython #85725)."""
    words = "".join(f"={byte:02X}" for byte in good.in_html[0].unsubscribe.encode())
    lines = [f"=?utf-8?q?{words[at : at + 54]}?=" for at in range(0, len(words), 54)]
    return in_bytes(
        good, header("List-Unsubscribe", "\r\n ".join(["=?utf-8?q?=3C?=", *lines, "=?utf-8?q?=3E?="]))
    )


def _one_click_unsigned(good: JudgedLetter) -> JudgedLetter:
    return tampered(good, lambda raw: re.sub(rb":\s*list-unsubscribe-post", b"", raw))


def _subject_changed(good: JudgedLetter) -> JudgedLetter:
    return tampered(good, lambda raw: raw.replace(b"\r\nSubject: ", b"\r\nSubject: Re: ", 1))


def _return_path_unsigned(good: JudgedLetter) -> JudgedLetter:
    """As somebody would write it who wants a subscriber to be suppressed."""
    return replace(
        good,
        messages=tuple(
            replace(each, return_path=re.sub(r"\.[a-z2-7]{16}@", ".aaaaaaaaaaaaaaaa@", each.return_path))
            for each in good.messages
        ),
    )


_SIGNATURES = ("mailauth", "dkimpy", "authheaders")
_FILLER = "<!-- " + "as long as it is broad " * 5_000 + "-->"
_PICTURE = "https://letters.example/picture.png"

CONTROLS: tuple[Control, ...] = (
    # Headers
    Control("a way out that was folded into words", _folded_into_words, (("mailparser", 1), ("Postfix", 1))),
    Control("no List-Unsubscribe-Post", _head("List-Unsubscribe-Post", None), (("mailauth", 2),)),
    Control("a one-click header that nobody signed", _one_click_unsigned, (("mailauth", 2),)),
    Control(
        "a subject that was changed on the way",
        _subject_changed,
        (*((name, 3) for name in (*_SIGNATURES, "Postfix")), ("rspamd", 17)),
    ),
    Control(
        "a sender of another domain",
        _head("From", "The Service Bell <letter@elsewhere.example>"),
        (("mailauth", 3), ("authheaders", 3)),
    ),
    Control(
        "a second Subject",
        lambda good: in_bytes(good, lambda raw: b"Subject: Another\r\n" + raw),
        (("standard library", 4),),
    ),
    Control(
        "a Message-ID of somebody else",
        _head("Message-ID", "<abc@elsewhere.example>"),
        (("standard library", 4),),
    ),
    Control("no List-Id", _head("List-Id", None), (("mailparser", 5), ("standard library", 5))),
    Control("no Feedback-ID", _head("Feedback-ID", None), (("mailparser", 5), ("standard library", 5))),
    Control(
        "a subject in the wrong character set",
        _head("Subject", "=?latin1?q?Gr=FC=DFe?="),
        (("mailparser", 6),),
    ),
    Control(
        "a name that brings a header along",
        _head("To", "Rosa\r\nBcc: everybody@reader.example"),
        (("mailparser", 6),),
    ),
    # Lines and parts
    Control(
        "bare line ends",
        lambda good: in_bytes(good, lambda raw: raw.replace(b"\r\n\r\n--", b"\n\n--")),
        (("standard library", 7), ("Postfix", 7)),
    ),
    Control(
        "a part without its character set",
        lambda good: in_bytes(good, lambda raw: raw.replace(b"; charset=utf-8", b"")),
        (("standard library", 7),),
    ),
    # HTML and CSS
    Control("an attribute that HTML does not know", _with('<p colour="red">Red</p>'), (("vnu", 9),)),
    Control("a paragraph that is closed twice", _with("<p>One</p></p></td>"), (("vnu", 9), ("html5lib", 9))),
    Control("a flexible box", _with('<div style="display:flex;gap:8px">One</div>'), (("caniemail", 10),)),
    # What is seen
    Control(
        "a box of 900 pixels",
        _with('<div style="width:900px;background-color:#eeeeee">Wide</div>'),
        (("Chromium with axe", 11),),
    ),
    Control(
        "pale words",
        _with('<p style="color:#dddddd;background-color:#ffffff">Pale</p>'),
        (("Chromium with axe", 12),),
    ),
    Control(
        "a link that is only a picture",
        _with(
            f'<a href="https://letters.example/read"><img src="{_PICTURE}" alt="" width="60" height="60"></a>'
        ),
        (("Chromium with axe", 13), ("parser", 14)),
    ),
    Control(
        "a style sheet from elsewhere",
        _with('<link rel="stylesheet" href="https://fonts.example/letter.css">'),
        (("Chromium with axe", 14),),
    ),
    Control(
        "a picture that counts who reads",
        _with(f'<img src="{_PICTURE}" alt="" width="1" height="1">'),
        (("Chromium with axe", 14),),
    ),
    Control("a second h1", _with("<h1>Another title</h1>"), (("parser", 12),)),
    Control(
        "a picture without size and description", _with(f'<p><img src="{_PICTURE}"></p>'), (("parser", 12),)
    ),
    Control("a link without https", _with('<p><a href="/share">Share your story</a></p>'), (("parser", 14),)),
    Control(
        "click here", _with('<p><a href="https://letters.example/">Click here</a></p>'), (("parser", 14),)
    ),
    Control(
        "words that name another address",
        _with('<p><a href="https://elsewhere.example/">https://bank.example/</a></p>'),
        (("parser", 14),),
    ),
    Control(
        "no postal address",
        lambda good: in_html(good, lambda html: html.replace(good.publication.postal_address, "")),
        (("parser", 15),),
    ),
    Control(
        "no way out in the footer",
        lambda good: in_html(good, lambda html: html.replace(good.in_html[0].unsubscribe, good.base_url)),
        (("parser", 15),),
    ),
    Control("a letter that is too long", _with(_FILLER), (("parser", 16),)),
    Control("a name that was never filled in", _with("<p>Dear {{ name }},</p>"), (("parser", 18),)),
    *(
        Control(name, breaks, (("SpamAssassin", 17), ("rspamd", 17)))
        for name, breaks in (
            ("a shouting subject over one picture", spamming.shouting),
            ("no Message-ID and no real date", spamming.unnamed),
        )
    ),
    Control("hidden words", spamming.whispering, (("SpamAssassin", 17), ("w3m", 19))),
    Control("a text part that says something else", spamming.mismatched, (("SpamAssassin", 17), ("w3m", 19))),
    Control("a link that leads elsewhere", spamming.misleading, (("rspamd", 17),)),
    # On its way
    Control("a return path that nobody signed", _return_path_unsigned, (("Postfix", 8),)),
)
