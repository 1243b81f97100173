"""What the person who runs Newsroom decides: read once from the environment, then frozen.

A name that does not exist or a value that cannot be right stops the start with one sentence
(`SettingsError`). What a publication decides for itself (its name, its address, its cadence) is no
setting: it lives in the database, on the floor `publication`.
"""

import os
import re
import secrets
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import SplitResult, quote, urlsplit

from dotenv import dotenv_values
from flask import current_app
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from newsroom.platform.mail.message import wire_domain

PREFIX = "NEWSROOM_"

# These may be given as a file instead, `NEWSROOM_SECRET_KEY_FILE=/run/secrets/key`, because an environment
# is readable by every child process and ends up in crash reports.
# In development: where the site runs that `make run` started. newsroom/run.py writes it.
ADDRESS_FILE = "site-address"
SECRETS = (
    "secret_key", "database_url", "broker_url", "mail_username", "mail_password",
    "dkim_key", "dkim_ed25519_key", "webhook_secret",
)  # fmt: skip

_TOPIC_NAME = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]{1,40}:[0-9]{12}:[A-Za-z0-9_.-]{1,256}")
_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "sqlite": "sqlite",
}


class SettingsError(Exception):
    """The settings cannot be right. Its text is a sentence that says which one, and what to do."""


def _database_address(value: str) -> str:
    scheme, mark, rest = value.strip().partition("://")
    if not mark or scheme not in _DRIVERS:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return f"{_DRIVERS[scheme]}://{rest}"


def _web_address(value: str) -> str:
    address = value.strip().rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be a web address such as https://letters.example")
    return address if address.isascii() else _in_ascii(parts)


def _in_ascii(parts: SplitResult) -> str:
    """A web address as headers and links want it; people may type its host and path as they read them."""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{_domain(parts.hostname or '')}{port}{quote(parts.path, safe='/%')}"


def _domain(value: str) -> str:
    try:
        return wire_domain(value.strip().rstrip("."))
    except ValueError:
        raise ValueError("must be a domain such as letters.example") from None


def _topic_name(value: str) -> str:
    if not _TOPIC_NAME.fullmatch(value.strip()):
        raise ValueError("must be a topic's ARN such as arn:aws:sns:eu-west-1:123456789012:bounces")
    return value.strip()


def _domain_rates(value: object) -> object:
    """`slow.example=2, other.example=0.5` as a table; a domain is written in ASCII in it."""
    if not isinstance(value, str):
        return value
    rates: dict[str, str] = {}
    for item in filter(None, (part.strip() for part in value.split(","))):
        domain, mark, rate = (part.strip() for part in item.partition("="))
        name = _domain_in_ascii(domain)
        if not mark or not name or not _is_number(rate):
            raise ValueError(
                "must be domains with letters a second, such as slow.example=2, other.example=0.5"
            )
        rates[name] = rate
    return rates


def _domain_in_ascii(domain: str) -> str:
    try:
        return wire_domain(domain).lower() if "." in domain else ""
    except ValueError:
        return ""


def _is_number(text: str) -> bool:
    try:
        return 0 <= float(text) < float("inf")
    except ValueError:
        return False


DatabaseAddress = Annotated[str, BeforeValidator(_database_address)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]
Domain = Annotated[str, BeforeValidator(_domain)]
TopicName = Annotated[str, BeforeValidator(_topic_name)]
DomainRates = Annotated[dict[str, float], BeforeValidator(_domain_rates)]


class Settings(BaseModel):
    """Every setting, with its default. A field `x` is read from `NEWSROOM_X`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    env: Literal["production", "development"] = "production"
    instance: Path = Path("instance")
    secret_key: str = Field(repr=False, min_length=16)
    database_url: DatabaseAddress = Field(repr=False)
    base_url: WebAddress = "http://127.0.0.1:5000"
    trusted_proxies: int = Field(default=0, ge=0, le=10)

    mail_transport: Literal["folder", "smtp"] = "folder"
    mail_server: str = "localhost"
    mail_port: int = Field(default=25, ge=1, le=65535)
    mail_use_tls: bool = False
    mail_use_ssl: bool = False
    mail_username: str | None = Field(default=None, repr=False)
    mail_password: str | None = Field(default=None, repr=False)
    mail_connections: int = Field(default=40, ge=1, le=64)
    mail_rate: float = Field(default=0, ge=0, le=100_000)
    mail_domain_rate: float = Field(default=0, ge=0, le=100_000)
    mail_domain_rates: DomainRates = Field(default_factory=dict)
    broker_url: str | None = Field(default=None, repr=False)
    dkim_key: str | None = Field(default=None, repr=False)
    dkim_selector: str | None = None
    dkim_domain: str | None = None
    dkim_ed25519_key: str | None = Field(default=None, repr=False)
    dkim_ed25519_selector: str | None = None
    bounce_domain: Domain | None = None
    bounce_maildir: Path | None = None
    webhook_secret: str | None = Field(default=None, repr=False, min_length=16)
    ses_topic_arn: TopicName | None = None

    # Less would forget soft bounces that still count against an address (`delivery.judging`).
    ledger_days: int = Field(default=365, ge=90, le=3650)

    limits: bool = True
    form_seconds: float = Field(default=2, ge=0, le=60)

    @property
    def production(self) -> bool:
        """Whether strangers can reach this: cookies, addresses and secrets must then be the real ones."""
        return self.env == "production"

    @property
    def secure(self) -> bool:
        """Whether readers reach the site by https, so that cookies may be kept to it."""
        return self.base_url.startswith("https://")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.production and not self.secure and not _is_loopback(self.base_url):
            raise ValueError(
                "NEWSROOM_BASE_URL must begin with https:// in production, for the sign-in cookies' sake"
            )
        if self.mail_use_tls and self.mail_use_ssl:
            raise ValueError(
                "NEWSROOM_MAIL_USE_TLS and NEWSROOM_MAIL_USE_SSL exclude each other: "
                "choose TLS for port 587 or SSL for port 465"
            )
        if self.dkim_key and not (self.dkim_selector and self.dkim_domain):
            raise ValueError("NEWSROOM_DKIM_KEY needs NEWSROOM_DKIM_SELECTOR and NEWSROOM_DKIM_DOMAIN too")
        if self.dkim_ed25519_key and not (self.dkim_key and self.dkim_ed25519_selector):
            raise ValueError(
                "NEWSROOM_DKIM_ED25519_KEY makes a second signature: it needs NEWSROOM_DKIM_KEY "
                "and NEWSROOM_DKIM_ED25519_SELECTOR too"
            )
        if self.dkim_ed25519_key and self.dkim_ed25519_selector == self.dkim_selector:
            raise ValueError(
                "NEWSROOM_DKIM_ED25519_SELECTOR must differ from NEWSROOM_DKIM_SELECTOR: "
                "each key has a record of its own"
            )
        return self

    @model_validator(mode="after")
    def _believe_what_comes_back(self) -> Self:
        if (self.bounce_maildir or self.webhook_secret or self.ses_topic_arn) and not self.bounce_domain:
            raise ValueError(
                "NEWSROOM_BOUNCE_MAILDIR, NEWSROOM_WEBHOOK_SECRET and NEWSROOM_SES_TOPIC_ARN need "
                "NEWSROOM_BOUNCE_DOMAIN: no report is believed without a return path that we signed"
            )
        return self


def load(environ: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """The settings that an environment asks for, and beneath it a `.env` file where one is named.

    In development it makes the secret key that is missing and keeps it in the instance folder.
    Raises `SettingsError` with one sentence for the first thing that cannot be right.
    """
    asked = _asked(environ, dotenv)
    _refuse_unknown(asked)
    values = _with_files(asked)
    env = values.get("env", "production")
    if env not in ("production", "development"):
        raise SettingsError("NEWSROOM_ENV must be production or development.")
    instance = Path(values.get("instance") or "instance").absolute()
    values["instance"] = str(instance)
    values.setdefault("database_url", f"sqlite:///{instance / 'newsroom.db'}")
    if env == "development":
        # A person who develops, and a script that tries the product, are quicker than a reader.
        values.setdefault("form_seconds", "0")
        values.setdefault("base_url", _address_nearby(instance, environ))
        if "secret_key" not in values:
            values["secret_key"] = _kept_secret(instance)
    else:
        _require(
            values,
            "secret_key",
            "make one with `openssl rand -base64 48`",
        )
        _require(values, "base_url", "give the address readers use, such as https://letters.example")
    try:
        return Settings.model_validate(values)
    except ValidationError as problem:
        raise SettingsError(_sentence(problem)) from None


def current() -> Settings:
    """The settings of the running application. Needs an application context."""
    settings: Settings = current_app.extensions["newsroom.settings"]
    return settings


def _address_nearby(instance: Path, environ: Mapping[str, str]) -> str:
    """Where `make run` serves, so that a command beside it writes links that lead there."""
    port = environ.get("PORT", "")
    if port.isascii() and port.isdigit() and 0 < int(port) <= 65535:
        return f"http://127.0.0.1:{port}"
    try:
        return (instance / ADDRESS_FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return "http://127.0.0.1:5000"


def make_instance_folder(settings: Settings) -> None:
    """See to it that the instance folder is there. Raises `SettingsError` when it cannot be made."""
    try:
        settings.instance.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise _unwritable(settings.instance) from None


def flask_config(settings: Settings) -> dict[str, Any]:
    """The same decisions in the words of Flask and its extensions."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SESSION_COOKIE_NAME": "newsroom",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # The guard of the desk renews the cookie itself; a public page must never set one.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": 12 * 60 * 60,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        # Werkzeug's default of 500 kB a form would refuse a long issue's text long before the limit above.
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        # A token lives as long as the session that holds it: an editor may write all afternoon.
        "WTF_CSRF_TIME_LIMIT": None,
        # Referrer checks refuse people whose browser sends none; the token is what protects.
        "WTF_CSRF_SSL_STRICT": False,
        "RATELIMIT_ENABLED": settings.limits,
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_HEADERS_ENABLED": False,
        "MAIL_SERVER": settings.mail_server,
        "MAIL_PORT": settings.mail_port,
        "MAIL_USE_TLS": settings.mail_use_tls,
        "MAIL_USE_SSL": settings.mail_use_ssl,
        "MAIL_USERNAME": settings.mail_username,
        "MAIL_PASSWORD": settings.mail_password,
    }


def _asked(environ: Mapping[str, str], dotenv: Path | None) -> dict[str, str]:
    """`NEWSROOM_*` without the prefix, in lower case; an empty value is as good as none."""
    lower: Mapping[str, str | None] = dotenv_values(dotenv) if dotenv and dotenv.is_file() else {}
    both = {**lower, **environ}
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in both.items()
        if name.startswith(PREFIX) and value
    }


def _refuse_unknown(asked: Mapping[str, str]) -> None:
    known = set(Settings.model_fields) | {f"{name}_file" for name in SECRETS}
    for name in sorted(asked):
        if name not in known:
            raise SettingsError(
                f"{PREFIX}{name.upper()} is not a setting of Newsroom: correct its name or take it away "
                "(docs/configuration.md lists them all)."
            )


def _with_files(asked: Mapping[str, str]) -> dict[str, str]:
    values = dict(asked)
    for name in SECRETS:
        path = values.pop(f"{name}_file", None)
        if path is None:
            continue
        variable = f"{PREFIX}{name.upper()}"
        if name in values:
            raise SettingsError(f"{variable} and {variable}_FILE are both set: keep one of them.")
        try:
            values[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{variable}_FILE names {path}, which cannot be read as text.") from None
    return values


def _require(values: Mapping[str, str], name: str, advice: str) -> None:
    if name not in values:
        raise SettingsError(
            f"{PREFIX}{name.upper()} is required in production: {advice} "
            "(or set NEWSROOM_ENV=development on your own machine)."
        )


def _kept_secret(instance: Path) -> str:
    """The development secret: the one made at the first start, or a new one that only its owner may read."""
    path = instance / "secret_key"
    try:
        instance.mkdir(parents=True, exist_ok=True)
        try:
            # O_EXCL lets one of two processes that start together make it, and the other one read it.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        secret = secrets.token_urlsafe(48)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secret)
        return secret
    except OSError:
        raise _unwritable(instance) from None


def _unwritable(instance: Path) -> SettingsError:
    return SettingsError(
        f"NEWSROOM_INSTANCE is {instance}, where no file can be written: name a folder of your own."
    )


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sentence(problem: ValidationError) -> str:
    first = problem.errors(include_url=False, include_input=False)[0]
    reason = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return f"{reason}."
    reason = reason.replace("Input should be", "must be").replace("String should have", "must have")
    return f"{PREFIX}{str(first['loc'][0]).upper()} {reason}."
