import os
import stat
from pathlib import Path

import pytest

from config.launcher import sockets
from config.launcher.console import LaunchError


def test_provide_makes_a_private_folder_where_wanted(tmp_path: Path) -> None:
    wanted = tmp_path / "socket"
    folder = sockets.provide(wanted)
    assert folder == wanted
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_provide_takes_rights_from_others(tmp_path: Path) -> None:
    wanted = tmp_path / "socket"
    wanted.mkdir(mode=0o755)
    assert stat.S_IMODE(sockets.provide(wanted).stat().st_mode) == 0o700


def test_provide_finds_a_short_place_for_a_long_path(tmp_path: Path) -> None:
    wanted = tmp_path / ("x" * 60) / ("ü" * 40)
    folder = sockets.provide(wanted)
    try:
        assert folder == sockets.place(wanted)
        assert len(os.fsencode(folder / ".s.PGSQL.5432.lock")) < 107
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        sockets.remove(wanted)
    assert not folder.exists()


def test_two_long_paths_get_two_places(tmp_path: Path) -> None:
    assert sockets.place(tmp_path / ("x" * 100)) != sockets.place(tmp_path / ("y" * 100))


def test_provide_refuses_a_link_put_there_by_somebody(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "socket").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LaunchError, match="belongs to somebody else"):
        sockets.provide(tmp_path / "socket")
