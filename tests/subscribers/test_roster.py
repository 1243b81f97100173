import csv
import io
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.platform.text import clean_line
from newsroom.subscribers import roster
from newsroom.subscribers.roster import Newcomer, Refusal, RosterRefused


def read(data: bytes | str) -> list[Newcomer | Refusal]:
    raw = data.encode() if isinstance(data, str) else data
    plan = roster.survey(io.BytesIO(raw))
    return list(roster.read(io.BytesIO(raw), plan))


def told(data: bytes | str) -> list[tuple[int, str, str]]:
    return [(one.line, one.address.email, one.name) for one in read(data) if isinstance(one, Newcomer)]


def refused(data: bytes | str) -> list[tuple[int, str]]:
    return [(one.line, one.sentence) for one in read(data) if isinstance(one, Refusal)]


@pytest.mark.parametrize(
    "data",
    [
        "email,name\nrhona@reader.example,Rhona Vale\n",
        "email;name\nrhona@reader.example;Rhona Vale\n",
        "email\tname\r\nrhona@reader.example\tRhona Vale\r\n",
        "name,email\nRhona Vale,rhona@reader.example",
        " Email , NAME \n rhona@reader.example , Rhona Vale \n",
        "\ufeffemail,name\nrhona@reader.example,Rhona Vale\n",
        '"email","name"\n"rhona@reader.example","Rhona Vale"\n',
        "E-Mail Address,Phone,Name\nrhona@reader.example,1,Rhona Vale\n",
    ],
)
def test_a_list_is_read_whatever_its_delimiter_line_ends_and_order(data: str) -> None:
    assert told(data) == [(2, "rhona@reader.example", "Rhona Vale")]


def test_a_list_of_addresses_alone_will_do() -> None:
    assert told("email\nrhona@reader.example\n") == [(2, "rhona@reader.example", "")]


def test_a_line_break_in_quotation_marks_is_part_of_the_value_and_lines_are_counted_on() -> None:
    data = 'email,name\nrhona@reader.example,"Rhona\nVale"\nnobody,X\n'

    assert told(data) == [(2, "rhona@reader.example", "Rhona Vale")]
    assert [line for line, _ in refused(data)] == [4]


def test_blank_lines_are_no_records_and_are_counted() -> None:
    data = "\n\nemail,name\n\nrhona@reader.example,\n,\n\nnobody,\n"

    assert told(data) == [(5, "rhona@reader.example", "")]
    assert [line for line, _ in refused(data)] == [8]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("nobody,Nobody", "needs an @"),
        (",Nobody", "There is no address."),
        ("rhona@reader.example,Vale,Rhona", "3 values under 2 columns"),
        ("ida@reader.example," + "x" * 121, "The name has 121 characters"),
        ("Ida <ida@reader.example>,", "one address only"),
        ("=cmd|'/c calc'!A1,", "needs an @"),
    ],
)
def test_a_bad_line_is_refused_by_its_number_and_the_others_are_read(line: str, sentence: str) -> None:
    data = f"email,name\nida@reader.example,Ida\n{line}\nlast@reader.example,\n"

    ((number, said),) = refused(data)
    assert number == 3
    assert sentence in said
    assert [email for _, email, _ in told(data)] == ["ida@reader.example", "last@reader.example"]


@pytest.mark.parametrize(
    ("data", "line", "sentence"),
    [
        (b"", 1, "The file is empty"),
        (b"\n\n", 1, "The file is empty"),
        (b"name,phone\nRhona,1\n", 1, "No column is called email"),
        (b"rhona@reader.example,Rhona\n", 1, "must name the columns"),
        (b"email,email\na@b.example,c@d.example\n", 1, "stands there twice"),
        ("email,name\nrhona@reader.example,Rhöna\n".encode("latin-1"), 2, "0xf6 is not UTF-8"),
        ("email,name\nrhona@reader.example,Rhona\n".encode("utf-16"), 1, "UTF-16"),
        (b"email,name\nrhona@reader.example,\0\n", 2, "no text file"),
        (b'email,name\na@reader.example,A\nb@reader.example,"B\nc@reader.example,C\n', 3, "never closed"),
        (b'email,name\na@reader.example,"A"x\n', 2, "closing quotation mark"),
        (b"email,name\ra@reader.example,A\r", 1, "bare carriage return"),
        (b'email,name\na@reader.example,"' + b"x" * 200_000 + b'"\n', 2, "never closed"),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_is_refused_before_anything_is_taken(
    data: bytes, line: int, sentence: str
) -> None:
    with pytest.raises(RosterRefused) as refusal:
        roster.survey(io.BytesIO(data))

    assert refusal.value.line == line
    assert sentence in str(refusal.value)


def test_columns_that_are_not_taken_in_are_named() -> None:
    plan = roster.survey([b"email,name,phone,town\n", b"a@b.example,A,1,X\n"])

    assert plan.ignored_columns == ("phone", "town")
    assert plan.record_count == 1


def test_the_line_of_a_subscriber_is_known_again_however_far_their_numbers_lie_apart() -> None:
    met = roster.MetLines()
    numbers = [1, 2, 1023, 1024, 1025, 10**6, 2**40]
    for line, number in enumerate(numbers, start=2):
        met.keep(number, "", line)

    assert [met.line_of(number, "") for number in numbers] == list(range(2, 9))
    assert [met.line_of(number, "") for number in (0, 3, 1022, 10**6 + 1, 2**40 - 1)] == [0] * 5


def test_the_line_of_an_address_without_subscriber_is_known_again() -> None:
    met = roster.MetLines()
    met.keep(None, "never@reader.example", 2**32 - 1)

    assert met.line_of(None, "never@reader.example") == 2**32 - 1
    assert met.line_of(None, "rhona@reader.example") == 0
    assert met.line_of(1, "never@reader.example") == 0


def written(rows: Iterable[tuple[str, str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("email", "name"))
    writer.writerows(roster.written(rows))
    return file.getvalue()


NAMES = st.text(max_size=30).map(clean_line)
LOCALS = st.from_regex(r"[a-z+=_-][a-z0-9+=_-]{0,9}", fullmatch=True)


@given(st.lists(st.tuples(LOCALS, NAMES), max_size=6, unique_by=lambda row: row[0]))
def test_what_was_exported_is_read_again_as_it_was(rows: list[tuple[str, str]]) -> None:
    people = [(f"{local}@reader.example", name) for local, name in rows]

    assert [(email, name) for _, email, name in told(written(people))] == people


@given(st.lists(st.tuples(LOCALS, NAMES), max_size=4))
def test_no_exported_cell_is_a_formula_to_a_spreadsheet(rows: list[tuple[str, str]]) -> None:
    for row in csv.reader(io.StringIO(written((f"{local}@reader.example", name) for local, name in rows))):
        assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for cell in row)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_the_file_holds_it_is_read_or_refused_with_a_sentence(data: bytes) -> None:
    for head in (b"", b"email,name\n"):
        sentences = []
        try:
            sentences += [one.sentence for one in read(head + data) if isinstance(one, Refusal)]
        except RosterRefused as refusal:
            sentences.append(str(refusal))
        assert all(sentence.endswith(".") for sentence in sentences)
