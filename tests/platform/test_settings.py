import stat
from pathlib import Path

import pytest

from newsroom.platform.settings import ADDRESS_FILE, Settings, SettingsError, load

PRODUCTION = {"NEWSROOM_SECRET_KEY": "k" * 40, "NEWSROOM_BASE_URL": "https://letters.example"}


@pytest.fixture
def development(tmp_path: Path) -> dict[str, str]:
    return {"NEWSROOM_ENV": "development", "NEWSROOM_INSTANCE": str(tmp_path / "instance")}


def refusal(environ: dict[str, str], **more: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load({**environ, **more})
    return str(caught.value)


def test_it_is_production_unless_said() -> None:
    assert load(PRODUCTION).production


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_production_refuses_to_start_without_what_strangers_rely_on(name: str) -> None:
    rest = {other: value for other, value in PRODUCTION.items() if other != name}
    assert refusal(rest).startswith(f"{name} is required in production")


def test_production_wants_https_but_on_the_loopback() -> None:
    assert "must begin with https://" in refusal(PRODUCTION, NEWSROOM_BASE_URL="http://letters.example")
    assert not load({**PRODUCTION, "NEWSROOM_BASE_URL": "http://127.0.0.1:8000"}).secure


def test_an_unknown_name_stops_the_start(development: dict[str, str]) -> None:
    assert refusal(development, NEWSROOM_BASEURL="x").startswith("NEWSROOM_BASEURL is not a setting")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NEWSROOM_ENV", "staging", "must be production or development"),
        ("NEWSROOM_MAIL_PORT", "many", "valid integer"),
        ("NEWSROOM_MAIL_PORT", "70000", "65535"),
        ("NEWSROOM_MAIL_USE_TLS", "maybe", "valid boolean"),
        ("NEWSROOM_MAIL_TRANSPORT", "pigeon", "must be 'folder' or 'smtp'"),
        ("NEWSROOM_DATABASE_URL", "mysql://db", "must begin with sqlite:/// or postgresql://"),
        ("NEWSROOM_BASE_URL", "letters.example", "must be a web address"),
        ("NEWSROOM_SECRET_KEY", "short", "at least 16 characters"),
        ("NEWSROOM_TRUSTED_PROXIES", "-1", "greater than or equal to 0"),
    ],
)
def test_a_malformed_value_is_one_sentence_that_names_it(
    development: dict[str, str], name: str, value: str, said: str
) -> None:
    sentence = refusal(development, **{name: value})
    assert sentence.startswith(name)
    assert said in sentence
    assert "\n" not in sentence


def test_a_refusal_never_repeats_a_secret(development: dict[str, str]) -> None:
    assert "hunter2" not in refusal(development, NEWSROOM_SECRET_KEY="hunter2")
    assert "hunter2" not in repr(load({**development, "NEWSROOM_MAIL_PASSWORD": "hunter2"}))


def test_an_empty_value_is_as_good_as_none(development: dict[str, str]) -> None:
    assert load({**development, "NEWSROOM_MAIL_PORT": ""}).mail_port == 25


def test_development_makes_a_secret_and_keeps_it_to_its_owner(development: dict[str, str]) -> None:
    first = load(development)
    kept = first.instance / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert load(development).secret_key == first.secret_key == kept.read_text()


def test_a_secret_may_lie_in_a_file(development: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("hunter2\n")
    assert load({**development, "NEWSROOM_MAIL_PASSWORD_FILE": str(file)}).mail_password == "hunter2"


def test_a_secret_given_twice_is_refused(development: dict[str, str], tmp_path: Path) -> None:
    both = {"NEWSROOM_MAIL_PASSWORD": "a", "NEWSROOM_MAIL_PASSWORD_FILE": str(tmp_path)}
    assert "both set" in refusal(development, **both)


def test_a_secret_file_that_cannot_be_read_is_a_sentence(development: dict[str, str], tmp_path: Path) -> None:
    assert "cannot be read" in refusal(development, NEWSROOM_MAIL_PASSWORD_FILE=str(tmp_path / "none"))


def test_what_is_not_secret_has_no_file(development: dict[str, str]) -> None:
    assert "not a setting" in refusal(development, NEWSROOM_MAIL_PORT_FILE="/x")


def test_the_environment_wins_over_the_env_file(development: dict[str, str], tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("NEWSROOM_MAIL_PORT=2525\nNEWSROOM_MAIL_SERVER=post.example\n")
    settings = load({**development, "NEWSROOM_MAIL_PORT": "587"}, dotenv)
    assert (settings.mail_port, settings.mail_server) == (587, "post.example")


def test_a_wrong_name_in_the_env_file_is_refused_too(development: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("NEWSROOM_TYPO=1\n")
    with pytest.raises(SettingsError, match="NEWSROOM_TYPO"):
        load(development, tmp_path / ".env")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_always_spoken_to_by_psycopg(development: dict[str, str], scheme: str) -> None:
    settings = load({**development, "NEWSROOM_DATABASE_URL": f"{scheme}://someone@db/newsroom"})
    assert settings.database_url == "postgresql+psycopg://someone@db/newsroom"


def test_the_database_lies_in_the_instance_folder_unless_said(development: dict[str, str]) -> None:
    settings = load(development)
    assert settings.database_url == f"sqlite:///{settings.instance / 'newsroom.db'}"


def test_settings_are_frozen(development: dict[str, str]) -> None:
    settings = load(development)
    with pytest.raises(ValueError, match="frozen"):
        settings.mail_port = 26  # type: ignore[misc]


def test_tls_and_ssl_exclude_each_other(development: dict[str, str]) -> None:
    both = {"NEWSROOM_MAIL_USE_TLS": "true", "NEWSROOM_MAIL_USE_SSL": "true"}
    assert "exclude each other" in refusal(development, **both)


def test_every_default_is_valid_by_itself() -> None:
    assert (
        Settings(env="development", secret_key="k" * 16, database_url="sqlite://").mail_transport == "folder"
    )


def test_a_command_beside_make_run_writes_links_that_lead_there(development: dict[str, str]) -> None:
    instance = load(development).instance
    assert load({**development, "PORT": "8080"}).base_url == "http://127.0.0.1:8080"
    (instance / ADDRESS_FILE).write_text("http://127.0.0.1:8081\n", encoding="utf-8")
    assert load(development).base_url == "http://127.0.0.1:8081"
    chosen = load({**development, "NEWSROOM_BASE_URL": "http://127.0.0.1:8082", "PORT": "8080"})
    assert chosen.base_url == "http://127.0.0.1:8082"


@pytest.mark.parametrize("port", ["", "0", "abc", "70000", "²"])
def test_what_is_no_port_changes_no_address(development: dict[str, str], port: str) -> None:
    assert load({**development, "PORT": port}).base_url == "http://127.0.0.1:5000"


def test_names_beyond_ascii_are_written_as_headers_and_links_need_them() -> None:
    settings = load(
        {
            **PRODUCTION,
            "NEWSROOM_BASE_URL": "https://Bücher.example:8443/läden/",
            "NEWSROOM_BOUNCE_DOMAIN": "Rück.bücher.example",
        }
    )
    assert settings.base_url == "https://xn--bcher-kva.example:8443/l%C3%A4den"
    assert settings.bounce_domain == "xn--rck-hoa.xn--bcher-kva.example"


@pytest.mark.parametrize("domain", ["two words", "a..b", "a@b.example", "☃.example", "-.example"])
def test_return_paths_need_a_domain(domain: str) -> None:
    assert refusal(PRODUCTION, NEWSROOM_BOUNCE_DOMAIN=domain) == (
        "NEWSROOM_BOUNCE_DOMAIN must be a domain such as letters.example."
    )
