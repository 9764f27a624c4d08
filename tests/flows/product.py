"""The product as ./run starts it, on the test database: web, worker, beat and a broker."""

import os
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from config.launcher import crew, processes
from config.launcher.crew import Member
from config.launcher.environment import Address
from config.launcher.home import CLONE, Home
from config.launcher.install import Venv
from config.launcher.valkey import Valkey
from tests.database import database_url
from tests.waiting import until

# Beat rings often, so that tests need not wait for the next ring.
TICK_SECONDS = "1"


class Product:
    """Real processes of one instance; `broker` and the members may be killed at any time."""

    def __init__(self, folder: Path, *, media: Path, mail_port: int, **variables: str) -> None:
        """`variables` go before those the tests' own services would give."""
        self.home = Home(folder)
        self.home.create()
        self.address = Address(port=free_port())
        self.url = f"http://127.0.0.1:{self.address.port}"
        venv = Venv(Path(sys.prefix))
        self.broker = Valkey(self.home, venv)
        self.variables = self._variables(media, mail_port) | variables
        self.web, self.worker, self.beat = crew.muster(
            self.home, venv, self.variables, self.address
        )

    def start(self) -> None:
        """Start broker, web and beat; the worker is each test's own."""
        with beside_threads():
            self.broker.start()
            self.beat.start()
            self.manage("collectstatic", "--noinput", "--verbosity=0")
            self.web.start()
        for member in (self.web, self.beat):
            self.await_ready(member)

    def stop(self) -> None:
        """Stop everything."""
        for member in (self.worker, self.beat, self.web):
            if member.process is not None:
                kill_group(member)
                member.stop()
        self.broker.stop()

    def start_worker(self) -> None:
        """Start the worker; returns when it takes work."""
        with beside_threads():
            self.worker.start()
        self.await_ready(self.worker)

    def keep_worker(self) -> None:
        """Start the worker again where it has ended, as the launcher does."""
        self.keep(self.worker)

    def keep(self, *members: Member) -> int:
        """Start again those that have ended, as the launcher does; return how many."""
        ended = [member for member in members if member.has_died()]
        for member in ended:
            member.stop()
            with beside_threads():
                member.start()
            self.await_ready(member)
        return len(ended)

    @contextmanager
    def worker_mailing_to(self, port: int, **variables: str) -> Iterator[None]:
        """Run a worker of this instance whose mail server is another; `variables` are its own."""
        usual, own = self.worker, {"EMAIL_URL": f"smtp://127.0.0.1:{port}"} | variables
        venv = Venv(Path(sys.prefix))
        members = crew.muster(self.home, venv, self.variables | own, self.address)
        self.worker = members[1]
        try:
            self.start_worker()
            yield
        finally:
            self.end_worker()
            self.worker = usual

    def kill_worker(self) -> None:
        """Kill the worker's whole process group, as a power cut would."""
        kill_group(self.worker)

    def end_worker(self) -> None:
        """End the worker where there is one, before the test's data goes."""
        if self.worker.process is not None:
            kill_group(self.worker)
            self.worker.stop()

    def kill_pool(self) -> None:
        """Kill the processes that do the tasks and leave their parent alive."""
        for child in children_of(process_of(self.worker).pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def empty_broker(self) -> None:
        """Lose everything the broker knows."""
        self._tell_broker(b"FLUSHALL\r\n")

    def kill_broker(self) -> None:
        """Kill the broker: connections break, and nothing it knew is kept."""
        process = self.broker.process
        if process is None:
            raise AssertionError("the broker was not started")
        process.kill()
        self.broker.stop()

    def start_broker(self) -> None:
        """Start the broker again after it was stopped or killed."""
        with beside_threads():
            self.broker.start()

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a management command in a process of its own, as ./run manage does."""
        return subprocess.run(
            [sys.executable, str(CLONE / "manage.py"), *arguments],
            env=self.variables,
            cwd=CLONE,
            capture_output=True,
            text=True,
            timeout=300,
            check=check,
        )

    def await_ready(self, member: Member) -> None:
        """Wait until a process says that it is up."""

        def ready_or_dead() -> bool:
            if member.has_died():
                raise AssertionError(f"{member.name} ended:\n{self.log(member)}")
            return member.is_ready()

        until(ready_or_dead, f"{member.name} is ready")

    def log(self, member: Member, lines: int = 30) -> str:
        """Return the last lines a process wrote."""
        return processes.tail(member.log, lines)

    def _tell_broker(self, command: bytes) -> None:
        path = self.broker.url.removeprefix("unix://")
        with socket.socket(socket.AF_UNIX) as there:
            there.connect(path)
            there.sendall(command)
            if not there.recv(64).startswith(b"+OK"):
                raise AssertionError(f"the broker refused {command!r}")

    def _variables(self, media: Path, mail_port: int) -> dict[str, str]:
        return {
            **os.environ,
            "SECRET_KEY": settings.SECRET_KEY,
            "ALLOWED_HOSTS": self.address.allowed_hosts,
            "SITE_URL": self.url,
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "SCORECARD_HOME": str(self.home.folder),
            "FRONTEND_DIR": str(settings.FRONTEND_DIR),
            "STATIC_ROOT": str(self.home.static),
            "MEDIA_ROOT": str(media),
            "TICK_SECONDS": TICK_SECONDS,
            # what a test publishes, it asks for: a day of its calendar must not
            "PUBLISH_ON_WORKING_DAY": "0",
            "PYTHONUNBUFFERED": "1",
        }


def kill_group(member: Member) -> None:
    """Send SIGKILL to a process and all that it started, and wait for its end."""
    process = process_of(member)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def process_of(member: Member) -> "subprocess.Popen[bytes]":
    """Return a member's running process."""
    if member.process is None:
        raise AssertionError(f"{member.name} was not started")
    return member.process


def children_of(pid: int) -> list[int]:
    """Return the processes a process started, as the kernel lists them."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def beside_threads() -> Iterator[None]:
    """Allow a fork beside threads: Python 3.12 warns of it, and our children exec at once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
