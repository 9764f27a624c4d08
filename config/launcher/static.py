"""Collects static files when their sources changed."""

import os
import subprocess
from collections.abc import Iterator, Mapping

from . import processes
from .home import CLONE, Home, fingerprint
from .install import Venv

SETTINGS = tuple(CLONE / "config" / name for name in ("settings.py", "storage.py"))


class Collection:
    """One run of collectstatic, started early and collected late."""

    def __init__(self, home: Home, venv: Venv, environment: Mapping[str, str]) -> None:
        self.home = home
        self.venv = venv
        self.environment = environment
        self.log = home.log / "static.log"
        self._mark = home.static_mark
        self._wanted = fingerprint("\n".join(self._sources()))
        self._child: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start collecting where something changed."""
        if self._is_current():
            return
        self._mark.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)
        command: processes.Command = [
            self.venv.python,
            CLONE / "manage.py",
            "collectstatic",
            "--noinput",
        ]
        self._child = processes.begin(
            command, environment=self.environment, log=self.log, folder=CLONE
        )

    def finish(self) -> None:
        """Wait until the files are in place."""
        if self._child is None:
            return
        status = processes.wait(self._child)
        processes.require_success(status, self.log, "Collecting static files")
        self._mark.write_text(self._wanted)

    def abandon(self) -> None:
        """End collecting when the start failed elsewhere."""
        if self._child is not None:
            processes.stop(self._child)

    def _is_current(self) -> bool:
        manifest = self.home.static / "staticfiles.json"
        return self._mark.exists() and self._mark.read_text() == self._wanted and manifest.exists()

    def _sources(self) -> Iterator[str]:
        yield self.venv.folder.name
        yield str(CLONE)
        yield (self.home.frontend / ".complete").read_text()
        folders = [CLONE / "static", *CLONE.glob("*/static")]
        files = [file for folder in folders for file in sorted(folder.rglob("*"))]
        for file in (*SETTINGS, *files):
            status = file.stat()
            yield f"{file}{os.sep}{status.st_mtime_ns}{os.sep}{status.st_size}"
