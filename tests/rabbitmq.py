"""A throw-away RabbitMQ on loopback ports of its own, with its files in a temporary folder.

It is started by the test that needs it and stopped with it; one that runs on the machine is not touched.
"""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import wait_until

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
HOST = "127.0.0.1"


def is_here() -> bool:
    """Whether this machine has a RabbitMQ to start."""
    return SERVER.exists() and shutil.which("epmd") is not None


@dataclass
class Broker:
    """One server that can be killed and started again on the same port, with the same messages."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@{HOST}:{self.port}//"

    def start(self) -> None:
        with (self.folder / "started.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(SERVER)], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(self._answers, "RabbitMQ speaks")

    def kill(self) -> None:
        """End it as a loss of power would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "started.log").read_text(errors="replace")
        try:
            with closing(socket.create_connection((HOST, self.port), timeout=1)) as conversation:
                conversation.sendall(b"AMQP\0\0\x09\x01")
                return bool(conversation.recv(1))
        except OSError:
            return False


@contextmanager
def running(folder: Path) -> Iterator[Broker]:
    """A broker within the block."""
    port, dist_port, names_port = _free_ports(3)
    settings = folder / "rabbitmq.conf"
    settings.write_text(
        f"listeners.tcp.default = {HOST}:{port}\nloopback_users = none\ndisk_free_limit.absolute = 1MB\n"
    )
    (folder / "enabled_plugins").write_text("[].\n")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(names_port),
        "ERL_EPMD_ADDRESS": HOST,
        "RABBITMQ_NODENAME": f"newsroom{port}@localhost",
        "RABBITMQ_DIST_PORT": str(dist_port),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(settings),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
    }
    names = subprocess.Popen(["epmd", "-port", str(names_port), "-address", HOST], env=environment)
    broker = Broker(folder, port, environment)
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()
        names.kill()
        names.wait()


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports
