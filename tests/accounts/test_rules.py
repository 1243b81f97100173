from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.accounts import rules
from newsroom.accounts.rules import PERMISSIONS, Permission, PrivateAccess, Role

ROLES = st.frozensets(st.sampled_from(Role))


def test_the_table_is_the_one_of_the_design() -> None:
    table = {role: {permission.name for permission in held} for role, held in PERMISSIONS.items()}
    assert table == {
        Role.EDITOR: {"ENTER", "COMPOSE", "SEE_PRIVATE"},
        Role.PUBLISHER: {"ENTER", "COMPOSE", "PUBLISH", "SEE_PRIVATE", "ERASE"},
        Role.ADMIN: {"ENTER", "SEE_PRIVATE", "ERASE", "ADMINISTER"},
    }


@given(roles=ROLES, more=ROLES)
def test_another_role_never_takes_a_permission_away(roles: frozenset[Role], more: frozenset[Role]) -> None:
    for permission in Permission:
        assert rules.allows(roles | more, permission) >= rules.allows(roles, permission)


@given(permission=st.sampled_from(Permission))
def test_who_holds_no_role_may_do_nothing(permission: Permission) -> None:
    assert not rules.allows((), permission)


@pytest.mark.parametrize(
    ("roles", "access"),
    [
        ((), PrivateAccess.NEVER),
        ((Role.ADMIN,), PrivateAccess.WITH_REASON),
        ((Role.EDITOR,), PrivateAccess.FREELY),
        ((Role.ADMIN, Role.PUBLISHER), PrivateAccess.FREELY),
    ],
)
def test_an_administrator_alone_needs_a_reason_for_private_details(
    roles: tuple[Role, ...], access: PrivateAccess
) -> None:
    assert rules.private_access(roles) is access


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ines@Service-Bell.Example ", "ines@service-bell.example"),
        ("Inés@Bücher.example", "inés@xn--bcher-kva.example"),
        ("nobody", None),
        ("a b@c.example", None),
        ("a@b\r\nBcc: c@d.example", None),
        ("", None),
    ],
)
def test_an_address_is_compared_in_one_form(typed: str, stored: str | None) -> None:
    assert rules.address(typed) == stored


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 12"),
        ("x" * 201, "at most 200"),
        ("aaaaaaaaaaaa", "repeats itself"),
        ("ines@service-bell.example", "Your own name or address"),
        ("Ines Carvell of the Bell", "Your own name"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str, said: str) -> None:
    problems = rules.problems_with_password(password, "ines@service-bell.example", "Ines Carvell of the Bell")
    assert said in " ".join(problems)


@given(
    password=st.text(alphabet="abcdefghij ", min_size=12, max_size=200).filter(
        lambda word: len(set(word)) >= 5
    )
)
def test_words_make_a_password_without_digits_or_signs(password: str) -> None:
    assert rules.problems_with_password(password, "ines@service-bell.example", "Ines") == []


@pytest.mark.parametrize("target", ["/desk/issues/81", "/desk/stories?page=2&x=%2F%2Fevil", "/a#b"])
def test_a_path_of_this_site_is_gone_on_to(target: str) -> None:
    assert rules.safe_path(target, "/desk") == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "desk",
        " //evil.example",
    ],
)
def test_a_way_out_of_this_site_is_not(target: str | None) -> None:
    assert rules.safe_path(target, "/desk") == "/desk"


@given(target=st.text(alphabet="/\\.:@?#evilx \t\n\r\x00", max_size=20))
def test_no_path_that_is_accepted_names_another_host(target: str) -> None:
    accepted = rules.safe_path(target, "/desk")
    as_a_browser_reads_it = accepted.replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/")
    landed = urlsplit(urljoin("https://here.example/sign-in", as_a_browser_reads_it))
    assert landed.netloc == "here.example"
