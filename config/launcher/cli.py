"""The command line of ./run and ./test."""

import argparse
import traceback
from collections.abc import Sequence
from pathlib import Path

from . import care, check, management, processes, serve
from .console import LaunchError, complain
from .environment import Address
from .home import Home

EPILOG = """\
commands:
  (none)            start everything and serve until Ctrl-C
  demo              load the demo data, then serve
  manage ARGS…      run a management command against the same database
  shell             a Python prompt with the models loaded
  stop              stop what ./run started, from another window
  status            what runs, and where things are
  reset [--yes]     delete the database, uploads, documents and logs

State lives in one folder, named by SCORECARD_HOME. DATABASE_URL and REDIS_URL name
services of your own; docs/operations.md lists everything else.
"""
TEST_EPILOG = """\
Without PATHs every check runs: lint, types, import contracts, templates, scripts,
migrations, and all tests. With PATHs only the tests there run.
Work is kept in the folder that SCORECARD_TEST_HOME names.
"""
COMMANDS = ("serve", "demo", "stop", "status", "reset", "shell", "manage")
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    is_test = arguments[:1] == ["test"]
    options = _parse_test(arguments[1:]) if is_test else _parse_run(arguments)
    try:
        with processes.interruptible():
            return check.check(options.paths, bench=options.bench) if is_test else _run(options)
    except (LaunchError, OSError, KeyboardInterrupt) as error:
        if options.debug:
            traceback.print_exc()
        complain(_sentence(error))
        return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"The operating system refused: {error} (--debug shows where)"
    return "Stopped." if isinstance(error, KeyboardInterrupt) else str(error)


def _run(options: argparse.Namespace) -> int:
    home = Home.of_instance()
    address = Address(options.host, options.port)
    match options.command:
        case "stop":
            return care.stop(home)
        case "status":
            return care.status(home)
        case "reset":
            return care.reset(home, sure=options.yes)
        case "shell":
            return management.manage(home, address, ["shell", *options.rest])
        case "manage":
            return management.manage(home, address, options.rest)
        case command:
            return serve.serve(home, address, demo=command == "demo")


def _parse_run(arguments: Sequence[str]) -> argparse.Namespace:
    ours, rest = _split(arguments)
    parser = argparse.ArgumentParser(
        prog="./run",
        usage="./run [options] [command]",
        description="Start the supplier quality scorecard with everything it needs.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "command", nargs="?", default="serve", choices=COMMANDS, help=argparse.SUPPRESS
    )
    parser.add_argument("--port", type=_port, default=8000, help="port of the site (8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (127.0.0.1)")
    parser.add_argument("--yes", action="store_true", help="do not ask (reset)")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    options = parser.parse_args(ours)
    options.rest = rest
    return options


def _parse_test(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./test",
        description="Run every check of the project.",
        epilog=TEST_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="tests to run")
    parser.add_argument("--bench", action="store_true", help="run the benchmarks instead")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    return parser.parse_args(arguments)


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Ours, and what belongs to the management command after its name."""
    for command in ("manage", "shell"):
        if command in arguments:
            end = arguments.index(command) + 1
            return arguments[:end], arguments[end:]
    return arguments, []


def _port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65_536:  # noqa: PLR2004  the ports there are
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; take a number from 1 to 65535")
