"""A company of the publication's list as somebody writes it: tidied, judged, and as rows of a CSV file.

Pure but for the lines it is given. It keeps no list: what is listed already is handed in.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TextIO

import idna

from newsroom.platform import tables
from newsroom.platform.text import clean_line
from newsroom.stories.redaction.descriptors import objections
from newsroom.stories.redaction.disguises import Searcher, folded
from newsroom.stories.redaction.suggestions.house import Company

LONGEST_NAME: Final = 120
LONGEST_DOMAIN: Final = 253
LONGEST_SLOGAN: Final = 200
LONGEST_DESCRIPTOR: Final = 80
MOST_NAMES: Final = 30
_LONGEST_KEY: Final = 200
MOST_COMPANIES: Final = 5_000

COLUMNS: Final = ("name", "aliases", "domains", "slogans", "descriptor")
"""What a file of companies holds; only the name must be there. Several values of a cell are parted by `|`."""

_SEPARATOR: Final = "|"
_LETTERS = re.compile(r"[^\W_]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)

Say = Callable[[str, str], None]
Problems = dict[str, list[str]]
"""Sentences by the field that they are about."""


def tidied(
    name: str, aliases: Iterable[str], domains: Iterable[str], slogans: Iterable[str], descriptor: str
) -> Company:
    """What was typed, as it is judged and stored: no empty lines, nothing twice, domains without the rest of
    an address.
    """
    canonical = clean_line(name)
    return Company(
        canonical=canonical,
        aliases=tuple(alias for alias in _each_once(aliases) if folded(alias) != folded(canonical)),
        domains=tuple(_each_once(map(_bare_domain, domains))),
        slogans=tuple(_each_once(slogans)),
        descriptor=clean_line(descriptor),
    )


def key_of(name: str) -> str:
    """By what two spellings of one name are the same."""
    return " ".join(folded(name).split())


def _each_once(words: Iterable[str]) -> list[str]:
    kept: dict[str, str] = {}
    for one in words:
        if said := clean_line(one):
            kept.setdefault(key_of(said) or said, said)
    return list(kept.values())


def _bare_domain(typed: str) -> str:
    """The host of what was typed: people copy whole addresses."""
    host = _SCHEME.sub("", clean_line(typed), count=1).partition("/")[0].partition("?")[0]
    host = host.rpartition("@")[2].casefold().rstrip(".")
    return host.removeprefix("www.")


def problems(company: Company, others: Iterable[Company] = ()) -> Problems:
    """Why a company cannot be listed beside the others, by field; nothing when it can."""
    found: Problems = {}
    known = list(others)

    def say(field: str, sentence: str) -> None:
        found.setdefault(field, []).append(sentence)

    _judge_names(company, say)
    _judge_domains(company, say)
    for slogan in company.slogans:
        if len(slogan) > LONGEST_SLOGAN:
            say("slogans", f"“{slogan[:40]}…” is too long; keep a slogan to {LONGEST_SLOGAN} characters.")
        elif len(slogan.split()) < 2:
            say(
                "slogans", f"“{slogan}” is one word, which would be found everywhere; write the whole slogan."
            )
    for field, values in (("aliases", company.aliases), ("domains", company.domains)):
        if len(values) > MOST_NAMES:
            say(field, f"There are {len(values)}; keep the {MOST_NAMES} that readers use.")
    if len(company.slogans) > MOST_NAMES:
        say("slogans", f"There are {len(company.slogans)}; keep the {MOST_NAMES} that readers know.")
    _judge_descriptor(company, known, say)
    _judge_against(company, known, say)
    return found


def _judge_names(company: Company, say: Say) -> None:
    if not company.canonical:
        say("name", "Write the company’s name.")
    for field, name in (("name", company.canonical), *(("aliases", alias) for alias in company.aliases)):
        # Some signs stand for whole phrases, and their letters are what is kept.
        if len(name) > LONGEST_NAME or len(key_of(name)) > _LONGEST_KEY:
            say(field, f"“{name[:40]}…” is too long; keep a name to {LONGEST_NAME} characters.")
        elif name and not _LETTERS.search(folded(name)):
            say(field, f"“{name}” has neither letter nor figure, so nobody could find it.")
        elif _SEPARATOR in name:
            say(field, f"“{name[:40]}” has a “{_SEPARATOR}”, which parts names in files; leave it out.")


def _judge_domains(company: Company, say: Say) -> None:
    for domain in company.domains:
        if not _is_domain(domain):
            say("domains", f"“{domain[:60]}” is no domain; write it as brightwell.example.")


def _is_domain(domain: str) -> bool:
    if len(domain) > LONGEST_DOMAIN or "." not in domain or domain.replace(".", "").isdecimal():
        return False
    try:
        return bool(idna.encode(domain, uts46=True))
    except (idna.IDNAError, UnicodeError):
        return False


def _judge_descriptor(company: Company, others: Iterable[Company], say: Say) -> None:
    descriptor = company.descriptor
    if len(descriptor) > LONGEST_DESCRIPTOR:
        say("descriptor", f"Keep the descriptor to {LONGEST_DESCRIPTOR} characters.")
    if not descriptor:
        return
    for sentence in objections(descriptor):
        say("descriptor", sentence)
    names = {name: company.canonical for name in (*company.names, *company.domains) if name}
    names |= {
        name: other.canonical
        for other in others
        for name in (*other.names, *other.domains)
        if key_of(other.canonical) != key_of(company.canonical)
    }
    for sighting in Searcher(names).sightings(descriptor):
        whose = names[sighting.name]
        said = descriptor[sighting.start : sighting.end]
        own = f"The descriptor says “{said}”, which is "
        own += "the company’s own name" if whose == company.canonical else f"a name of {whose}"
        if whose == company.canonical or not said.islower():
            say("descriptor", f"{own}; say what kind of company it is, such as “mobile phone shop”.")


def _judge_against(company: Company, others: Iterable[Company], say: Say) -> None:
    owners: dict[str, str] = {}
    for other in others:
        for name in (*other.names, *other.domains):
            owners.setdefault(key_of(name), other.canonical)
    for field, name in (
        ("name", company.canonical),
        *(("aliases", alias) for alias in company.aliases),
        *(("domains", domain) for domain in company.domains),
    ):
        if name and (owner := owners.get(key_of(name))):
            say(field, f"“{name[:80]}” is listed already, under {owner}; change it there.")


# Files


@dataclass(frozen=True)
class Row:
    """A company of a file and the line it begins on."""

    line: int
    company: Company


@dataclass(frozen=True)
class Complaint:
    """What is wrong in a line, as a sentence that says what to do."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Plan:
    """What importing a file would do. With a complaint nothing is imported."""

    rows: tuple[Row, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    new_count: int = 0
    changed: tuple[str, ...] = ()

    @property
    def same_count(self) -> int:
        """How many are listed already just like that."""
        return len(self.rows) - self.new_count - len(self.changed)


def plan(lines: Iterable[bytes], listed: Iterable[Company]) -> Plan:
    """Read a whole file and say what it would do to what is listed: all complaints at once, by line.

    A company that is listed already under the same name takes what the file says.
    """
    known = {key_of(company.canonical): company for company in listed}
    rows, complaints = _read(lines)
    by_key: dict[str, Row] = {}
    for row in rows:
        first = by_key.setdefault(key_of(row.company.canonical), row)
        if first is not row and row.company.canonical:
            sentence = f"“{row.company.canonical[:80]}” stands in line {first.line} already."
            complaints.append(Complaint(row.line, sentence))
    if len(known | by_key) > MOST_COMPANIES:
        complaints.append(Complaint(1, f"The list would be longer than {MOST_COMPANIES:,} companies."))
        return Plan(complaints=tuple(complaints))
    after = {**known, **{key: row.company for key, row in by_key.items()}}
    complaints += _clashes(by_key, after)
    changed = [row for key, row in by_key.items() if key in known and known[key] != row.company]
    return Plan(
        rows=tuple(by_key.values()),
        complaints=tuple(sorted(complaints, key=lambda one: one.line)),
        new_count=sum(key not in known for key in by_key),
        changed=tuple(row.company.canonical for row in changed),
    )


def _clashes(by_key: Mapping[str, Row], after: Mapping[str, Company]) -> Iterator[Complaint]:
    """What is wrong with the companies of a file, beside each other and beside those that stay."""
    # The first two companies that claim a name, so that each is looked up once. One rival is enough to
    # complain of: a file in which all claim the same would otherwise be weighed each against each.
    claims: dict[str, list[str]] = {}
    for key, company in after.items():
        for name in dict.fromkeys(map(key_of, (*company.names, *company.domains))):
            first = claims.setdefault(name, [])
            if len(first) < 2:
                first.append(key)
    everybody = _Names(after)
    for key, row in by_key.items():
        rivals = [
            after[other]
            for name in map(key_of, (*row.company.names, *row.company.domains))
            for other in [one for one in claims[name] if one != key][:1]
        ]
        rivals += everybody.named_in(row.company.descriptor, but=key)
        for field, sentences in problems(row.company, dict.fromkeys(rivals)).items():
            for sentence in sentences:
                yield Complaint(row.line, f"{field}: {sentence}")


class _Names:
    """All names of a list, looked for together."""

    def __init__(self, companies: Mapping[str, Company]) -> None:
        self._companies = companies
        self._owners = {
            name: key for key, company in companies.items() for name in (*company.names, *company.domains)
        }
        self._searcher = Searcher(self._owners)

    def named_in(self, words: str, *, but: str) -> list[Company]:
        keys = {self._owners[sighting.name] for sighting in self._searcher.sightings(words)}
        return [self._companies[key] for key in sorted(keys - {but})]


def _read(lines: Iterable[bytes]) -> tuple[list[Row], list[Complaint]]:
    rows: list[Row] = []
    complaints: list[Complaint] = []
    try:
        found = tables.records(lines)
        header_line, header, _delimiter = next(found, (1, None, ","))
        if header is None:
            return [], [Complaint(1, "The file is empty: its first line must name the columns.")]
        names = [clean_line(cell).casefold() for cell in header]
        complaints = [Complaint(header_line, sentence) for sentence in _wrong_columns(names)]
        if complaints:
            return [], complaints
        for line, cells, _delimiter in found:
            if len(rows) >= MOST_COMPANIES:
                complaints.append(Complaint(line, f"{MOST_COMPANIES:,} companies are the most in one file."))
                break
            if len(cells) > len(names):
                sentence = (
                    f"There are {len(cells)} values under {len(names)} columns: put quotation marks around "
                    "one that holds the delimiter."
                )
                complaints.append(Complaint(line, sentence))
                continue
            rows.append(Row(line, _company(dict(zip(names, map(tables.meant, cells), strict=False)))))
    except tables.TableRefused as problem:
        complaints.append(Complaint(problem.line, str(problem)))
    if not rows and not complaints:
        complaints.append(Complaint(header_line, "There is no company below the names of the columns."))
    return rows, complaints


def _wrong_columns(names: list[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield f"The column {name or 'without a name'} stands there more than once: leave one of them."
        if name not in COLUMNS:
            yield f"There is no column “{name[:60]}”: known are {', '.join(COLUMNS)}."
    if "name" not in names:
        yield "The column name is missing."


def _company(values: Mapping[str, str]) -> Company:
    def several(column: str) -> list[str]:
        return values.get(column, "").split(_SEPARATOR)

    return tidied(
        values.get("name", ""),
        several("aliases"),
        several("domains"),
        several("slogans"),
        values.get("descriptor", ""),
    )


def write_csv(companies: Iterable[Company], file: TextIO) -> int:
    """Write what `plan` reads again; gives how many there were."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for company in companies:
        several = (company.aliases, company.domains, company.slogans)
        cells = (company.canonical, *map(f" {_SEPARATOR} ".join, several), company.descriptor)
        writer.writerow([tables.harmless(cell) for cell in cells])
        count += 1
    return count
