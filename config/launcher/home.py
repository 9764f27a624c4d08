"""The one folder that holds an instance's state, and the places inside it."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from .console import LaunchError

CLONE = Path(__file__).resolve().parents[2]
NAME = "supplier-scorecard"
# What every instance on this machine may share when started by root.
SHARED = Path("/var/lib") / NAME / "shared"


def is_root() -> bool:
    """Whether this process may install system packages and change users."""
    return os.geteuid() == 0


def default_folder() -> Path:
    """Where state lives when SCORECARD_HOME is unset."""
    if is_root():
        return Path("/var/lib") / NAME
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / NAME


def fingerprint(text: str) -> str:
    """Twelve characters that name `text`."""
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:12]


@dataclass(frozen=True)
class Home:
    """Paths of one instance; nothing exists before `create`."""

    folder: Path

    @classmethod
    def of_instance(cls) -> "Home":
        """The instance that ./run works on."""
        return cls(Path(os.environ.get("SCORECARD_HOME") or default_folder()).absolute())

    @classmethod
    def of_tests(cls) -> "Home":
        """The folder that ./test works in, apart from every instance."""
        chosen = os.environ.get("SCORECARD_TEST_HOME")
        instance = cls.of_instance().folder
        return cls(Path(chosen or instance.with_name(f"{instance.name}-test")).absolute())

    @property
    def venvs(self) -> Path:
        """Installed Python packages, one folder for each lock."""
        return self.folder / "venv"

    @property
    def frontend(self) -> Path:
        """Copied front-end packages."""
        return self.folder / "frontend"

    @property
    def static(self) -> Path:
        """Collected static files."""
        return self.folder / "static"

    @property
    def static_mark(self) -> Path:
        """Says which sources the static files were collected from."""
        return self.folder / "static.complete"

    @property
    def media(self) -> Path:
        """Uploads and PDFs."""
        return self.folder / "media"

    @property
    def runtime(self) -> Path:
        """Locks, sockets and marks of running processes."""
        return self.folder / "runtime"

    @property
    def log(self) -> Path:
        """One log file for each process."""
        return self.folder / "log"

    @property
    def bytecode(self) -> Path:
        """Compiled Python, so that nothing is written into the clone."""
        return self.folder / "bytecode"

    @property
    def secret_key(self) -> Path:
        """The key that signs sessions."""
        return self.folder / "secret-key"

    @property
    def cluster_note(self) -> Path:
        """Remembers where the database cluster lies."""
        return self.folder / "cluster"

    @property
    def welcomed(self) -> Path:
        """Exists once the database has a user, so that later starts need not look."""
        return self.folder / "welcomed"

    @property
    def demo(self) -> Path:
        """Exists once the demo data was loaded."""
        return self.folder / "demo"

    def create(self) -> None:
        """Make the folders; raises LaunchError where that is not allowed."""
        try:
            mode = 0o711 if is_root() else 0o700  # root's database runs as another user
            self.folder.mkdir(mode=mode, parents=True, exist_ok=True)
            for part in (self.venvs, self.frontend / "vendor", self.bytecode):
                part.mkdir(parents=True, exist_ok=True)
            for private in (self.runtime, self.media, self.log):
                private.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise LaunchError(
                f"Cannot write to {error.filename} ({error.strerror}); "
                "set SCORECARD_HOME to a folder of yours."
            ) from error

    def read_secret_key(self) -> str:
        """The instance's key, made at the first call and readable by its owner alone."""
        if not self.secret_key.exists():
            fresh = self.secret_key.with_name(f"secret-key.{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(50))
            fresh.replace(self.secret_key)
        return self.secret_key.read_text().strip()
