"""A file is known by what is in it: only what is on the list is given to readers, whatever it is called."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.library import filetypes
from newsroom.library.filetypes import NotTaken, type_of


def archive(*entries: tuple[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as written:
        for name, words in entries:
            written.writestr(name, words)
    return held.getvalue()


OOXML = ("[Content_Types].xml", "<Types><Override ContentType='application/x.main+xml'/></Types>")
WORD = (OOXML, ("word/document.xml", "<w/>"))


@pytest.mark.parametrize(
    ("data", "name", "ending"),
    [
        (b"%PDF-1.7\n1 0 obj", "a.exe", "pdf"),
        (archive(("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<c/>")), "", "epub"),
        (archive(*WORD), "", "docx"),
        (archive(OOXML, ("xl/workbook.xml", "<w/>")), "a.docx", "xlsx"),
        (archive(OOXML, ("ppt/presentation.xml", "<w/>")), "", "pptx"),
        (archive(("mimetype", "application/vnd.oasis.opendocument.text")), "", "odt"),
        (archive(("mimetype", "application/vnd.oasis.opendocument.spreadsheet")), "", "ods"),
        (archive(("mimetype", "application/vnd.oasis.opendocument.presentation")), "", "odp"),
        ("Naïve words\r\nand more\t".encode(), "list.txt", "txt"),
        (b"\xef\xbb\xbfWhen,Where\n1,2\n", "LIST.CSV", "csv"),
        (b"In HTML a <b> makes words bold, and 1 < 2.", "", "txt"),
    ],
)
def test_it_is_known_by_its_bytes(data: bytes, name: str, ending: str) -> None:
    assert type_of(data, name).ending == ending


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"%PDF-1.7" + b" " * filetypes.MOST_BYTES, "20 MB is the most"),
        (archive(*WORD, ("word/vbaProject.bin", "x")), "carries macros"),
        (archive(("[Content_Types].xml", "x.document.macroEnabled.main+xml"), WORD[1]), "carries macros"),
        (archive(OOXML, ("xl/workbook.xml", "x"), ("xl/macrosheets/sheet1.xml", "x")), "carries macros"),
        (archive(("[Content_Types].xml", "x.macro&#x45;nabled.main"), WORD[1]), "carries macros"),
        (archive(("[Content_Types].xml", "x.macroEnabled.main".encode("utf-16")), WORD[1]), "carries macros"),
        (
            archive(("mimetype", "application/epub+zip"), (OOXML[0], "macroEnabled"), WORD[1]),
            "carries macros",
        ),
        (archive((OOXML[0], " " * 200_000 + "macroEnabled"), WORD[1]), "in an odd way"),
        (
            archive((OOXML[0], "<!DOCTYPE t [<!ENTITY e 'E'>]><t>macro&e;nabled</t>"), WORD[1]),
            "in an odd way",
        ),
        (archive(("mimetype", "application/vnd.oasis.opendocument.text"), ("Basic/s.xml", "")), "macros"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "of the old kind"),
        (b"<!DOCTYPE html><html><script>alert(1)</script>", "can hold scripts"),
        (b"  \n<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "can hold scripts"),
        (b"<?xml version='1.0'?><x/>", "can hold scripts"),
        (b"MZ\x90\x00\x03", "a program"),
        (b"\x89PNG\r\n\x1a\n", "among the pictures"),
        (archive(("readme.txt", "an ordinary archive")), "unknown kind"),
        (b"PK\x03\x04 and then nothing that could be opened", "damaged"),
        (b"\xff\xfe\x00words in another coding", "no kind of file"),
        (b"words\x00and signs", "no kind of file"),
    ],
)
def test_what_is_not_on_the_list_is_refused_in_a_sentence_that_says_what_to_do(
    data: bytes, sentence: str
) -> None:
    with pytest.raises(NotTaken, match=sentence) as refused:
        type_of(data, "a.pdf")
    assert str(refused.value).endswith(".")


def test_an_archive_that_unfolds_without_end_is_not_unfolded() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as written:
        for number in range(60):
            written.writestr(f"word/{number}.xml", b"0" * 10_000_000)
    with pytest.raises(NotTaken, match="more than readers’ machines bear"):
        type_of(held.getvalue())


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", archive(*WORD)[:120]]))
def test_no_bytes_break_it(data: bytes, beginning: bytes) -> None:
    with suppress(NotTaken):
        assert type_of(beginning + data).ending in filetypes.TYPES


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 kB"), (240_300, "240 kB"), (999_499, "999 kB"), (1_400_000, "1.4 MB")]
)
def test_a_size_is_said_for_people(count: int, words: str) -> None:
    assert filetypes.size_in_words(count) == words
