"""Reads a server's replies out of the bytes that come (RFC 5321 4.2). Pure; it does not judge them."""

from __future__ import annotations

# Bytes of all lines of a reply together. RFC 5321 4.5.3.1.5 allows 512 a line, and a reply has few lines.
LONGEST = 65_536
# Characters of a sentence that are kept. Whoever looks for something in it must not be kept busy by it.
_LONGEST_SENTENCE = 2_000


class NoReply(Exception):  # A fact about the other side; nobody here has erred
    """What comes is no SMTP, and will not become any."""


class Reader:
    """Takes bytes as they come, gives each whole reply as its code and its words.

    A code of -1 makes no sense. The words of several lines stand behind one another, with a space between.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []
        self._length = 0

    def read(self, words: bytes) -> list[tuple[int, str]]:
        """The replies that are whole by now. Raises `NoReply` for one without an end."""
        *lines, self._rest = (self._rest + words).split(b"\n")
        found = []
        for line in lines:
            self._lines.append(line[4:])
            self._length += len(line)
            code = _code(line)
            if code < 0 or line[3:4] != b"-":
                found.append((code, sentence(b" ".join(self._lines if code >= 0 else [line]))))
                self._lines, self._length = [], 0
        if self._length + len(self._rest) > LONGEST:
            raise NoReply
        return found


def _code(line: bytes) -> int:
    return int(line[:3]) if len(line) >= 3 and line[:3].isdigit() else -1


def sentence(said: bytes | str) -> str:
    """What a server said, on one line that can be printed; of a very long one only the first words."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = text.strip()
    if len(text) > _LONGEST_SENTENCE:
        # Half an address would not be recognised as one by whoever must not keep it.
        text = text[:_LONGEST_SENTENCE].rpartition(" ")[0]
    if text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
