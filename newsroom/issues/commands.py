"""Doors for the terminal: `flask issues …`. They open files, call one verb each, and say what happened."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from newsroom.accounts import queries as accounts
from newsroom.accounts.rules import Permission, allows
from newsroom.issues import letter, manuscript, preflight, queries, render, rules, service, shelf, showing
from newsroom.issues.document import IssueDocument
from newsroom.issues.manuscript import Manuscript, ManuscriptError
from newsroom.issues.models import Issue, Waiver
from newsroom.issues.preflight import Finding
from newsroom.issues.showing import Shown
from newsroom.library.service import UnknownPiece
from newsroom.platform import clock
from newsroom.platform.commands import Number
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.mail.message import Unsendable
from newsroom.platform.words import fold
from newsroom.publication.queries import publication
from newsroom.stories.rules import StoryRefusal

_NUMBER = Number("issue number", 81)
# Of the mark that tells one finding from every other; so much of it is enough within an issue.
MARK_SHOWN = 8

cli = AppGroup("issues", help="Numbered issues: import, export, check, render, approve.")


@cli.command("list")
def list_command() -> None:
    """One line an issue, the highest number first.

    Example: flask issues list
    """
    rows = queries.every_issue()
    for row in rows:
        click.echo(
            f"{row.number:>5}  {row.issue_on.isoformat()}  {rules.LABELS[row.state]:<15}  {row.subject}"
        )
    if not rows:
        click.echo("There are no issues yet; import a manuscript or open one at the desk.", err=True)


@cli.command("new")
@click.option("--number", type=_NUMBER, help="Its number; without it the one after the last issue.")
@click.option("--date", "issue_on", type=click.DateTime(["%Y-%m-%d"]), help="Its date, such as 2026-12-15.")
@click.option("--template", "name", help="Begin with the sections of this template.")
@click.option("--carry-over", is_flag=True, help="Begin with what recurs from one issue to the next.")
@click.option("--by", "email", help="Who opens it.")
def new_command(
    number: int | None, issue_on: datetime | None, name: str | None, carry_over: bool, email: str | None
) -> None:
    """Open the next issue: empty, from a template, or with what recurs carried over from the last one.

    Number and date come from the cadence where they are not given.

    Example: flask issues new --template "Summer special" --date 2027-07-06
    """
    if name is not None and carry_over:
        raise click.UsageError("Choose one: --template or --carry-over.")
    by_id = _staff_id(email) if email else None
    next_number, next_date = queries.next_number_and_date()
    number, day = number or next_number, issue_on.date() if issue_on else next_date
    try:
        with unit_of_work():
            row = _begun(number, day, name, carry_over, by_id)
            count = len(row.sections)
    except rules.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Issue {number} of {day.isoformat()}: {count} {'section' if count == 1 else 'sections'}.")


def _begun(number: int, day: date, name: str | None, carry_over: bool, by_id: int | None) -> Issue:
    if name is not None:
        found = next((row for row in queries.templates() if fold(row.name) == fold(name)), None)
        if found is None:
            raise rules.Refused(f"There is no template {name}; flask issues templates lists them.")
        return service.begin_from_template(number, day, found.id, by_id=by_id)
    last = queries.last_issues()
    if carry_over and not last:
        raise rules.Refused("There is no issue yet to carry anything over from.")
    if carry_over:
        recurring = queries.recurring(last[0], last[1] if len(last) > 1 else None)
        return service.begin_carried_over(number, day, last[0], recurring, by_id=by_id)
    return service.create_issue(number, day, by_id=by_id)


@cli.command("templates")
def templates_command() -> None:
    """One line a template: its name and the kinds of its sections.

    Example: flask issues templates
    """
    rows = queries.templates()
    for row in rows:
        click.echo(f"{row.name}: {', '.join(shape['kind'] for shape in row.sections)}")
    if not rows:
        click.echo(
            "There are no templates yet; save one at the desk, below the sections of an issue.", err=True
        )


@cli.command("fill")
@click.argument("number", type=_NUMBER)
@click.option("--dry-run", is_flag=True, help="Say what would be added, and add nothing.")
@click.option("--by", "email", help="Who adds it.")
def fill_command(number: int, dry_run: bool, email: str | None) -> None:
    """Add what a balanced issue would take from the shelf: all of it or nothing.

    Example: flask issues fill 82 --dry-run
    """
    by_id = _staff_id(email) if email else None
    try:
        with unit_of_work():
            row = _issue(number)
            rules.after("edit", row.state, number)
            found = shelf.proposed(row)
            if not dry_run:
                service.fill_from_shelf(row, [one.offered.public_id for one in found], by_id=by_id)
    except (rules.Refused, StoryRefusal, UnknownPiece) as error:
        raise click.ClickException(str(error)) from None
    for one in found:
        click.echo(f"{one.offered.kind}: {one.offered.title} ({one.why})")
    if not found:
        click.echo("There is nothing to propose.", err=True)
    elif not dry_run:
        click.echo(f"Issue {number}: {len(found)} {'section' if len(found) == 1 else 'sections'} added.")


@cli.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--by", "email", help="On whose responsibility; consent is recorded under this name.")
def import_command(paths: tuple[Path, ...], email: str | None) -> None:
    """Import manuscripts: files, or folders of .md files. Each file is taken whole or not at all.

    Example: flask issues import content/issues
    """
    by_id = _staff_id(email) if email else None
    refused = 0
    numbers: dict[int, Path] = {}
    for path in _manuscript_files(paths):
        try:
            said = _read(path)
            _refuse_repetition(numbers, said, path)
            click.echo(_import_file(path, said, by_id))
        except ManuscriptError as error:
            refused += 1
            click.echo(str(error), err=True)
    if refused:
        sys.exit(1)


def _manuscript_files(paths: tuple[Path, ...]) -> list[Path]:
    """All files that are meant, before the first one is taken in."""
    files: list[Path] = []
    for path in paths:
        found = sorted(path.glob("*.md")) if path.is_dir() else [path]
        if not found:
            raise click.ClickException(f"{path} has no .md file in it; name a folder of manuscripts.")
        files += found
    return files


def _read(path: Path) -> Manuscript:
    try:
        with path.open("rb") as file:
            # One byte more than is allowed is enough to see that there is too much.
            data = file.read(manuscript.MOST_BYTES + 1)
    except OSError as error:
        sentence = f"cannot be read ({error.strerror}); check the path and who may read it."
        raise ManuscriptError([manuscript.Finding(str(path), 1, sentence)]) from None
    return manuscript.parse(manuscript.decode(data, str(path)), str(path))


def _refuse_repetition(numbers: dict[int, Path], said: Manuscript, path: Path) -> None:
    """Two files with one number would replace each other, and the order of their names would decide."""
    first = numbers.setdefault(said.number, path)
    if first != path:
        sentence = f"is issue {said.number} once more; {first} has that number as well."
        raise ManuscriptError([manuscript.Finding(str(path), 1, sentence)])


def _import_file(path: Path, said: Manuscript, by_id: int | None) -> str:
    """Import one file in one unit of work and say what came of it. Raises ManuscriptError with places."""
    try:
        with unit_of_work():
            before = queries.issue(said.number)
            was = before.state if before else ""
            row, outcome = service.import_manuscript(said, by_id=by_id)
            voided = rules.voided_words(was, row.state)
    except service.SectionRefused as error:
        finding = manuscript.Finding(str(path), said.lines[error.position], str(error))
        raise ManuscriptError([finding]) from None
    except rules.Refused as error:
        raise ManuscriptError([manuscript.Finding(str(path), 1, str(error))]) from None
    count = len(said.sections)
    words = f"Issue {said.number}: {outcome}, {count} {'section' if count == 1 else 'sections'}."
    return f"{words} {voided}".strip()


def _staff_id(email: str) -> int:
    staff = accounts.by_email(email)
    if staff is None or not staff.active:
        raise click.ClickException(f"Nobody here has the address {email}; flask staff add would add them.")
    return staff.id


@cli.command("export")
@click.argument("number", type=_NUMBER)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
def export_command(number: int, output: Path | None) -> None:
    """Write an issue as a manuscript; importing it again changes nothing.

    Example: flask issues export 81 -o 81.md
    """
    _put(manuscript.write(queries.manuscript(_issue(number))), output)


@cli.command("check")
@click.argument("target")
def check_command(target: str) -> None:
    """Run pre-flight on an issue or on a manuscript file. Exit 1 when something stands in the way.

    That is a blocker, or a leak that no publisher has let pass. A warning of an issue ends with its mark,
    by which `flask issues waive` names it.

    Example: flask issues check 81
    """
    if _is_number(target):
        row = _issue(int(target))
        number, findings, waived = row.number, service.check(row), queries.waivers(row)
    else:
        whole = _document(target)
        number, findings, waived = whole.number, service.check_document(whole), {}
    for finding in findings:
        click.echo(_said(finding, waived.get(finding.mark), is_stored=_is_number(target)))
    if preflight.obstacles(findings, waived):
        sys.exit(1)
    click.echo(f"Issue {number}: {'nothing blocks' if findings else 'nothing stands in the way'}.")


@cli.command("links")
@click.argument("number", type=_NUMBER)
def links_command(number: int) -> None:
    """Ask every address of another site in an issue whether anybody answers. Exit 1 when one does not.

    An answer is believed for a day. Addresses in private networks are not asked.

    Example: flask issues links 81
    """
    wanted = service.due(_issue(number))
    db.session.rollback()
    answered = service.answers(wanted)
    with unit_of_work():
        service.remember(answered)
    known = queries.asked(queries.links_of(queries.document_as_known(_issue(number))))
    for one in known:
        click.echo(_answered(one))
    silent = sum(one.answer is not None and not one.answer.is_good for one in known)
    if silent:
        raise click.ClickException(
            f"{silent} of {len(known)} addresses in issue {number} do not answer as readers need."
        )
    click.echo(f"Issue {number}: {len(known)} addresses asked, and all answer.", err=True)


def _answered(one: queries.Asked) -> str:
    answer = one.answer
    assert answer is not None
    said = f" {answer.said}" if answer.said else ""
    return f"{answer.status or 'none':>4}  {one.link.where}: {one.link.address}{said}"


@cli.command("waive")
@click.argument("number", type=_NUMBER)
@click.argument("finding")
@click.option("--reason", required=True, help="Why it may stand; whoever approves the issue reads it.")
@click.option("--by", "email", required=True, help="The publisher who lets it pass.")
def waive_command(number: int, finding: str, reason: str, email: str) -> None:
    """Let one warning of an issue pass. FINDING is the mark that `flask issues check` shows after it.

    Example: flask issues waive 81 3f9a2c1b --reason "That is her name." --by publisher@service-bell.example
    """
    try:
        with unit_of_work():
            row = _issue(number)
            by_id, by_label = _publisher(email, "let a warning pass")
            service.waive(row, _whole_mark(finding, row), reason, by_id=by_id, by_label=by_label)
    except rules.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Issue {number}: that warning may stand; the reason is kept with the issue.")


def _whole_mark(begun: str, row: Issue) -> str:
    """The mark of the one finding of the issue that begins so."""
    marks = [one.mark for one in service.check(row) if one.mark.startswith(begun.lower())]
    if len(begun) < MARK_SHOWN or len(marks) != 1:
        raise click.ClickException(
            f"{begun} is no finding of issue {row.number} now; flask issues check {row.number} shows each."
        )
    return marks[0]


def _said(finding: Finding, waiver: Waiver | None = None, *, is_stored: bool = False) -> str:
    """A finding on one line: its place, what is wrong, the words there, and who let it pass.

    With `is_stored` a warning that nobody let pass ends with its mark, by which it can be waived.
    """
    quote = f" There: “{finding.quote}”." if finding.quote else ""
    passed = f" Let pass by {waiver.by_label}: {waiver.reason}" if waiver else ""
    may_be_waived = is_stored and finding.severity == "warning" and not waiver
    mark = f" [{finding.mark[:MARK_SHOWN]}]" if may_be_waived else ""
    return f"{finding.severity} {finding.code} {finding.where}: {finding.sentence}{quote}{passed}{mark}"


@cli.command("render")
@click.argument("target")
@click.option("--as", "edition", type=click.Choice(["html", "text", "eml", "web"]), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
def render_command(target: str, edition: str, output: Path | None) -> None:
    """Render an issue or a manuscript file, as a subscriber would get it.

    Example: flask issues render 81 --as html -o 81.html
    """
    found = showing.shown(_issue(int(target))) if _is_number(target) else Shown(_document(target))
    if edition == "eml":
        _put_bytes(_message(found), output)
    elif edition == "web":
        _put(found.record.web_fragment if found.record else render.web_fragment(found.document, ""), output)
    else:
        _put(found.html if edition == "html" else found.text, output)


def _message(found: Shown) -> bytes:
    """The whole message; an issue of which none can be made ends the command."""
    at = found.record.frozen_at if found.record else clock.now()
    try:
        return letter.sample(found.edition, queries.base_url(), publication(), at)
    except Unsendable as error:
        raise click.ClickException(str(error)) from None


@cli.command("approve")
@click.argument("number", type=_NUMBER)
@click.option("--by", "email", required=True, help="The publisher who approves.")
def approve_command(number: int, email: str) -> None:
    """Approve an issue exactly as it stands now.

    Example: flask issues approve 81 --by publisher@service-bell.example
    """
    try:
        with unit_of_work():
            row = _issue(number)
            by_id, by_label = _publisher(email, "approve")
            service.approve(row, by_id=by_id, by_label=by_label, four_eyes=publication().four_eyes)
    except service.Blocked as error:
        for finding in error.findings:
            click.echo(_said(finding), err=True)
        raise click.ClickException(str(error)) from None
    except rules.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Issue {number} is approved. Send it with: flask delivery send {number}")


@cli.command("correct")
@click.argument("number", type=_NUMBER)
@click.option("--section", type=click.IntRange(min=1), help="Which section, from 1; without it the issue.")
@click.option("--words", required=True, help="What was wrong, and what is right.")
@click.option("--reason", default="", help="Why a name that a story keeps out may stand in them.")
@click.option("--by", "email", required=True, help="The publisher who says so.")
def correct_command(number: int, section: int | None, words: str, reason: str, email: str) -> None:
    """Say with today's date what was wrong in a sent issue; what was sent stays as it is.

    Example: flask issues correct 79 --section 2 --words "It was twelve." --by publisher@service-bell.example
    """
    place = None if section is None else section - 1
    try:
        with unit_of_work():
            row = _issue(number)
            by_id, by_label = _publisher(email, "correct an issue")
            service.correct(row, place, words, by_id=by_id, by_label=by_label, reason=reason)
    except rules.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Issue {number} is corrected on the web, in the text edition and in the feeds.")


@cli.command("take-back")
@click.argument("number", type=_NUMBER)
@click.option("--section", type=click.IntRange(min=1), required=True, help="Which section, from 1.")
@click.option("--because", type=click.Choice(list(rules.TAKEN_BACK)), required=True, help="Readers are told.")
@click.option("--by", "email", required=True, help="The publisher who takes it back.")
def take_back_command(number: int, section: int, because: str, email: str) -> None:
    """Take what a sent issue printed off the web; a dated note stands in its place.

    Example: flask issues take-back 79 --section 2 --because rights --by publisher@service-bell.example
    """
    try:
        with unit_of_work():
            row = _issue(number)
            _, by_label = _publisher(email, "take something back")
            service.take_back(row, section - 1, because, by_label=by_label)
    except rules.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Section {section} of issue {number} is off the web.")


@cli.command("put-back")
@click.argument("number", type=_NUMBER)
@click.option("--section", type=click.IntRange(min=1), required=True, help="Which section, from 1.")
@click.option("--by", "email", required=True, help="The publisher who puts it back.")
def put_back_command(number: int, section: int, email: str) -> None:
    """Put back on the web what a publisher took off it; a story never comes back.

    Example: flask issues put-back 79 --section 2 --by publisher@service-bell.example
    """
    try:
        with unit_of_work():
            row = _issue(number)
            _, by_label = _publisher(email, "put something back")
            service.put_back(row, section - 1, by_label=by_label)
    except rules.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Section {section} of issue {number} is on the web again.")


def _publisher(email: str, verb: str) -> tuple[int, str]:
    """Number and address of whoever has it, if they may publish; `verb` says what was wanted of them."""
    staff = accounts.by_email(email)
    if staff is None or not staff.active or not allows(staff.roles, Permission.PUBLISH):
        raise click.ClickException(f"{email} may not {verb}; name somebody who is a publisher here.")
    return staff.id, staff.email


def _issue(number: int) -> Issue:
    row = queries.issue(number)
    if row is None:
        raise click.ClickException(f"There is no issue {number}; flask issues list shows those there are.")
    return row


def _is_number(target: str) -> bool:
    return target.isascii() and target.isdigit()


def _document(target: str) -> IssueDocument:
    """The document of a manuscript by path; a faulty one ends the command."""
    path = Path(target)
    if not path.exists():
        raise click.ClickException(
            f"{target} is neither an issue number nor a file; flask issues list shows the numbers there are."
        )
    try:
        return queries.document_of(_read(path))
    except ManuscriptError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _put(text: str, output: Path | None) -> None:
    _put_bytes(text.encode(), output)


def _put_bytes(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise click.ClickException(
            f"{output} cannot be written ({error.strerror}); choose another file."
        ) from None
