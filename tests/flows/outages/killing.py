"""The product on services of its own, every part of which can be killed and comes back."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import environ
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection

from config.env import database
from config.launcher import cluster
from config.launcher.home import Home
from config.launcher.install import Venv
from config.launcher.postgres import Postgres
from config.launcher.services import Sharing
from tests.database import database_url
from tests.flows.outages.mail_process import MailProcess
from tests.flows.product import Product, beside_threads, children_of
from tests.waiting import until

# Slow enough for a kill to find a mail on its way.
SECONDS_A_MAIL = 0.04
SESSIONS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend'"
    " ORDER BY pid = pg_backend_pid(), state = 'idle', pid"
)


class Part(StrEnum):
    """What is killed."""

    WORKER = "worker"
    POOL = "processes of the worker's pool"
    BROKER = "broker"
    DATABASE = "database"
    POSTMASTER = "first process of the database alone"
    SESSION = "session of the database"
    MAIL = "mail server"


# Parts of one thing: dead already, they cannot be killed.
ONE_THING = (
    {Part.WORKER, Part.POOL},
    {Part.DATABASE, Part.POSTMASTER, Part.SESSION},
)
# A broker has no part in sending: what it forgets is found in the database.
CAN_DOUBLE = frozenset(Part) - {Part.BROKER}


class Victim:
    """Product, database, broker and mail server of one home; nothing of it is shared."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self.home.create()
        self.database = Postgres(self.home, Venv(Path(sys.prefix)))
        mails = folder / "mails"
        mails.mkdir()
        self.mail = MailProcess(mails, seconds_a_mail=SECONDS_A_MAIL)
        self.product = Product(
            self.home.folder,
            media=self.home.media,
            mail_port=self.mail.port,
            DATABASE_URL=self.database.url,
            SCORECARD_PDF="off",
            TICK_SECONDS="2",
        )
        self._sharing = Sharing(self.database, self.home)

    @contextmanager
    def running(self) -> Iterator["Victim"]:
        """Run everything, with this process on the same database."""
        tests_own = database_url()
        with ExitStack() as stack:
            stack.callback(cluster.remove, self.home)
            with beside_threads():
                self._sharing.join()
            stack.callback(self._sharing.leave)
            self._copy(tests_own)
            stack.enter_context(on_database(self.database.url))
            self.mail.start()
            stack.callback(self.mail.kill)
            stack.callback(self.product.stop)
            self.product.start()
            self.product.start_worker()
            yield self

    def kill(self, part: Part) -> None:
        """Kill a part with SIGKILL, in the middle of whatever it does."""
        acts: dict[Part, Callable[[], None]] = {
            Part.WORKER: self.product.kill_worker,
            Part.POOL: self.product.kill_pool,
            Part.BROKER: self.product.kill_broker,
            Part.DATABASE: self._kill_database,
            Part.POSTMASTER: self._kill_postmaster,
            Part.SESSION: self._kill_session,
            Part.MAIL: self.mail.kill,
        }
        acts[part]()

    def bring_back(self) -> None:
        """Start again what does not run, as the launcher does; returns when all of it answers."""
        self.mail.start()
        with beside_threads():
            if not self.product.broker.answers():
                self.product.broker.stop()
                self.product.broker.start()
            self._sharing.tend()
        until(self.database.answers, "the database answers")
        connection.close()
        self.keep()

    def keep(self) -> None:
        """Start those processes again that have ended by themselves, as the launcher does."""
        self.product.keep(self.product.web, self.product.worker, self.product.beat)

    def is_ready(self) -> bool:
        """Whether the site says that it can be used, broker and database included."""
        try:
            with urlopen(f"{self.product.url}/readyz") as answer:  # noqa: S310  # our own address
                return bool(json.load(answer)["status"] == "ok")
        except OSError:
            return False

    def _copy(self, url: str) -> None:
        """Take over the tables of the tests' own database, and the rows that they begin with."""
        there = _settings(self.database.url)
        dump: Any = [self.database.binaries.program("pg_dump"), "--no-owner", "--dbname", url]
        load: Any = [self.database.binaries.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        load += ["-h", there["HOST"], "-U", there["USER"], "-d", there["NAME"]]
        dumped = subprocess.run(dump, env=cluster.environment(), capture_output=True, check=True)
        subprocess.run(
            load, env=cluster.environment(), input=dumped.stdout, capture_output=True, check=True
        )

    def _kill_database(self) -> None:
        """Kill the server with all its processes, as a power cut would."""
        left = children_of(self._postmaster().pid)
        self._kill_postmaster()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _kill_postmaster(self) -> None:
        """Kill the process that keeps the others: those at work go on with what they have."""
        self._postmaster().kill()
        self._postmaster().wait()

    def _postmaster(self) -> "subprocess.Popen[bytes]":
        if self.database.process is None:
            raise AssertionError("the database was not started")
        return self.database.process

    def _kill_session(self) -> None:
        """Kill one session, a busy one if there is any: the server then restarts all of them."""
        with connection.cursor() as cursor:
            cursor.execute(SESSIONS)
            found = cursor.fetchone()
        with suppress(ProcessLookupError):
            os.kill(found[0], signal.SIGKILL)
        until(_is_cut_off, "the server ends all other sessions as well")


def _settings(url: str) -> dict[str, Any]:
    return database(environ.Env.db_url_config(url), pooled=False)


def _is_cut_off() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return True
    return False


@contextmanager
def on_database(url: str) -> Iterator[None]:
    """Let this process's models speak to another database than the tests' own."""
    there: dict[str, Any] = connection.settings_dict
    own, other = dict(there), _settings(url)
    connection.close()
    ContentType.objects.clear_cache()
    there.update({name: other[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")})
    try:
        yield
    finally:
        connection.close()
        ContentType.objects.clear_cache()
        there.update(own)
