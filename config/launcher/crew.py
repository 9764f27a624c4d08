"""The product's long-running processes: web, worker and beat."""

import http.client
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import processes
from .environment import Address
from .home import CLONE, Home
from .install import Venv

SOON_SECONDS = 2.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
# The worker speaks to the broker alone, never to other workers.
ALONE = ("--without-gossip", "--without-mingle")


@dataclass
class Member:
    """One process that is started again whenever it ends."""

    name: str
    command: list[str | Path]
    environment: dict[str, str]
    log: Path
    is_ready: Callable[[], bool]
    ready_file: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    when_orphaned: signal.Signals = signal.SIGTERM
    patience: float = 15
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    started_at: float = field(default=0, init=False)
    due_at: float = field(default=0, init=False)

    def start(self) -> None:
        """Start the process."""
        if self.ready_file is not None:
            self.ready_file.unlink(missing_ok=True)
        self.started_at = time.monotonic()
        self.process = processes.start(
            self.command,
            environment=self.environment,
            log=self.log,
            folder=CLONE,
            when_orphaned=self.when_orphaned,
        )

    def stop(self) -> None:
        """Stop the process."""
        if self.process is not None:
            processes.stop(self.process, number=self.stop_signal, patience=self.patience)
            self.process = None

    def has_died(self) -> bool:
        """Whether the process ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def bury(self, now: float) -> float:
        """Note a death; returns the pause before the next start, longer each time."""
        self.stop()
        self.failures = 1 if now - self.started_at > STEADY_SECONDS else self.failures + 1
        pause = min(SOON_SECONDS ** (self.failures - 1), LONGEST_PAUSE)
        self.due_at = now + pause
        return pause


def muster(
    home: Home, venv: Venv, environment: Mapping[str, str], address: Address
) -> list[Member]:
    """The processes of one instance, in the order of their start."""
    return [
        _web(home, venv, environment, address),
        _celery(
            home,
            venv,
            environment,
            "worker",
            ["worker", "--concurrency=2", "--loglevel=INFO", *ALONE],
        ),
        _celery(
            home,
            venv,
            environment,
            "beat",
            ["beat", "--loglevel=INFO", "--pidfile=", *_schedule(home)],
        ),
    ]


def answers(address: Address, allowed_hosts: str) -> bool:
    """Whether the web process serves requests.

    It is asked as a reverse proxy would ask, so that neither host nor scheme is refused.
    """
    host = allowed_hosts.split(",", 1)[0].strip().lstrip(".*") or "localhost"
    connection = http.client.HTTPConnection(*address.probe, timeout=2)
    try:
        connection.request("GET", "/livez", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _web(home: Home, venv: Venv, environment: Mapping[str, str], address: Address) -> Member:
    command: list[str | Path] = [venv.python, "-m", "gunicorn", "config.wsgi"]
    command += ["--bind", address.bind, "--worker-class", "gthread", "--workers", "2"]
    command += ["--threads", "4", "--timeout", "60", "--graceful-timeout", "10"]
    command += ["--no-control-socket", "--access-logfile", home.log / "access.log"]
    if Path("/dev/shm").is_dir():  # noqa: S108  gunicorn's heartbeat must not wait for a disk
        command += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return Member(
        "web",
        command,
        {**environment, "SCORECARD_ROLE": "web"},
        home.log / "web.log",
        is_ready=lambda: answers(address, environment["ALLOWED_HOSTS"]),
    )


def _celery(
    home: Home, venv: Venv, environment: Mapping[str, str], role: str, arguments: list[str]
) -> Member:
    ready_file = home.runtime / f"{role}.ready"
    return Member(
        role,
        [venv.python, "-m", "celery", "--app", "config", *arguments],
        {**environment, "SCORECARD_ROLE": role, "SCORECARD_READY_FILE": str(ready_file)},
        home.log / f"{role}.log",
        is_ready=ready_file.exists,
        ready_file=ready_file,
        # The worker's soft shutdown: running tasks get CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT.
        stop_signal=signal.SIGQUIT if role == "worker" else signal.SIGTERM,
        # Without us there is neither database nor broker, and a worker would wait for them.
        when_orphaned=signal.SIGKILL,
        patience=20,
    )


def _schedule(home: Home) -> list[str]:
    return ["--schedule", str(home.runtime / "beat-schedule")]
