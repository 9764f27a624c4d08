import hashlib
import zipfile
from pathlib import Path

import pytest

from config.launcher import install
from config.launcher.console import LaunchError
from config.launcher.home import Home
from config.launcher.install import Venv

METADATA = "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A package of one line, so that installing needs no network."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    path = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny.py", "ANSWER = 42\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", METADATA)
        archive.writestr("tiny-1.0.dist-info/WHEEL", WHEEL)
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    return path


@pytest.fixture
def lock(wheel: Path, tmp_path: Path) -> Path:
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    path = tmp_path / "tiny.lock"
    path.write_text(f"tiny==1.0 --hash=sha256:{digest}\n")
    return path


@pytest.fixture
def no_uv(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the wheel's folder is an index, and uv is not in it."""
    absent = tmp_path / "installer.lock"
    absent.write_text(f"uv==0.0.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(install, "INSTALLER_LOCK", absent)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))


def test_pip_installs_where_uv_cannot_be_had_over_an_interrupted_try(
    home: Home, lock: Path, no_uv: None
) -> None:
    half = install.venv_of(home, lock)
    half.python.parent.mkdir(parents=True)
    half.python.touch()
    (half.folder / "leftover").touch()
    assert not half.is_complete()
    venv = install.provide(home, lock)
    assert venv.is_complete()
    assert not (venv.folder / "leftover").exists()
    assert (venv.packages / "tiny.py").exists()
    began = venv.python.stat()
    assert install.provide(home, lock) == venv
    assert venv.python.stat() == began


def test_package_with_another_hash_is_refused(
    home: Home, lock: Path, no_uv: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "_install_with_uv", lambda *_: False)
    lock.write_text(f"tiny==1.0 --hash=sha256:{'f' * 64}\n")
    with pytest.raises(LaunchError, match="Installing Python packages failed"):
        install.provide(home, lock)
    assert not install.venv_of(home, lock).is_complete()


def test_unreachable_index_is_one_sentence(
    home: Home, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.delenv("PIP_RETRIES", raising=False)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    with pytest.raises(LaunchError, match="package index cannot be reached") as raised:
        install.provide(home, lock)
    assert "\n" not in str(raised.value)


def test_environment_without_its_python_is_not_complete(tmp_path: Path) -> None:
    venv = Venv(tmp_path)
    venv.mark_complete()
    assert not venv.is_complete()


def test_another_lock_gets_another_environment(home: Home, lock: Path) -> None:
    before = install.venv_of(home, lock)
    lock.write_text("# changed\n")
    assert install.venv_of(home, lock) != before


def test_prune_removes_environments_of_older_locks(home: Home, lock: Path) -> None:
    kept, old = install.venv_of(home, lock), Venv(home.venvs / "old")
    for venv in (kept, old):
        venv.folder.mkdir()
    install.prune(home, kept)
    assert kept.folder.exists()
    assert not old.folder.exists()
