"""A home of its own for each test, and this test run's packages to start servers from."""

import sys
from pathlib import Path

import pytest

from config.launcher.home import Home
from config.launcher.install import Venv


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home in a folder whose name needs care."""
    for variable in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(variable, raising=False)
    home = Home(tmp_path / "My Home+%41 ü")
    home.create()
    return home


@pytest.fixture
def venv() -> Venv:
    """The packages that the tests themselves run on."""
    return Venv(Path(sys.prefix))
