"""The document and its hash: every word counts, and nothing around it does."""

from dataclasses import asdict, fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.issues import document as documents
from newsroom.issues.document import IssueDocument, Navigation, NavigationLink, Section
from tests.issues.documents import specimen
from tests.issues.test_manuscript_laws import manuscripts


def test_a_document_comes_back_from_json_as_it_was() -> None:
    assert documents.from_json(documents.to_json(specimen())) == specimen()


@given(manuscripts)
def test_any_document_comes_back_from_json_as_it_was(said: Any) -> None:
    whole = replace(specimen(), sections=said.sections, subject=said.subject)
    assert documents.from_json(documents.to_json(whole)) == whole


def test_the_same_document_has_the_same_hash() -> None:
    reordered = replace(
        specimen(),
        sections=tuple(
            replace(section, fields=dict(reversed(list(section.fields.items()))))
            for section in specimen().sections
        ),
    )
    assert documents.canonical_json(reordered) == documents.canonical_json(specimen())
    assert documents.content_hash(reordered) == documents.content_hash(specimen())
    assert len(documents.content_hash(specimen())) == 64


def test_what_stands_around_an_issue_in_the_archive_is_not_in_its_hash() -> None:
    alone = replace(specimen(), navigation=Navigation())
    elsewhere = replace(
        specimen(), navigation=Navigation(previous_issue=NavigationLink("Issue 1", "/issues/1"))
    )
    assert documents.content_hash(alone) == documents.content_hash(specimen())
    assert documents.content_hash(elsewhere) == documents.content_hash(specimen())


def changes(value: Any) -> list[Any]:
    """Every value that differs from this one in a single place."""
    if isinstance(value, str):
        return [value + "x"]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1]
    if value is None:
        return [1]
    if isinstance(value, tuple):
        shorter = [value[:-1]] if value else []
        return shorter + [
            (*value[:place], other, *value[place + 1 :])
            for place, item in enumerate(value)
            for other in changes(item)
        ]
    if isinstance(value, dict):
        return [{**value, key: other} for key, item in value.items() for other in changes(item)]
    if is_dataclass(value):
        return [
            replace(value, **{field.name: other})  # type: ignore[type-var]
            for field in fields(value)
            if field.name != "navigation"
            for other in changes(getattr(value, field.name))
        ]
    return [value.replace(day=value.day + 1)]


def test_a_change_anywhere_changes_the_hash() -> None:
    whole = specimen()
    others = changes(whole)
    assert len(others) > 200
    hashes = {documents.content_hash(other) for other in others}
    assert documents.content_hash(whole) not in hashes
    assert len(hashes) == len(others)


def test_the_order_of_the_sections_is_in_the_hash() -> None:
    turned = replace(specimen(), sections=specimen().sections[::-1])
    assert documents.content_hash(turned) != documents.content_hash(specimen())


@pytest.mark.parametrize("key", ["about", "forward", "nothing-such"])
def test_a_standing_block_is_found_by_its_key(key: str) -> None:
    block = specimen().block(key)
    assert (block.key if block else "nothing-such") == key


@given(st.sampled_from(specimen().sections))
def test_a_key_that_was_not_given_is_empty(section: Section) -> None:
    assert section.value("no-such-key") == ""
    assert all(section.value(key) == value for key, value in asdict(section)["fields"].items())


def test_a_document_cannot_be_changed() -> None:
    whole: IssueDocument = specimen()
    with pytest.raises(AttributeError):
        whole.subject = "another"  # type: ignore[misc]
