"""What an address of the archive may look like, and how the addresses inside a page become full ones.

Pure. A malformed number or name is turned away here, before it can reach the database, which would refuse
some of them (a number beyond its integers, a NUL in a text) with an error instead of an answer.
"""

from __future__ import annotations

import re

MOST_PAGES = 10_000
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_STORY = re.compile(r"(?P<public_id>[a-z0-9]{4,16})(?:-(?P<slug>.*))?", re.DOTALL)
_LONGEST_SLUG = 160
_TAG = re.compile(r"<[a-zA-Z][^>]*>")
_LOCAL = re.compile(r'(?P<attribute>\s(?:href|src)=")(?P<target>[/#][^"]*)(?=")')


def issue_number(typed: str) -> int | None:
    """The number of an issue as its address has it; None for what can be none."""
    return int(typed) if _NUMBER.fullmatch(typed) else None


def slug(typed: str) -> str:
    """A name from an address, or nothing where no name of ours looks like that."""
    return typed if len(typed) <= _LONGEST_SLUG and _SLUG.fullmatch(typed) else ""


def story(typed: str) -> tuple[str, str] | None:
    """The public id and the rest of `<public id>-<slug>`; None for what can name no story."""
    found = _STORY.fullmatch(typed)
    return (found["public_id"], found["slug"] or "") if found else None


def page_number(typed: str | None) -> int:
    """The page that an address asks for, from 1; anything else asks for the first."""
    number = issue_number(typed or "")
    return number if number and number <= MOST_PAGES else 1


def absolute_links(html: str, base_url: str, page: str) -> str:
    """A fragment that leaves the site: every path of ours as a full address, every place in it (`#part`) as
    that place of `page`, the fragment's own path."""
    base = base_url.rstrip("/")

    def full(found: re.Match[str]) -> str:
        target = found["target"]
        return f"{found['attribute']}{base}{page if target.startswith('#') else ''}{target}"

    # Only inside tags: a `<` in the text is escaped, so what an author wrote about HTML stays as written.
    return _TAG.sub(lambda tag: _LOCAL.sub(full, tag[0]), html)
