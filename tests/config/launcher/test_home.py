import stat
from pathlib import Path

import pytest

from config.env import default_home
from config.launcher import home
from config.launcher.console import LaunchError
from config.launcher.home import Home


def test_default_folder_is_the_one_that_settings_assume() -> None:
    assert home.default_folder() == default_home()


def test_default_folder_of_a_user_lies_in_their_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(home, "is_root", lambda: False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert home.default_folder() == tmp_path / "supplier-scorecard"


def test_tests_work_beside_the_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORECARD_HOME", "/somewhere/state")
    monkeypatch.delenv("SCORECARD_TEST_HOME", raising=False)
    assert Home.of_instance().folder == Path("/somewhere/state")
    assert Home.of_tests().folder == Path("/somewhere/state-test")


def test_secret_key_is_kept_and_private(tmp_path: Path) -> None:
    key = Home(tmp_path).read_secret_key()
    assert len(key) >= 50
    assert Home(tmp_path).read_secret_key() == key
    assert stat.S_IMODE(Home(tmp_path).secret_key.stat().st_mode) == 0o600


def test_create_makes_private_folders_for_uploads_logs_and_locks(tmp_path: Path) -> None:
    made = Home(tmp_path / "new" / "home")
    made.create()
    made.create()
    for folder in (made.media, made.log, made.runtime):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_create_where_a_file_is_in_the_way_names_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LaunchError, match="set SCORECARD_HOME"):
        Home(tmp_path / "file" / "home").create()
