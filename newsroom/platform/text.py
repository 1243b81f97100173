"""Plain text: cleaning it, counting it and cutting it. Setting it in lines is the job of `lines`.

Everything a person types or a file brings passes through ``clean_text`` (many lines) or ``clean_line`` (one
line) once, at the door. What is cleaned away can never be read: control characters, direction overrides,
byte order marks, halves of characters, invisible padding. What a writer meant is kept: accents, emoji
sequences, the joiners that Persian and Indic scripts need, soft hyphens, the quotation marks and dashes of
Windows, no-break spaces, Markdown's hard break.

Pure: no Flask, database, network or clock. This module knows nothing of Markdown beyond the two spaces at a
line's end, and it never changes a word: no quotes are curled and no symbols are replaced.
"""

import hashlib
import re
import unicodedata

MARKS_PER_LETTER = 6
"""Marks that may stand on one letter. Pointed Hebrew and Tibetan need six; towers beyond are vandalism."""

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What Windows calls quotation marks, dashes and the like, read as if it were Latin-1; U+0085 is a line's end.
_OF_WINDOWS = {
    code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0) if code != 0x85
}
_HALVES = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile("[\ufeff\u206a-\u206f\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff]")
_STRAY_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,16}\U000e007f)|[\U000e0000-\U000e007f]")
_BREAK_HINT_SCRIPTS = "\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\uaa60-\uaadf"
_STRAY_BREAK_HINT = re.compile(f"(?<![{_BREAK_HINT_SCRIPTS}])\u200b|\u200b(?![{_BREAK_HINT_SCRIPTS}])")
_STRAY_JOINER = re.compile(
    # Joiners shape letters of the scripts from Hebrew to the Indic ones and glue emoji together. Between
    # Latin letters they do nothing but hide a word from a search.
    "(?<![\u0590-\u1cff\u20e3\u2190-\u2bff\u3030\u303d\ua8e0-\uabff\ufb1d-\ufe0f\ufe70-\ufeff"
    "\U00010a00-\U00011fff\U0001e900-\U0001efff\U0001f000-\U0001faff])[\u200c\u200d]"
    "|[\u200c\u200d]++(?=\\s|\\Z)"
)

# Scripts that are written without spaces: each of their letters counts as a word of its own.
_CLOSE_SET = (
    "\u3005-\u3007\u3021-\u3029\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_WORD = re.compile(f"[{_CLOSE_SET}]|[^\\W_{_CLOSE_SET}]+")
_COUNTED = re.compile(f"[{_CLOSE_SET}]|[^\\s\u2013\u2014{_CLOSE_SET}]+")

_LETTERS_WITHOUT_PARTS = str.maketrans(
    dict(zip("øØđĐðÐłŁħĦıŋŊŧŦĸſ", "oOdDdDlLhHinNtTks", strict=True))
    | {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "&": " and "}
)
_APOSTROPHES = re.compile("['’‘ʼ`´]")


def clean_text(text: str) -> str:
    """The text as it is stored: Unicode NFC, lines ended by LF, tabs as spaces, nothing invisible that acts.

    A tab goes to the next fourth column, which is what Markdown reads. Space at line ends goes, but two
    spaces before a following line of the same paragraph are Markdown's hard break and stay as exactly two.
    Blank lines at both ends go. Half a character (a lone surrogate) becomes U+FFFD. Cleaning twice changes
    nothing.
    """
    text = _LINE_ENDS.sub("\n", _as_windows_meant(text)).replace("\u2029", "\n\n")
    text = _OVERRIDES.sub("", text)
    text = _INVISIBLE.sub("", _HALVES.sub("\ufffd", text))
    text = unicodedata.normalize("NFC", text)
    text = _CONTROLS.sub("", text)
    text = _STRAY_TAGS.sub(lambda found: found.group(1) or "", text)
    text = _STRAY_BREAK_HINT.sub("", text)
    text = _STRAY_JOINER.sub("", text)
    text = _limit_marks(unicodedata.normalize("NFC", text))
    return _tidy_line_ends(text).expandtabs(4).strip("\n")


def _as_windows_meant(text: str) -> str:
    return text.translate(_OF_WINDOWS) if _C1.search(text) else text


def _tidy_line_ends(text: str) -> str:
    """The text without white space at line ends, but for the two spaces of a hard break."""
    lines = text.split("\n")
    bare_lines = [line.rstrip() for line in lines]
    for place, (line, bare) in enumerate(zip(lines, bare_lines, strict=True)):
        is_followed = place + 1 < len(lines) and bare_lines[place + 1] != ""
        if bare and is_followed and line.endswith("  ") and not line[len(bare) :].strip(" "):
            lines[place] = bare + "  "
        else:
            lines[place] = bare
    return "\n".join(lines)


def clean_line(text: str) -> str:
    """The text as one line: cleaned as ``clean_text`` does, each run of white space one space, trimmed.

    A no-break space inside stays, because it was typed to hold two words together.
    """
    if text.isascii() and text.isprintable():
        # Nothing in it can need more; lists bring in names by the hundred thousand.
        return " ".join(text.split())
    return re.sub(r"[ \t\n]+", " ", clean_text(text)).strip()


def problems_in(text: str) -> list[str]:
    """What ``clean_text`` would take away from this text, as whole sentences; an empty list when nothing.

    White space and Unicode's composed form are tidied silently: nobody needs to hear of them.
    """
    findings = []
    text = _LINE_ENDS.sub("\n", _as_windows_meant(text))
    if _CONTROLS.search(text):
        findings.append("It held control characters, which cannot be printed; they were removed.")
    if _OVERRIDES.search(text):
        findings.append("It held signs that reverse the direction of writing; they were removed.")
    if _HALVES.search(text):
        findings.append("Some characters arrived broken; each is shown as \ufffd. Please type them again.")
    hidden = _INVISIBLE.sub("", text)
    hidden = _STRAY_TAGS.sub(lambda found: found.group(1) or "", hidden)
    hidden = _STRAY_JOINER.sub("", _STRAY_BREAK_HINT.sub("", hidden))
    if hidden != text:
        findings.append("It held invisible characters; they were removed.")
    composed = unicodedata.normalize("NFC", text)
    if _limit_marks(composed) != composed:
        findings.append(
            f"Some letters carried a tower of accents; at most {MARKS_PER_LETTER} on one letter were kept."
        )
    return findings


def _limit_marks(text: str) -> str:
    """At most MARKS_PER_LETTER non-spacing marks after each base character; the first ones stay."""
    if text.isascii():
        return text
    kept = []
    marks_count = 0
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me"):
            marks_count += 1
            if marks_count > MARKS_PER_LETTER:
                continue
        else:
            marks_count = 0
        kept.append(character)
    # Taking marks away can bring two together that compose, so the composed form is made anew.
    return unicodedata.normalize("NFC", "".join(kept))


def words_in(text: str) -> list[str]:
    """The words of a text in their order, for comparing two renderings: runs of letters and digits.

    Punctuation and the underscore divide words. In scripts written without spaces each letter is a word,
    because a line may end after any of them.
    """
    return _WORD.findall(text)


def word_count(text: str) -> int:
    """How many words a reader would count: ``don't``, ``e-mail`` and ``1,000`` are one each, dashes are none.

    In scripts written without spaces each letter counts as one, as word processors count.
    """
    return sum(any(map(str.isalnum, part)) for part in _COUNTED.findall(clean_text(text)))


def slugify(text: str, longest: int = 60) -> str:
    """A short form for addresses: lower-case ASCII letters, digits and single hyphens; never empty.

    Accents are folded. When most of the letters cannot be written in ASCII, the short form ends with a stable
    fingerprint of the text, so that two titles in Greek do not share one address. ``longest`` (at least 16)
    bounds the length; the cut is made between words where there is one.
    """
    line = clean_line(text)
    folded = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", line).translate(_LETTERS_WITHOUT_PARTS))
    ascii_words = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode().lower()).strip("-")
    if any(character.isalnum() and not character.isascii() for character in folded):
        # Marks that were folded away are no letters, so an accented title does not come here.
        lettered = [character for character in folded if character.isalnum()]
        if sum(character.isascii() for character in lettered) * 2 <= len(lettered):
            fingerprint = hashlib.sha256(line.encode()).hexdigest()[:8]
            return f"{_cut_slug(ascii_words, longest - 10)}-t{fingerprint}".strip("-")
    return _cut_slug(ascii_words, longest) or "untitled"


def _cut_slug(slug: str, longest: int) -> str:
    if len(slug) <= longest:
        return slug
    cut = slug[: longest + 1].rpartition("-")[0]
    return (cut if len(cut) * 2 >= longest else slug[:longest]).strip("-")


def excerpt(text: str, longest: int) -> str:
    """The beginning of a text as one line of at most ``longest`` characters (at least 2).

    The cut falls between words where the text has any, and is marked by an ellipsis.
    """
    line = clean_line(text)
    if len(line) <= longest:
        return line
    room = line[:longest]
    cut = room.rpartition(" ")[0]
    if len(cut) * 3 < longest:
        cut = _whole_characters(line, longest - 1)
    return cut.rstrip(" ,;:–—-") + "…"


def _whole_characters(line: str, longest: int) -> str:
    """The first ``longest`` code points, less whatever would leave a mark or a joined emoji cut off."""
    end = longest
    while end > 0 and (
        unicodedata.category(line[end])[0] == "M" or line[end] == "\u200d" or line[end - 1] == "\u200d"
    ):
        end -= 1
    return line[: end or longest]
