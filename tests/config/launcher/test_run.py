"""The real thing: a copy of this clone, an empty home, and nothing else.

The tests run in this order and on one worker: each goes on from the state the last one left.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.launcher import cluster, processes
from config.launcher.home import CLONE, Home

START_SECONDS = 240
UNWANTED = (
    ".git",
    "__pycache__",
    ".*_cache",
    "node_modules",
    ".hypothesis",
)


@dataclass
class Product:
    """A clone, its home, and the ./run that serves it."""

    clone: Path
    home: Home
    port: int
    output: Path
    launcher: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def environment(self) -> dict[str, str]:
        kept = {"PATH", "HOME", "LANG"}
        prefixes = ("PIP_", "UV_", "SSL_", "NODE_", "npm_", "XDG_CACHE")
        passed = {k: v for k, v in os.environ.items() if k in kept or k.startswith(prefixes)}
        return {
            **passed,
            "SCORECARD_HOME": str(self.home.folder),
            "PUBLISH_ON_WORKING_DAY": "0",
        }

    def start(self) -> None:
        self.output.unlink(missing_ok=True)
        self.launcher = processes.start(
            [self.clone / "run", "--port", str(self.port)],
            environment=self.environment,
            log=self.output,
            folder=self.clone,
        )
        deadline = time.monotonic() + START_SECONDS
        while "Running at" not in self.said():
            assert self.launcher.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        return self.output.read_text()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.clone / "run", *arguments],
            cwd=self.clone,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )

    def ask(self, expression: str) -> str:
        code = f"from suppliers.models import User; print({expression})"
        done = self.run("manage", "shell", "--verbosity=0", "--command", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def processes(self) -> list[str]:
        places = [os.fsencode(self.home.folder), os.fsencode(cluster.place(self.home, None))]
        return [name for name in _living() if any(place in _belongings(name) for place in places)]

    def is_web(self, process: str) -> bool:
        """Whether this is gunicorn's first process, which our launcher started."""
        status = (Path("/proc") / process / "status").read_text()
        launcher = self.launcher.pid if self.launcher else 0
        return f"\nPPid:\t{launcher}\n" in status and b"gunicorn" in _belongings(process)


def _living() -> list[str]:
    return [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _belongings(process: str) -> bytes:
    """Command line and environment of a process; empty when it is gone."""
    folder = Path("/proc") / process
    try:
        return (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
    except OSError:
        return b""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("a place with spaces")
    clone = folder / "my clone"
    shutil.copytree(CLONE, clone, ignore=shutil.ignore_patterns(*UNWANTED), symlinks=True)
    product = Product(clone, Home(folder / "my home"), _free_port(), folder / "output")
    yield product
    product.run("stop")
    if product.launcher is not None:
        product.launcher.wait(60)
    product.run("reset", "--yes")


def test_start_from_nothing_serves_with_worker_and_beat(product: Product) -> None:
    product.start()
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=60)
    connection.request("GET", "/accounts/login/")
    assert connection.getresponse().status == 200
    connection.close()
    assert (product.home.runtime / "worker.ready").exists()
    assert (product.home.runtime / "beat.ready").exists()
    assert f"Running at http://localhost:{product.port}" in product.said()
    assert "./run demo" in product.said()


def test_nothing_was_written_into_the_clone(product: Product) -> None:
    ours = {path.relative_to(product.clone) for path in product.clone.rglob("*")}
    assert all((CLONE / path).exists() for path in ours)
    assert not list(product.clone.rglob("__pycache__"))


def test_manage_works_beside_the_running_site(product: Product) -> None:
    made = "User.objects.create_user('kept@example.com', 'pass word 1').email"
    assert product.ask(made) == "kept@example.com"
    assert product.run("manage", "no_such_command").returncode == 1


def test_second_start_says_where_it_runs(product: Product) -> None:
    done = product.run()
    assert done.returncode == 0
    assert f"already running at http://localhost:{product.port}" in done.stdout


def test_dead_web_process_is_replaced(product: Product) -> None:
    (master,) = (name for name in product.processes() if product.is_web(name))
    os.kill(int(master), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while "web started again" not in product.said():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_stop_from_another_window_ends_everything(product: Product) -> None:
    done = product.run("stop")
    assert done.stdout.strip() == "Stopped."
    assert product.launcher is not None
    assert product.launcher.wait(10) == 0
    assert product.processes() == []


def test_manage_brings_the_services_up_for_itself(product: Product) -> None:
    assert product.ask("User.objects.filter(email='kept@example.com').exists()") == "True"
    assert product.processes() == []


def test_killed_launcher_leaves_no_process(product: Product) -> None:
    product.start()
    assert "Nobody can log in" not in product.said()
    assert product.launcher is not None
    product.launcher.send_signal(signal.SIGKILL)
    product.launcher.wait()
    deadline = time.monotonic() + 60
    while left := product.processes():
        assert time.monotonic() < deadline, [_belongings(name) for name in left]
        time.sleep(0.1)


def test_start_after_the_kill_finds_the_data(product: Product) -> None:
    product.start()
    assert product.ask("User.objects.filter(email='kept@example.com').exists()") == "True"
    assert product.run("stop").returncode == 0


def test_reset_starts_anew(product: Product) -> None:
    assert product.run("reset", "--yes").returncode == 0
    assert "not running" in product.run("status").stdout
    assert not product.home.secret_key.exists()
