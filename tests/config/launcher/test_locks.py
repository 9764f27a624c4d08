import subprocess
import sys
from pathlib import Path

import pytest

from config.launcher.locks import Lock

HOLD = """
import fcntl, os, sys, time
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(descriptor, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.lock"


def test_lock_is_exclusive_until_released(path: Path) -> None:
    first, second = Lock(path), Lock(path)
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_shared_locks_stand_side_by_side_and_keep_the_exclusive_one_out(path: Path) -> None:
    one, other, alone = Lock(path), Lock(path), Lock(path)
    assert one.take(shared=True)
    assert other.take(shared=True)
    assert not alone.take()
    one.release()
    other.release()
    assert alone.take()
    alone.release()


def test_lock_tells_whether_somebody_holds_it(path: Path) -> None:
    lock = Lock(path)
    assert not lock.is_held()
    lock.take()
    assert lock.is_held()
    lock.release()
    assert not lock.is_held()


def test_lock_is_free_after_its_holder_was_killed(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert Lock(path).is_held()
        holder.kill()
    assert not Lock(path).is_held()


def test_note_is_read_by_others(path: Path) -> None:
    lock = Lock(path)
    assert lock.read_note() == ""
    lock.take()
    lock.note("4711")
    assert Lock(path).read_note() == "4711"
    lock.release()
