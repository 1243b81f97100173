"""Lines of a fixed-width page: rules, headlines, columns and hanging indents, 72 columns wide.

Pure: strings in, strings out. It knows no section and no issue.
"""

from __future__ import annotations

from collections.abc import Iterable

from newsroom.platform.lines import display_width, wrap

WIDTH = 72
INDENT = 4
GAP = "  "
WIDEST_LABEL = 24


def rule(width: int = WIDTH, sign: str = "-") -> str:
    """A line across the page."""
    return sign * width


def wrapped(text: str, first: str = "", others: str = "", width: int = WIDTH) -> list[str]:
    """Words in lines; no line for an empty text."""
    return wrap(text, width, first, others)


def words(text: str, width: int = WIDTH) -> str:
    """Words in lines, as one string."""
    return "\n".join(wrapped(text, width=width))


def headline(text: str, width: int = WIDTH) -> list[str]:
    """A title in lines, underlined by equals signs as long as its longest line."""
    lines = wrapped(text, width=width)
    return [*lines, rule(min(width, max(map(display_width, lines))), "=")] if lines else []


def underlined(text: str, width: int = WIDTH) -> str:
    """A lesser title, underlined by dashes."""
    lines = wrapped(text, width=width)
    return "\n".join([*lines, rule(min(width, max(map(display_width, lines))))]) if lines else ""


def spread(left: str, right: str, width: int = WIDTH) -> str:
    """One at the left edge and one at the right; on two lines where one has no room for both."""
    space = width - display_width(left) - display_width(right)
    return f"{left}{' ' * space}{right}" if space >= len(GAP) else f"{left}\n{right}"


def table(rows: Iterable[tuple[str, str]], width: int = WIDTH) -> str:
    """Labels and values in two columns; a value goes on below itself, a repeated label is given empty."""
    given = list(rows)
    column = min(WIDEST_LABEL, max((display_width(label) for label, _ in given), default=0))
    lines = []
    for label, value in given:
        space = " " * max(0, column - display_width(label))
        hanging = " " * column + GAP
        if display_width(label) > column:
            lines += [*wrapped(label, width=width), *wrapped(value, hanging, hanging, width)]
        else:
            lines += wrapped(value, label + space + GAP, hanging, width) or [label]
    return "\n".join(lines)


def indented(text: str, columns: int = INDENT) -> str:
    """The text moved in from the margin; empty lines stay empty."""
    return "\n".join(f"{' ' * columns}{line}".rstrip() for line in text.split("\n"))


def hung(text: str, label: str) -> str:
    """The text hanging beside a label."""
    first, *others = indented(text, len(label)).split("\n")
    return "\n".join([label + first[len(label) :], *others])
