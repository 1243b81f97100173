"""Writes to the list of companies: one by one, each change on record, or a whole file at once.

What is listed changes at once what the desk finds in every story, and what the leak check looks for.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from newsroom.accounts.service import audit
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.stories.companies import MOST_COMPANIES, Problems, Row, key_of, problems
from newsroom.stories.listed import as_company
from newsroom.stories.models import ListedCompany
from newsroom.stories.redaction.suggestions.house import Company


class CompanyRefused(ValueError):
    """What is wrong with a company, by field. Nothing was written."""

    def __init__(self, found: Problems) -> None:
        self.problems = found
        super().__init__(" ".join(sentence for sentences in found.values() for sentence in sentences))


class CompanyConflict(Exception):
    """Somebody saved other words meanwhile, `theirs` in version `version`. Nothing was written."""

    def __init__(self, theirs: Company, version: int) -> None:
        self.theirs = theirs
        self.version = version
        super().__init__("Somebody saved this company while you were writing.")


class CompanyGone(LookupError):
    """Somebody took the company off the list meanwhile."""

    def __init__(self) -> None:
        super().__init__("This company is no longer listed; somebody took it off.")


def list_company(company: Company, *, by_id: int | None) -> int:
    """Put a company (`companies.tidied`) on the list; gives its number. Raises CompanyRefused."""
    listed = _everybody()
    if len(listed) >= MOST_COMPANIES:
        raise CompanyRefused({"name": [f"The list is full: {MOST_COMPANIES:,} companies are the most."]})
    _refuse_unless_fit(company, listed)
    row = ListedCompany(version=0)
    _fill(row, company, by_id)
    db.session.add(row)
    _flush(_TAKEN.format(company.canonical))
    audit("company listed", _subject(row), company.canonical)
    return row.id


def save_company(number: int, company: Company, *, version: int, by_id: int | None) -> None:
    """Replace what the list says of a company. What is said already changes nothing.

    Raises CompanyGone, CompanyConflict, CompanyRefused.
    """
    row = _locked(number)
    theirs = as_company(row)
    if theirs == company:
        return
    if row.version != version:
        raise CompanyConflict(theirs, row.version)
    _refuse_unless_fit(company, [other for other in _everybody() if other.id != row.id])
    _fill(row, company, by_id)
    _flush(_TAKEN.format(company.canonical))
    audit("company changed", _subject(row), _difference(theirs, company))


def delist_company(number: int, *, version: int) -> None:
    """Take a company off the list. Raises CompanyGone, and CompanyConflict where somebody changed it."""
    row = _locked(number)
    if row.version != version:
        raise CompanyConflict(as_company(row), row.version)
    db.session.delete(row)
    db.session.flush()
    audit("company taken off", _subject(row), row.canonical)


def import_companies(rows: Iterable[Row], *, by_id: int | None, file_name: str) -> None:
    """Take in what a file says (`companies.plan`, without complaints): new companies, and changed ones.

    Raises CompanyRefused where somebody changed the list after the plan was made.
    """
    known = {row.key: row for row in _everybody()}
    found = list(rows)
    new_count = changed_count = 0
    for one in found:
        row = known.get(key_of(one.company.canonical))
        if row is None:
            row = ListedCompany(version=0)
            db.session.add(row)
            new_count += 1
        elif as_company(row) == one.company:
            continue
        else:
            changed_count += 1
        known[key_of(one.company.canonical)] = row
        _fill(row, one.company, by_id)
    if len(known) > MOST_COMPANIES:
        raise CompanyRefused({"name": [f"The list is full: {MOST_COMPANIES:,} companies are the most."]})
    _flush("One of these companies was listed meanwhile; look the file through again.")
    audit("companies imported", "companies", f"{file_name[:120]}: {new_count} new, {changed_count} changed")


def _everybody() -> list[ListedCompany]:
    return list(db.session.scalars(select(ListedCompany).order_by(ListedCompany.key)))


def _locked(number: int) -> ListedCompany:
    query = select(ListedCompany).where(ListedCompany.id == number).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise CompanyGone
    return row


def _refuse_unless_fit(company: Company, others: Iterable[ListedCompany]) -> None:
    if found := problems(company, map(as_company, others)):
        raise CompanyRefused(found)


_TAKEN = "“{}” is listed already; open it in the list."


def _flush(sentence: str) -> None:
    """Write it; somebody may have listed the same company in the same moment, which the sentence says."""
    try:
        db.session.flush()
    except IntegrityError as taken:
        raise CompanyRefused({"name": [sentence]}) from taken


def _fill(row: ListedCompany, company: Company, by_id: int | None) -> None:
    row.key, row.canonical, row.descriptor = key_of(company.canonical), company.canonical, company.descriptor
    row.aliases, row.domains = list(company.aliases), list(company.domains)
    row.slogans = list(company.slogans)
    row.version += 1
    row.changed_at, row.changed_by_id = clock.now(), by_id


def _subject(row: ListedCompany) -> str:
    return f"company {row.id}"


_PARTS = {
    "canonical": "name",
    "aliases": "aliases",
    "domains": "domains",
    "slogans": "slogans",
    "descriptor": "descriptor",
}


def _difference(before: Company, after: Company) -> str:
    changed = [word for part, word in _PARTS.items() if getattr(before, part) != getattr(after, part)]
    return f"{after.canonical}: {', '.join(changed)}"
