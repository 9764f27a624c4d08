import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.launcher import processes
from config.launcher.console import LaunchError
from config.launcher.home import CLONE
from tests.waiting import until

ENVIRONMENT = {"PATH": os.environ["PATH"]}
# Starts a child that ignores SIGTERM, says its number, and waits to be killed.
PARENT = """
import signal, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from launcher import processes
child = processes.start(
    ["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"],
    environment={"PATH": "/usr/bin:/bin"}, log=Path(sys.argv[2]), folder=Path("/"),
    when_orphaned=signal.SIGKILL,
)
print(child.pid, flush=True)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def start(script: str, log: Path) -> subprocess.Popen[bytes]:
    return processes.start(
        ["/bin/sh", "-c", script], environment=ENVIRONMENT, log=log, folder=log.parent
    )


def test_child_dies_when_its_parent_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(CLONE / "config"), str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
    until(lambda: not is_alive(child), "it has ended", seconds=30)


def test_stop_asks_first(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = start("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done", log)
    while b"up" not in log.read_bytes():
        time.sleep(0.01)
    processes.stop(child)
    assert child.returncode == 0
    assert log.read_text() == "up\nbye\n"


def test_stop_insists_and_takes_grandchildren_along(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = start("trap '' TERM; sleep 60 & echo $!; while :; do sleep 0.05; done", log)
    while not log.read_text().strip():
        time.sleep(0.01)
    grandchild = int(log.read_text())
    processes.stop(child, patience=0.2)
    assert child.returncode == -signal.SIGKILL
    until(lambda: not is_alive(grandchild), "it has ended", seconds=30)


def test_begun_command_ends_with_all_it_started(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "trap '' TERM; (trap '' TERM; while :; do sleep 0.05; done) & echo $!; wait"
    child = processes.begin(
        ["/bin/sh", "-c", script], environment=ENVIRONMENT, log=log, folder=tmp_path
    )
    while not log.read_text().strip():
        time.sleep(0.01)
    grandchild = int(log.read_text())
    child.terminate()
    child.wait(30)
    until(lambda: not is_alive(grandchild), "it has ended", seconds=30)


def test_run_returns_the_status_and_keeps_the_output(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = ["/bin/sh", "-c", "echo out; echo err >&2; exit 3"]
    assert processes.run(command, environment=ENVIRONMENT, log=log, folder=tmp_path) == 3
    assert log.read_text() == "out\nerr\n"


def test_run_attached_tells_a_signal_as_shells_do() -> None:
    command = ["/bin/sh", "-c", "kill -TERM $$"]
    assert processes.run_attached(command, environment=ENVIRONMENT) == 128 + signal.SIGTERM


def test_stop_signals_become_one_exception() -> None:
    with processes.interruptible(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)


def test_clean_up_is_not_disturbed() -> None:
    with processes.interruptible(), processes.uninterrupted():
        signal.raise_signal(signal.SIGINT)


def test_capture_of_a_missing_or_failing_program_is_empty() -> None:
    assert processes.capture(["/nonexistent/program"]) == ""
    assert processes.capture(["/bin/sh", "-c", "echo something; exit 1"]) == ""
    assert processes.capture(["/bin/sh", "-c", "echo something"]) == "something"


def test_failure_shows_the_end_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("\n".join(f"line {number}" for number in range(100)))
    with pytest.raises(LaunchError, match=r"(?s)Baking failed.*line 99") as raised:
        processes.require_success(1, log, "Baking")
    assert "line 50" not in str(raised.value)
    processes.require_success(0, log, "Baking")


def test_end_of_a_traceback_is_its_message(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(
        "started\nTraceback (most recent call last):\n  File x, line 1\n    f()\n"
        "ValueError: inner\n\nThe above …\n\nTraceback (most recent call last):\n"
        '  File "y", line 2\n    raise E from e\nOSError: no room\n\tIs the disk full?\n'
    )
    assert processes.tail(log) == "    OSError: no room\n    Is the disk full?"


def test_grown_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOG_BYTES", 10)
    log = tmp_path / "web.log"
    log.write_text("x" * 11)
    processes.rotate(log)
    assert not log.exists()
    assert (tmp_path / "web.log.1").read_text() == "x" * 11
