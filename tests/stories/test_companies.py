"""The list of companies: what may stand on it, saved by two at once, as a file, which stories name whom."""

import io
import tracemalloc
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from newsroom.accounts.models import AuditEntry
from newsroom.platform.db import db, unit_of_work
from newsroom.stories import companies, listed
from newsroom.stories import service as stories
from newsroom.stories.companies import Complaint, plan, problems, tidied, write_csv
from newsroom.stories.redaction.suggestions.house import Company
from newsroom.stories.service import companies as service
from newsroom.stories.submission import Submission
from tests.cast import Cast
from tests.effort import grows_in_proportion

BRIGHTWELL = Company(
    "Brightwell Mobile",
    ("Brightwell", "BWM"),
    ("brightwell.example",),
    ("Always on your side",),
    "mobile phone shop",
)
OHM = Company("Ohm & Away", (), ("ohm-and-away.example",), (), "electronics superstore")


def put(company: Company) -> int:
    with unit_of_work():
        return service.list_company(company, by_id=None)


def said(company: Company, *others: Company) -> str:
    return " ".join(sentence for found in problems(company, others).values() for sentence in found)


# What may be listed


def test_what_is_typed_is_tidied() -> None:
    typed = tidied(
        "  Brightwell   Mobile ",
        ["Brightwell", "brightwell", "", "Brightwell Mobile"],
        ["https://www.Brightwell.example/shop?a=1", "brightwell.example."],
        ["Always  on your side"],
        " mobile phone shop ",
    )
    assert typed == Company(
        "Brightwell Mobile",
        ("Brightwell",),
        ("brightwell.example",),
        ("Always on your side",),
        "mobile phone shop",
    )
    assert problems(typed) == {}


@pytest.mark.parametrize(
    ("company", "field", "sentence"),
    [
        (tidied("", [], [], [], ""), "name", "Write the company’s name."),
        (tidied("!!!", [], [], [], ""), "name", "neither letter nor figure"),
        (tidied("x" * 121, [], [], [], ""), "name", "too long"),
        # Some signs stand for whole phrases; one that nobody sees is a letter to Unicode.
        (tidied("ﷺ" * 20, [], [], [], ""), "name", "too long"),
        (tidied("\u3164", [], [], [], ""), "name", "neither letter nor figure"),
        (tidied("Brightwell", [], [], [], "!!!"), "descriptor", "no letters"),
        (tidied("Brightwell", ["a|b"], [], [], ""), "aliases", "“|”"),
        (tidied("Brightwell", [], ["brightwell"], [], ""), "domains", "no domain"),
        (tidied("Brightwell", [], ["bright well.example"], [], ""), "domains", "no domain"),
        (tidied("Brightwell", [], ["127.0.0.1"], [], ""), "domains", "no domain"),
        (tidied("Brightwell", [], [], ["Always"], ""), "slogans", "one word"),
        (tidied("Brightwell", [f"B{i}" for i in range(31)], [], [], ""), "aliases", "keep the 30"),
        (tidied("Brightwell", [], [], [], "a phone shop"), "descriptor", "Leave out “a”"),
        (tidied("Brightwell", [], [], [], "[phone shop]"), "descriptor", "Leave out brackets"),
        (tidied("Brightwell", [], [], [], "Bright-well’s shop"), "descriptor", "the company’s own name"),
        (tidied("Next", [], [], [], "next shop"), "descriptor", "the company’s own name"),
        (tidied("Brightwell", [], [], [], "an" + "x" * 80), "descriptor", "80 characters"),
    ],
)
def test_what_cannot_be_listed_is_said_at_its_field(company: Company, field: str, sentence: str) -> None:
    assert sentence in " ".join(problems(company)[field])


def test_a_descriptor_names_no_other_company_of_the_list() -> None:
    assert "a name of Ohm & Away" in said(Company("Brightwell", descriptor="rival of Ohm and Away"), OHM)


@pytest.mark.parametrize(
    ("company", "field"),
    [
        (Company("BRIGHTWELL MOBILE"), "name"),
        (Company("Brightwell"), "name"),
        (Company("Another", aliases=("Вrightwell",)), "aliases"),
        (Company("Another", domains=("brightwell.example",)), "domains"),
    ],
)
def test_a_name_that_is_listed_already_says_under_whom(company: Company, field: str) -> None:
    assert "under Brightwell Mobile" in problems(company, [BRIGHTWELL])[field][0]


# Verbs


def test_every_change_is_on_record_and_unchanged_words_are_none(db_app: Flask) -> None:
    number = put(BRIGHTWELL)
    with unit_of_work():
        service.save_company(number, BRIGHTWELL, version=0, by_id=None)
    with unit_of_work():
        service.save_company(number, Company("Brightwell"), version=1, by_id=None)
    with unit_of_work():
        service.delist_company(number, version=2)
    assert listed.count() == 0
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"company {number}"))
    assert [(entry.verb, entry.detail) for entry in entries.all()] == [
        ("company listed", "Brightwell Mobile"),
        ("company changed", "Brightwell: name, aliases, domains, slogans, descriptor"),
        ("company taken off", "Brightwell"),
    ]


def test_who_saves_second_is_shown_what_the_first_one_saved(db_app: Flask) -> None:
    number = put(BRIGHTWELL)
    with unit_of_work():
        service.save_company(number, OHM, version=1, by_id=None)
    with pytest.raises(service.CompanyConflict) as conflict, unit_of_work():
        service.save_company(number, Company("Brightwell"), version=1, by_id=None)
    assert (conflict.value.theirs, conflict.value.version) == (OHM, 2)


def test_the_list_knows_a_company_once(db_app: Flask) -> None:
    put(BRIGHTWELL)
    with pytest.raises(service.CompanyRefused, match="listed already"), unit_of_work():
        service.list_company(Company("brightwell mobile"), by_id=None)


# Files


def read(text: str, *known: Company) -> companies.Plan:
    return plan(io.BytesIO(text.encode()), known)


def test_what_is_exported_is_imported_and_changes_nothing() -> None:
    file = io.StringIO()
    write_csv([BRIGHTWELL, OHM, Company("=Cmd Ltd")], file)
    again = read(file.getvalue(), BRIGHTWELL, OHM)
    assert [row.company for row in again.rows] == [BRIGHTWELL, OHM, Company("=Cmd Ltd")]
    assert (again.complaints, again.new_count, again.changed, again.same_count) == ((), 1, (), 2)


NAMES = st.lists(st.text("abcdefgh \"',;=-é", min_size=1, max_size=9), max_size=3)


@given(st.text("abcdefghé,;'\"=", min_size=1, max_size=9), NAMES)
def test_any_company_survives_a_file(name: str, aliases: list[str]) -> None:
    company = tidied(name, aliases, [], [], "")
    file = io.StringIO()
    write_csv([company], file)
    again = read(file.getvalue())
    assert again.complaints or [row.company for row in again.rows] == [company]


def test_all_complaints_come_at_once_with_their_lines() -> None:
    found = read(
        "name,domains,descriptor\n"
        "Brightwell,nowhere,phone shop\n"
        ",,\n"
        '"Ohm & Away",,"the shop"\n'
        "Ohm and Away,,\n"
        "OHM & AWAY,,\n"
        "a,b,c,d\n",
    )
    lines = [complaint.line for complaint in found.complaints]
    assert set(lines) >= {2, 4, 6, 7}
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "The file is empty"),
        ("company\nBrightwell\n", 1, "no column “company”"),
        ("name,name\na,b\n", 1, "more than once"),
        ("domains\nx.example\n", 1, "The column name is missing."),
        ("name\n", 1, "no company below"),
        ('name\n"Brightwell\n', 2, "never closed"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(text: str, line: int, sentence: str) -> None:
    first = read(text).complaints[0]
    assert first.line == line
    assert sentence in first.sentence


def test_a_file_in_which_all_claim_the_same_names_is_read_in_proportion() -> None:
    others = "|".join(f"al{number}" for number in range(25))

    def look_through(count: int) -> None:
        rows = (f"Firm {number},{others}\n".encode() for number in range(count))
        found = companies.plan([b"name,aliases\n", *rows], ())
        assert len(found.complaints) == count * 25

    assert grows_in_proportion(look_through, 320)


def test_a_list_has_its_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(companies, "MOST_COMPANIES", 3)
    long = "name\n" + "".join(f"Company {i}\n" for i in range(4))
    assert Complaint(5, "3 companies are the most in one file.") in read(long).complaints
    assert "longer than 3" in read("name\nA\nB\nC\n", BRIGHTWELL).complaints[0].sentence


def test_at_the_terminal_nothing_is_taken_in_while_a_line_is_wrong(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    run = app.test_cli_runner().invoke
    file.write_text("name,descriptor\nBrightwell,phone shop\nOhm,the shop\n")
    refused = run(args=["companies", "import", str(file)])
    assert (refused.exit_code, listed.count()) == (1, 0)
    assert f"{file}:3: descriptor: Leave out" in refused.output
    file.write_text("name,descriptor\nBrightwell,phone shop\n")
    tried = run(args=["companies", "import", str(file), "--dry-run"])
    assert "1 new" in tried.output
    assert listed.count() == 0
    assert run(args=["companies", "import", str(file)]).exit_code == 0
    assert "Brightwell,,,,phone shop" in run(args=["companies", "export"]).output


# Mentions


def test_the_stories_that_name_a_company_are_found_by_its_names_as_told_or_printed(db_app: Flask) -> None:
    told = {}
    for name, words in {
        "by name": "I went to BRIGHTWELL’s counter",
        "by domain": "I wrote to brightwell.example",
        "not at all": "I went to a bright well",
    }.items():
        with unit_of_work():
            sent = Submission(
                verdict="down", story=f"{words} and waited. " * 12, level=2, wants_preview=False
            )
            told[stories.submit(sent).public_id] = name
    found = listed.mentions(BRIGHTWELL)
    assert {told[one.public_id] for one in found.stories} == {"by name", "by domain"}
    assert found.is_all


# At the desk


def test_an_editor_keeps_the_list(app: Flask, cast: Cast) -> None:
    editor = cast.editor()
    editor.visit("/desk/companies")
    editor.sees("No company is listed yet", "Companies")
    editor.visit("/desk/companies/new")
    editor.submit("/new", name="Brightwell", descriptor="the shop", expect=422)
    editor.sees("Leave out “a”, “an” or “the”")
    editor.submit("/new", name="Brightwell", domains="brightwell.example", descriptor="phone shop")
    editor.sees("It is on the list", "No story names it")
    (row,) = listed.page("", 1).items
    with unit_of_work():
        service.save_company(row.id, BRIGHTWELL, version=1, by_id=None)
    editor.submit(f"/desk/companies/{row.id}", descriptor="telephone shop", expect=409)
    editor.sees("Somebody saved this company", "mobile phone shop")
    editor.submit(f"/desk/companies/{row.id}", descriptor="telephone shop")
    editor.sees("Saved.")
    editor.visit("/desk/companies?words=telephone")
    editor.sees("Brightwell", "One company")
    editor.visit("/desk/companies?words=quagwort")
    editor.sees("No company on the list has “quagwort”")
    editor.visit(f"/desk/companies/{row.id}")
    editor.submit("/delete")
    editor.sees("is off the list")


def test_at_the_desk_a_file_is_looked_through_before_it_is_taken_in(app: Flask, cast: Cast) -> None:
    editor = cast.editor()
    editor.visit("/desk/companies/import")
    editor.submit("Look it through", expect=422)
    editor.sees("Choose a file first.")
    editor.submit("Look it through", file=(io.BytesIO(b"name,descriptor\nOhm,a shop\n"), "a.csv"), expect=422)
    editor.sees("Line 2: descriptor: Leave out")
    editor.submit("Look it through", file=(io.BytesIO(b"name,descriptor\nOhm,shop\n"), "a.csv"))
    editor.sees("1 new, 0 changed")
    assert listed.count() == 0
    editor.submit("Import it")
    editor.sees("Imported: 1 new", "Ohm")


def test_who_does_not_compose_sees_no_list(app: Flask, cast: Cast) -> None:
    cast.admin().visit("/desk/companies", expect=403)


def test_a_quotation_mark_that_is_never_closed_costs_no_memory() -> None:
    """A whole file is one name then, of which a search must not keep every beginning."""
    tracemalloc.start()
    found = plan(io.BytesIO(b"name,descriptor\n" + b"x" * 60_000 + b",bank\n"), [])
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "too long" in found.complaints[0].sentence
    assert most < 20_000_000
