"""What pre-flight knows: the code of every finding, how grave it is, and what it looks for.

The table in `docs/issues.md` says the same, line for line; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """One thing that pre-flight looks for. `severity` is `either` where it depends on the place."""

    code: str
    severity: str
    looks_for: str

    @property
    def row(self) -> str:
        """Its row of the table in the documents."""
        return f"| `{self.code}` | {self.severity} | {self.looks_for} |"


def _blocker(code: str, looks_for: str) -> Known:
    return Known(code, "blocker", looks_for)


def _warning(code: str, looks_for: str) -> Known:
    return Known(code, "warning", looks_for)


CATALOGUE: tuple[Known, ...] = (
    Known("leak", "either", "a name that a story keeps out, on any surface (below)"),
    _blocker("no-consent", "a story without live consent, or withdrawn"),
    _blocker("taken-back", "a piece that a publisher took off the web"),
    _blocker("misquotation", "a quotation of four words or more in a note that is not in its story"),
    _blocker("no-note", "a story without an Editor’s note"),
    _blocker("empty-issue", "an issue without a section"),
    _blocker("empty-section", "a section without a text, or an empty place"),
    _blocker("no-title", "a section without a title"),
    _blocker("missing-field", "a field that its kind cannot do without, such as an article’s author"),
    _blocker("placeholder", "TK, XXX, TODO:, lorem ipsum, [TBC], another system’s token"),
    _blocker("link-without-text", "a link without words"),
    _blocker("link-without-target", "a link without an address"),
    _blocker("link-not-web", "a link that is neither https:// or http:// nor a path of our own site"),
    _blocker("button-without-link", "a button without an address"),
    _blocker("download-gone", "a download of ours that is not there any more"),
    _blocker("picture-without-alt", "a picture of which nobody decided what its description says"),
    _blocker("picture-gone", "an uploaded picture that is not here any more"),
    _blocker(
        "picture-not-shown", "a picture whose address no edition asks for, such as one that begins with http:"
    ),
    _blocker("no-subject", "an issue without a subject"),
    _blocker("duplicate-number", "a number that another issue was sent with"),
    _blocker("no-postal-address", "a publication without a postal address"),
    _blocker("no-text-part", "a letter without a text part"),
    _blocker("no-unsubscribe", "a part of the letter that does not show the way out"),
    _blocker(
        "too-large", "a letter of more than 90 kB decoded or 102 kB encoded, and what weighs most in it"
    ),
    _blocker("unfilled-token", "a token of a template in the letter"),
    _warning("short-subject", "a subject under 10 characters"),
    _warning("long-subject", "a subject over 78 characters"),
    _warning("shouting-subject", "two words in capitals, or a row of exclamation or question marks"),
    _warning("no-preheader", "an issue without a preheader"),
    _warning("preheader-repeats", "a preheader that says the subject, the first headline or line again"),
    _warning("date-far-away", "a date more than 7 days past or 30 days ahead"),
    _warning("short-misquotation", "two or three words quoted in a note that are not in its story"),
    _warning("no-takeaways", "an Editor’s note without a list of takeaways"),
    _warning("contrary-lead-in", "praise above a thumbs down, or a complaint above a thumbs up"),
    _warning("generic-link", "a link or button that says “click here” or “read more”"),
    _warning("shortened-link", "an address of a service that shortens addresses"),
    _warning("plain-http", "an address that begins with http:"),
    _warning("alt-is-file-name", "a picture described by the name of its file"),
    _warning("large-picture", "a picture more than 1200 pixels wide or over 1 MB"),
    _warning("pictures-unread", "pictures in an issue that keeps names out: look at them yourself"),
    _warning("doubled-word", "a word twice in a row"),
    _warning("missing-space", "punctuation with a word straight behind it"),
    _warning("word-fell-out", "an article or a preposition straight before punctuation: “on sale at!”"),
    _warning("lost-dash", "clauses that run together: a gap, a lone question mark, “waitedNobody”"),
    _warning("broken-character", "what a wrong decoding leaves: “donâ€™t”"),
    _warning("mixed-marks", "straight and curly quotation marks or apostrophes in one text"),
    _warning("unclosed-mark", "a bracket or quotation mark without its other half"),
    _warning("event-over", "an event that is over on the issue’s date"),
    _warning("offer-expired", "an offer or a sale that has ended on the issue’s date"),
    _warning("wrong-weekday", "a weekday that its date is not"),
    _warning("promise-not-kept", "“in our next issue …” of the last issue, of which nothing is here"),
    _warning("unsent-issue", "a correction of an issue that was not sent yet"),
    _warning("unknown-issue", "the number of an issue that does not exist"),
    _warning("company-again", "a company that was in the last two issues as well"),
    _warning("author-removed", "an article whose author was removed from the library"),
    _warning("part-again", "a part of a series whose number another article was printed with"),
)
