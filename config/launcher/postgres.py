"""A private PostgreSQL on a unix socket, with our database and role in it."""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from . import accounts, cluster, processes, sockets
from .binaries import PostgresBinaries, find_postgres
from .console import LaunchError
from .home import Home, fingerprint
from .install import Venv
from .processes import Account

ROLE = "scorecard"
# The role is no superuser: a superuser would pass by row security. It may create test databases.
SET_UP = """
select 'create role scorecard login nosuperuser createdb'
 where not exists (select from pg_roles where rolname = 'scorecard') \\gexec
select 'create database scorecard owner scorecard'
 where not exists (select from pg_database where datname = 'scorecard') \\gexec
"""
# One server on one machine that nobody copies: what a rebuild writes anew needs no log.
OURS = ("wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB")
# For databases that live as long as one run of the tests.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
START_SECONDS = 300  # recovery after a power cut may take a while
ORPHAN_SECONDS = 20
# What pg_isready says.
ACCEPTS, REJECTS = 0, 1


@dataclass
class Postgres:
    """One cluster of one home; `start` and `stop` are for its owner alone."""

    home: Home
    venv: Venv
    throwaway: bool = False
    name: str = "postgres"
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _binaries: PostgresBinaries | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._account: Account | None = accounts.database_account(self.home)
        self._folder = cluster.place(self.home, self._account)

    @property
    def url(self) -> str:
        """The value for DATABASE_URL; the path form keeps capitals and spaces in the folder."""
        return f"postgres://{ROLE}@/{quote(str(self._sockets))}/{ROLE}"

    @property
    def log(self) -> Path:
        """Where the server writes."""
        return self.home.log / "postgres.log"

    def start(self) -> None:
        """Start the server on its data, made at the first time; returns when it answers."""
        if self.throwaway:
            cluster.remove(self.home)
            self._folder = cluster.place(self.home, self._account)
        account, sync = self._account, not self.throwaway
        data = cluster.create(self._folder, self.binaries, account, self.log, sync=sync)
        sockets.provide(self._folder / "socket", account)
        _clear_way(data)
        _end_orphans(self._mark)
        self.process = self._spawn(data)
        self._await_answer(self.process)
        self._set_up()

    def stop(self) -> None:
        """Stop at once but cleanly: clients are disconnected, everything committed is kept."""
        if self.process is not None:
            processes.stop(self.process, number=signal.SIGINT, patience=60)
            self.process = None

    def answers(self) -> bool:
        """Whether the server accepts connections."""
        return self._readiness() == ACCEPTS

    def recovers(self) -> bool:
        """Whether the server replays its log: after the death of one session it does so itself.

        Stopped and started, it would have to begin again.
        """
        return self._readiness() in {ACCEPTS, REJECTS}

    @property
    def binaries(self) -> PostgresBinaries:
        """The programs; copied to where the account may run them at the first call."""
        if self._binaries is None:
            self._binaries = find_postgres(self.venv, self._account)
        return self._binaries

    def _readiness(self) -> int:
        command: processes.Command = [
            self.binaries.program("pg_isready"),
            "-q",
            "-t",
            "2",
            *self._address,
        ]
        return subprocess.run(command, env=cluster.environment(), check=False).returncode

    @property
    def _mark(self) -> str:
        """What the titles of all our server's processes begin with."""
        return fingerprint(str(self._folder))

    @property
    def _sockets(self) -> Path:
        return sockets.place(self._folder / "socket")

    @property
    def _address(self) -> list[str]:
        return ["-h", str(self._sockets), "-U", cluster.SUPERUSER, "-d", "postgres"]

    def _spawn(self, data: Path) -> subprocess.Popen[bytes]:
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={_quoted(self._sockets)}",
            "unix_socket_permissions=0700",
            f"cluster_name={self._mark}",
            *OURS,
            f"shared_buffers={_buffers()}MB",
            *(CARELESS if self.throwaway else ()),
        ]
        command: list[str | Path] = [self.binaries.program("postgres"), "-D", data]
        for setting in settings:
            command += ["-c", setting]
        return processes.start(
            command,
            environment=cluster.environment(),
            log=self.log,
            folder=Path("/"),
            account=self._account,
            when_orphaned=signal.SIGINT,
        )

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                end = processes.tail(self.log)
                raise LaunchError(f"PostgreSQL did not start; the last lines of {self.log}:\n{end}")
            time.sleep(0.05)

    def _set_up(self) -> None:
        done = subprocess.run(
            [self.binaries.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *self._address],
            input=SET_UP,
            text=True,
            capture_output=True,
            env=cluster.environment(),
            check=False,
        )
        if done.returncode != 0:
            self.stop()
            raise LaunchError(f"The database could not be set up: {done.stderr.strip()}")


def _quoted(folder: Path) -> str:
    """One entry of PostgreSQL's list of folders, in which a comma would separate."""
    return '"' + str(folder).replace('"', '""') + '"'


def _clear_way(data: Path) -> None:
    """Deal with a pid file that a killed server left.

    We hold the owner's lock, so a server still alive is on its way out; and a living
    process that is none of this cluster only has the same number by chance.
    """
    note = data / "postmaster.pid"
    if not note.exists():
        return
    pid = int(note.read_text().splitlines()[0])
    deadline = time.monotonic() + 20
    while _serves(pid, data):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGQUIT)
        time.sleep(0.1)
    note.unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in command


def _end_orphans(mark: str) -> None:
    """End the processes of a server that was killed alone, and went on with what they had in hand.

    As long as one of them has the cluster's shared memory, no server starts.
    """
    deadline = time.monotonic() + ORPHAN_SECONDS
    while left := _titled(f"postgres: {mark}: ".encode()):
        if time.monotonic() > deadline:
            raise LaunchError(f"Processes of an earlier database do not end: {left}; kill them.")
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _titled(title: bytes) -> list[int]:
    """The processes whose title begins so."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (folder / "cmdline").read_bytes().startswith(title):
                found.append(int(folder.name))
    return found


def _buffers() -> int:
    """Megabytes in which the server keeps facts: a tenth of the machine, at most years of facts."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return min(max(memory // 10, 128), 2048)
