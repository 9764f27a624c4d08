import os
import signal
import time
from pathlib import Path

import pytest

from config.launcher.console import LaunchError
from config.launcher.crew import Member
from config.launcher.supervisor import Supervisor
from tests.waiting import until


def member(folder: Path, script: str) -> Member:
    ready = folder / "ready"
    return Member(
        "worker",
        ["/bin/sh", "-c", script],
        {"PATH": os.environ["PATH"], "READY": str(ready)},
        folder / "worker.log",
        is_ready=ready.exists,
        ready_file=ready,
        patience=1,
    )


def test_supervisor_starts_waits_and_stops(tmp_path: Path) -> None:
    one = member(tmp_path, 'touch "$READY"; exec sleep 60')
    with Supervisor([one]) as supervisor:
        supervisor.await_ready()
        assert one.process is not None
        process = one.process
    assert process.returncode == -signal.SIGTERM


def test_member_that_dies_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    one = member(tmp_path, "echo no such module; exit 1")
    with Supervisor([one]) as supervisor, pytest.raises(LaunchError, match="no such module"):
        supervisor.await_ready()


def test_dead_member_is_started_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = member(tmp_path, 'touch "$READY"; exec sleep 60')
    with Supervisor([one]) as supervisor:
        supervisor.await_ready()
        assert one.process is not None
        first = one.process
        first.kill()
        until(one.has_died, "it has died")
        supervisor.look(time.monotonic())
        supervisor.look(time.monotonic() + 1.1)
        assert one.process.pid != first.pid
    said = capsys.readouterr()
    assert "worker ended; starting it again in 1 s" in said.err
    assert "worker started again" in said.out


def test_pause_grows_with_each_early_death_and_is_forgiven_later(tmp_path: Path) -> None:
    one = member(tmp_path, "exit 1")
    pauses = []
    for _ in range(7):
        one.start()
        until(one.has_died, "it has died")
        pauses.append(one.bury(time.monotonic()))
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    one.start()
    until(one.has_died, "it has died")
    assert one.bury(time.monotonic() + 61) == 1
