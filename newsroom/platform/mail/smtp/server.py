"""Which mail server, as whom, and with how much patience. It connects to nothing."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.smtp.replies import sentence
from newsroom.platform.settings import Settings


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds.

    RFC 5321 4.5.3.2 asks for much patience after the final dot, since giving up there makes duplicates.
    """

    connect: float = 20.0
    command: float = 60.0
    data: float = 300.0


@dataclass(frozen=True)
class Server:
    """Where to send by SMTP, and as whom."""

    host: str
    port: int
    use_tls: bool = False
    use_ssl: bool = False
    username: str | None = None
    password: str | None = None
    own_name: str = "localhost"
    """How we present ourselves in EHLO."""

    @property
    def where(self) -> str:
        """Its name in a sentence."""
        return f"{self.host}:{self.port}"

    def trouble(self, problem: Exception, stage: Stage) -> Reply:
        """What kept it from answering, or the answer that the standard library made an exception of."""
        if isinstance(problem, smtplib.SMTPResponseException):
            return Reply(problem.smtp_code, sentence(problem.smtp_error), stage)
        if isinstance(problem, ssl.SSLCertVerificationError):
            reason = problem.verify_message
            return Reply(0, f"The certificate of {self.where} is not to be trusted: {reason}.", stage)
        if _is_silence(problem):
            return Reply(0, f"{self.where} did not answer in time.", stage)
        if isinstance(problem, OSError) and not isinstance(problem, smtplib.SMTPException):
            return Reply(0, f"{self.where} cannot be reached: {problem.strerror or problem}.", stage)
        return Reply(0, f"{self.where}: {sentence(str(problem))}", stage)


def server_of(settings: Settings) -> Server:
    """Give the SMTP server that the settings name."""
    return Server(
        host=settings.mail_server,
        port=settings.mail_port,
        use_tls=settings.mail_use_tls,
        use_ssl=settings.mail_use_ssl,
        username=settings.mail_username,
        password=settings.mail_password,
        own_name=own_name(settings.base_url),
    )


def own_name(base_url: str) -> str:
    """Give the name for EHLO from our web address; an IP address becomes a literal (RFC 5321 4.1.3)."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        number = ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{number}]" if number.version == 6 else f"[{number}]"


def _is_silence(problem: BaseException) -> bool:
    """Whether somebody waited too long; the standard library says that the connection was closed."""
    return isinstance(problem, TimeoutError) or isinstance(problem.__context__, TimeoutError)
