"""Numbers too large for any database."""

import pytest

from tests.cast import Cast

HUGE = "9" * 40


@pytest.mark.parametrize("number", [HUGE, str(2**31)])
@pytest.mark.parametrize("path", ["/desk/staff/{}", "/desk/settings/blocks/consent/{}", "/desk/issues/{}"])
def test_a_number_that_no_row_has_is_no_address(cast: Cast, path: str, number: str) -> None:
    cast.admin().visit(path.format(number), expect=404)


@pytest.mark.parametrize(
    "page", [HUGE, "9" * 5000, "1000001", "%2B" + HUGE, "-" + HUGE, "0" * 99 + HUGE, "9_" * 30 + "9"]
)
@pytest.mark.parametrize(
    "path",
    [
        "/desk/stories",
        "/desk/issues",
        "/desk/library",
        "/desk/subscribers",
        "/desk/subscribers/suppressions",
        "/issues",
    ],
)
def test_a_page_beyond_all_pages_breaks_no_list(cast: Cast, path: str, page: str) -> None:
    assert cast.editor().visit(f"{path}?page={page}", expect=None).status in (200, 404)


def test_the_audit_log_too(cast: Cast) -> None:
    cast.admin().visit(f"/desk/staff/audit?page={HUGE}")
