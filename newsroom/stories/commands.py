"""Doors for the terminal: `flask stories …`. They open files, call one verb each, and say what happened."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import click
from flask.cli import AppGroup

from newsroom.accounts import queries as accounts
from newsroom.accounts.rules import Permission, PrivateAccess, allows, private_access
from newsroom.platform import addresses, clock
from newsroom.platform.db import unit_of_work
from newsroom.platform.text import clean_line
from newsroom.publication.queries import publication
from newsroom.stories import companies as company_files
from newsroom.stories import exchange, incoming, queries, rules, service, takeout
from newsroom.stories.casting import house_list
from newsroom.stories.exchange import Complaint, ForeignStory, LeftOut, Record
from newsroom.stories.incoming import LeftAlone, MaildirUnreadable, MailedDraft
from newsroom.stories.rules import State
from newsroom.stories.service import Collected
from newsroom.stories.service import companies as company_service

cli = AppGroup("stories", help="What readers tell us: collect by mail, import, export.")
companies = AppGroup("companies", help="The companies that the desk knows by name: import, export.")
groups = (cli, companies)

_SAID = {
    Collected.DRAFT: "a draft; {who} is asked for consent",
    Collected.KNOWN: "collected already",
    Collected.ANSWER: "left alone: It answers a letter of ours about a story.",
    Collected.UNWANTED: "left alone: {who} wants no letters from us.",
    Collected.TOO_MANY: "waits: {who} has been sent as many letters today as anybody is.",
}
_LEFT_ALONE = "left alone"
# For a person: what nobody will ever be asked about, though somebody wrote it.
_FOR_A_PERSON = (Collected.ANSWER, Collected.UNWANTED)


@cli.command("collect", epilog="Example: flask stories collect /var/mail/stories")
@click.argument("maildir", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For a script.")
def collect(maildir: Path, as_json: bool) -> None:
    """Turn the messages that wait in MAILDIR into drafts, and ask each author for consent by one letter.

    Nothing of a draft can be printed. Messages that were dealt with go to cur, as seen; those that somebody
    should look at are flagged there. What machines wrote is left alone.
    """
    counts: Counter[str] = Counter()
    lines: list[dict[str, str]] = []
    own = [publication().sender_address, publication().reply_address]
    try:
        for arrival in incoming.arrivals(maildir):
            outcome, said = _take(arrival, own)
            counts[outcome] += 1
            if as_json:
                lines.append({"message": arrival.name, "outcome": outcome, "said": said})
            else:
                click.echo(f"{arrival.name}: {said}")
    except MaildirUnreadable as problem:
        raise click.ClickException(str(problem)) from None
    if as_json:
        click.echo(json.dumps({"counts": dict(counts), "messages": lines}))
    else:
        click.echo(_summed(counts), err=True)


@cli.command("erase", epilog="Example: flask stories erase h7k2m4q9w3xz --yes")
@click.argument("public_id")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def erase(public_id: str, yes: bool) -> None:
    """Withdraw a story and destroy everything about it at once, because its author asked for it.

    Nothing brings it back. What stays holds no words of it: audit rows, consents, the original's fingerprint.
    """
    if queries.story(public_id) is None:
        raise click.ClickException(f"There is no story {public_id}.")
    if not yes:
        click.confirm(f"Destroy everything about story {public_id}? Nothing brings it back", abort=True)
    with unit_of_work():
        service.erase(public_id, asked_by="the terminal, as its author wished")
    click.echo(f"Story {public_id} is withdrawn, and everything about it is destroyed.")


@cli.command("reindex", epilog="Example: flask stories reindex")
def reindex() -> None:
    """Write down anew what lists, searches and offered takeaways know of every story.

    Once after an update that says so; doing it again changes nothing.
    """
    last = 0
    with _bar("Stories", queries.exported_count()) as bar:
        while True:
            with unit_of_work():
                reached = service.catalogue_again(last, _CHUNK)
            if reached is None:
                break
            last = reached
            bar.update(_CHUNK)
    click.echo("What lists, searches and offered takeaways know is written down anew.")


def _take(arrival: incoming.Arrival, own: list[str]) -> tuple[str, str]:
    """Deal with one message, and file it away once that is certain."""
    found = incoming.read(arrival.data, own)
    if isinstance(found, LeftAlone):
        incoming.file_away(arrival, flagged=found.for_a_person)
        return _LEFT_ALONE, f"{_LEFT_ALONE}: {found.why}"
    with unit_of_work():
        outcome = service.collect(found)
    if outcome is not Collected.TOO_MANY:
        incoming.file_away(arrival, flagged=outcome in _FOR_A_PERSON)
    return _outcome(outcome), _SAID[outcome].format(who=_who(found))


def _outcome(outcome: Collected) -> str:
    return _LEFT_ALONE if outcome in _FOR_A_PERSON else outcome.value


def _who(draft: MailedDraft) -> str:
    return addresses.masked(draft.sender)


def _summed(counts: Counter[str]) -> str:
    read = sum(counts.values())
    drafts, known = counts[Collected.DRAFT.value], counts[Collected.KNOWN.value]
    parts = [f"{drafts} {'draft' if drafts == 1 else 'drafts'}", f"{counts[_LEFT_ALONE]} left alone"]
    if known:
        parts.append(f"{known} collected already")
    if waiting := counts[Collected.TOO_MANY.value]:
        parts.append(f"{waiting} kept for tomorrow")
    return f"{read} {'message' if read == 1 else 'messages'}: {', '.join(parts)}."


# Import

_CHUNK = 200
_READERS = {".csv": exchange.read_csv, ".jsonl": exchange.read_jsonl}


@dataclass
class _Survey:
    """What a whole file holds, before anything of it is taken in."""

    good_count: int = 0
    left_out: int = 0
    complaints: int = 0


@cli.command(
    "import", epilog="Example: flask stories import told-by-post.csv --by editor@service-bell.example"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--by", "email", required=True, help="The editor who answers for the consents, recorded under their name."
)
@click.option("--dry-run", is_flag=True, help="Say what is wrong and how many there are; take nothing in.")
def import_stories(file: Path, email: str, dry_run: bool) -> None:
    """Bring in stories from a .csv or .jsonl FILE, all of it or nothing. No letters are sent.

    Columns: verdict (up or down), story, consent (0 to 4); and, where there is something to say, id, company,
    channel, when, outcome, name, town, email, preview (yes or no), told_on (a day), consent_words (where and
    in which words consent was given). What is here already stays as it is.
    """
    if file.suffix.lower() not in _READERS:
        raise click.UsageError(f"{file} must end in .csv, or in .jsonl for one JSON object a line.")
    by = _staff(email, Permission.COMPOSE, "take in stories")
    survey = _surveyed(file)
    if survey.complaints:
        raise click.ClickException("Nothing was imported: mend the lines named above and import it again.")
    new_count, known_count = (0, 0) if dry_run else _take_in(file, by, survey.good_count)
    _say_imported(survey, new_count, known_count, dry_run=dry_run)


def _records_of(file: Path) -> Iterator[Record]:
    with file.open("rb") as lines:
        yield from _READERS[file.suffix.lower()](lines, clock.now().date())


def _surveyed(file: Path) -> _Survey:
    survey = _Survey()
    for record in _records_of(file):
        if isinstance(record, Complaint):
            survey.complaints += 1
            click.echo(f"{file}:{record.line}: {record.sentence}", err=True)
        elif isinstance(record, LeftOut):
            survey.left_out += 1
            click.echo(f"{file}:{record.line}: left out, because {record.why}", err=True)
        else:
            survey.good_count += 1
    return survey


def _take_in(file: Path, by: str, count: int) -> tuple[int, int]:
    """Everything in one unit of work; gives how many are new and how many were here."""
    new_count = 0
    known_lines: list[int] = []
    good = (record for record in _records_of(file) if isinstance(record, ForeignStory))
    with unit_of_work(), _bar("Importing", count) as bar:
        while chunk := list(islice(good, _CHUNK)):
            taken = service.import_stories(chunk, by=by, file_name=file.name)
            new_count += taken.new_count
            known_lines += taken.known_lines
            bar.update(len(chunk))
    for line in known_lines:
        click.echo(f"{file}:{line}: already here", err=True)
    return new_count, len(known_lines)


def _say_imported(survey: _Survey, new_count: int, known_count: int, *, dry_run: bool) -> None:
    rest = f", {survey.left_out:,} left out" if survey.left_out else ""
    if dry_run:
        click.echo(f"{_counted(survey.good_count)} could be imported{rest}. Nothing was.")
        return
    known = f", {known_count:,} already here" if known_count else ""
    click.echo(f"{_counted(new_count)} imported{known}{rest}.")


def _counted(count: int) -> str:
    return "1 story" if count == 1 else f"{count:,} stories"


def _staff(email: str, permission: Permission, what: str) -> str:
    """The address under which somebody is known here, who may do this."""
    staff = accounts.by_email(email)
    if staff is None or not staff.active or not allows(staff.roles, permission):
        raise click.ClickException(
            f"{clean_line(email)} may not {what}: flask staff list shows who works here."
        )
    return staff.email


# Export


@cli.command("export", epilog="Example: flask stories export --as csv --state published -o stories.csv")
@click.option(
    "--as", "kind", type=click.Choice(["csv", "jsonl"]), default="jsonl", show_default=True, help="The form."
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Into a file."
)
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only these.")
@click.option("--verdict", type=click.Choice(list(rules.VERDICTS)), help="Only these.")
@click.option("--private", is_flag=True, help="With originals, names and addresses; needs --by.")
@click.option("--by", "email", help="Who takes private details out; recorded.")
@click.option("--reason", default="", help="Why; administrators need one.")
def export(
    kind: str,
    output: Path | None,
    state: str | None,
    verdict: str | None,
    private: bool,
    email: str | None,
    reason: str,
) -> None:
    """Write stories: what is printed or may be, and facts that name nobody.

    With --private, originals and who wrote them as well, which `import` reads again.
    """
    if private != bool(email):
        raise click.UsageError("--private and --by go together: say who takes private details out.")
    by = _refuse_unless_private(email, reason) if email else None
    count = queries.exported_count(state or "", verdict or "")
    # Recorded before the first line leaves, so that whatever was seen is on record.
    with unit_of_work():
        service.record_export(count, by=by, why=clean_line(reason) or "no reason given")
    with _written_to(output) as file, _bar("Exporting", count) as bar:
        found = _counting(queries.exported(state or "", verdict or ""), bar)
        rows = takeout.rows(found, private=private)
        if kind == "csv":
            written = takeout.write_csv(rows, exchange.PRIVATE if private else exchange.PUBLIC, file)
        else:
            written = takeout.write_jsonl(rows, file)
    if output is not None:
        click.echo(f"{_counted(written)} written to {output}.", err=True)


def _refuse_unless_private(email: str, reason: str) -> str:
    by = _staff(email, Permission.SEE_PRIVATE, "see originals and who wrote them")
    staff = accounts.by_email(by)
    access = private_access(staff.roles if staff else ())
    if access is PrivateAccess.WITH_REASON and not clean_line(reason):
        raise click.ClickException(
            "An administrator sees private details with a written reason: add --reason."
        )
    return by


def _counting(found: Iterator[Any], bar: Any) -> Iterator[Any]:
    for story in found:
        yield story
        bar.update(1)


@contextmanager
def _bar(label: str, length: int) -> Iterator[click.progressbar]:  # type: ignore[valid-type]
    """A progress bar on a terminal; in a pipe nothing."""
    with click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield bar


@contextmanager
def _written_to(output: Path | None) -> Iterator[TextIO]:
    """The terminal, or a file: whole or not at all, and for its owner's eyes only."""
    if output is None:
        yield sys.stdout
        return
    part = output.with_name(f".{output.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(output)
    except OSError as problem:
        raise click.ClickException(f"{output} cannot be written: {problem.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


# The list of companies


@companies.command("import", epilog="Example: flask companies import companies.csv --dry-run")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--by", "email", help="On whose responsibility; recorded.")
@click.option("--dry-run", is_flag=True, help="Say what is wrong and what it would do; take nothing in.")
def import_companies(file: Path, email: str | None, dry_run: bool) -> None:
    """Bring in companies from a .csv FILE, all of it or nothing.

    Columns: name; and, where there is something to say, aliases, domains, slogans (several in one cell are
    parted by |) and descriptor. A company that is listed already by its name takes what the file says.
    """
    by_id = _staff_id(_staff(email, Permission.COMPOSE, "change the list of companies")) if email else None
    with file.open("rb") as lines:
        plan = company_files.plan(lines, house_list())
    for complaint in plan.complaints:
        click.echo(f"{file}:{complaint.line}: {complaint.sentence}", err=True)
    if plan.complaints:
        raise click.ClickException("Nothing was imported: mend the lines named above and import it again.")
    said = f"{plan.new_count} new, {len(plan.changed)} changed, {plan.same_count} as before"
    if dry_run:
        click.echo(f"It could be imported: {said}. Nothing was.")
        return
    try:
        with unit_of_work():
            company_service.import_companies(plan.rows, by_id=by_id, file_name=file.name)
    except company_service.CompanyRefused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"Companies imported: {said}.")


def _staff_id(email: str) -> int | None:
    staff = accounts.by_email(email)
    return staff.id if staff else None


@companies.command("export", epilog="Example: flask companies export -o companies.csv")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Into a file."
)
def export_companies(output: Path | None) -> None:
    """Write the list of companies as CSV, which `import` reads again."""
    with _written_to(output) as file:
        count = company_files.write_csv(house_list(), file)
    if output is not None:
        click.echo(f"{'1 company' if count == 1 else f'{count:,} companies'} written to {output}.", err=True)
