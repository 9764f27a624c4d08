"""./test: every check of the project on throw-away services."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from . import bootstrap, environment, equipment, install, pango, processes, services
from .console import LaunchError, say
from .home import CLONE, Home
from .install import Venv
from .locks import Lock

SCRIPTS = ("run", "test", ".ci/run", "docker/entrypoint.sh", "docker/create-role.sh")
# What of the caller's environment reaches the tests; BENCH_*: see tests/benchmarks/conftest.py,
# KILL_*: tests/flows/outages/test_everything_killed.py.
KEPT = (
    "PATH", "HOME", "LANG", "LC_ALL", "TERM", "CI", "TMPDIR", "DATABASE_URL", "REDIS_URL",
    "BENCH_LINES", "BENCH_MONTH_ROWS", "BENCH_DOCUMENTS", "BENCH_REPORT",
    "KILL_MOMENTS", "KILL_EPISODES", "KILL_SEED",
)  # fmt: skip
# Files stay whole, so that what a file shares is built once, in the order of tests/conftest.py.
SPREAD = ("--dist", "loadfile", "--no-loadscope-reorder", "--durations=30")
# Who may open what: every address, by everybody. Not counted as coverage, since a page that opens
# has not been looked at.
ACCESS = CLONE / "tests" / "access"
# Lines and branches together.
LEAST_COVERED = 93
# A key as long as a real one, so that the deployment check has nothing to say about it.
DEPLOYED = {"HTTPS": "true", "ALLOWED_HOSTS": "scorecard.example.com"}


@dataclass(frozen=True)
class Check:
    """One command with its heading; one that takes long on one processor runs beside others."""

    title: str
    command: Sequence[str | Path]
    variables: Mapping[str, str] = field(default_factory=dict)
    beside: bool = False


def check(paths: Sequence[Path], *, bench: bool = False) -> int:
    """Run all checks, or the tests in `paths`; returns the exit status."""
    home = Home.of_tests()
    home.create()
    guard = Lock(home.runtime / "test.lock")
    if not guard.take():
        raise LaunchError(
            f"Another ./test works in {home.folder}; name another folder with SCORECARD_TEST_HOME."
        )
    venv = bootstrap.provide(home, for_tests=True)
    install.prune(home, venv)
    variables = {**equipment.provide(home), **pango.provide(home)}
    with services.running(home, venv, throwaway=True) as (urls, _):
        variables |= _variables(home, venv, urls)
        # the database that tests copy is migrated while static checks run; tests wait for it
        template = Check("Template", [venv.python, "-m", "tests.template"])
        with _begun(template, home.log / "template.log", variables):
            return _run_all(_chosen(home, venv, paths, bench=bench), variables, home.log)


@contextmanager
def _begun(
    each: Check, log: Path, variables: Mapping[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Let a command run meanwhile; it ends with the block at the latest."""
    log.unlink(missing_ok=True)
    child = processes.begin(
        each.command, environment={**variables, **each.variables}, log=log, folder=CLONE
    )
    try:
        yield child
    finally:
        processes.stop(child, patience=3)


def _chosen(home: Home, venv: Venv, paths: Sequence[Path], *, bench: bool) -> list[Check]:
    if bench:
        return [
            Check(
                "Benchmarks",
                _pytest(home, venv, [CLONE / "tests" / "benchmarks", "-s", "--timeout=0"]),
            )
        ]
    if paths:
        return [Check("Tests", _pytest(home, venv, [path.absolute() for path in paths]))]
    return [*_static_checks(home, venv), *_all_tests(home, venv)]


def _all_tests(home: Home, venv: Venv) -> list[Check]:
    """Tests of access, then all others and how much of the code these ran."""
    found, shown = (home.folder / "cache" / name for name in ("coverage.json", "merged.json"))
    found.unlink(missing_ok=True)  # what an earlier run found says nothing about this one
    slipcover: list[str | Path] = [venv.python, "-m", "slipcover"]
    measured: list[str | Path] = [*slipcover, "--json", "--out", found]
    # Two of the four have the tests that watch a running product, and wait most of their time.
    others = _pytest(home, venv, ["-n", "4", *SPREAD, "--ignore", ACCESS])
    enough: list[str | Path] = ["--out", shown, "--fail-under", str(LEAST_COVERED)]
    return [
        Check("Access", _pytest(home, venv, ["-n", "2", *SPREAD, ACCESS])),
        Check("Tests", [*measured, *others[1:]]),
        Check("Coverage", [*slipcover, *enough, "--merge", found]),
    ]


def _static_checks(home: Home, venv: Venv) -> list[Check]:
    """What can be told without running the tests."""
    tools = venv.folder / "bin"
    manage: list[str | Path] = [venv.python, CLONE / "manage.py"]
    scripts = [script for script in SCRIPTS if (CLONE / script).exists()]
    imports: list[str | Path] = [
        tools / "lint-imports",
        "--cache-dir",
        home.folder / "cache" / "imports",
    ]
    return [
        Check("Lint", [tools / "ruff", "check", "--quiet", "."]),
        Check("Format", [tools / "ruff", "format", "--check", "--quiet", "."]),
        Check("Types", [tools / "mypy", "--no-error-summary", "."], beside=True),
        Check("Import contracts", imports),
        Check("Templates", [tools / "djlint", "--lint", "--quiet", "templates"]),
        Check("Scripts", [tools / "shellcheck", *scripts]),
        Check("Dockerfile", [tools / "hadolint", "docker/Dockerfile"]),
        Check("Migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Check("Settings", [*manage, "check", "--deploy", "--fail-level=WARNING"], DEPLOYED),
    ]


def _pytest(home: Home, venv: Venv, arguments: Sequence[str | Path]) -> list[str | Path]:
    cache = home.folder / "cache" / "pytest"
    return [venv.python, "-m", "pytest", "-o", f"cache_dir={cache}", *arguments]


def _run_all(checks: Sequence[Check], variables: Mapping[str, str], logs: Path) -> int:
    """Run one after the other whatever happens, then tell of those beside; the counts come last."""
    failed = []
    with ExitStack() as meanwhile:
        ways: dict[str, Callable[[], int]] = {}
        for each in checks:
            if each.beside:
                log = logs / f"{each.title.lower()}.log"
                child = meanwhile.enter_context(_begun(each, log, variables))
                ways[each.title] = partial(_end_of, child, log)
        for each in sorted(checks, key=lambda each: each.beside):
            way = ways.get(each.title, partial(_run, each, variables))
            if not _passed(each, way):
                failed.append(each.title)
    if failed:
        say(f"\nFailed: {', '.join(failed)}")
    say(f"Checks: {len(checks) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def _passed(each: Check, way: Callable[[], int]) -> bool:
    """Get a check's status under its heading, and say how it ended."""
    say(f"\n== {each.title} ==")
    began = time.monotonic()
    status = way()
    took = time.monotonic() - began
    say(f"-- {each.title}: {f'failed with status {status}' if status else 'ok'} in {took:.1f} s")
    return status == 0


def _end_of(child: "subprocess.Popen[bytes]", log: Path) -> int:
    """Wait for a command that runs beside the others, and print what it said."""
    status = processes.wait(child)
    if said := log.read_text(errors="replace").strip():
        say(said)
    return status


def _run(each: Check, variables: Mapping[str, str]) -> int:
    command = [str(part) for part in each.command]
    try:
        environment = {**variables, **each.variables}
        return processes.run_attached(command, environment=environment, folder=CLONE)
    except FileNotFoundError:
        say(f"{command[0]} is missing")
        return 127


def _variables(home: Home, venv: Venv, urls: Mapping[str, str]) -> dict[str, str]:
    """The caller's settings stay out, so that tests mean the same everywhere."""
    caches = home.folder / "cache"
    caches.mkdir(exist_ok=True)
    return {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "SECRET_KEY": home.read_secret_key(),
        "VIRTUAL_ENV": str(venv.folder),
        "RUFF_CACHE_DIR": str(caches / "ruff"),
        "MYPY_CACHE_DIR": str(caches / "mypy"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(caches / "hypothesis"),
        **environment.fixed(home, urls),
    }
