import os
from pathlib import Path

import pytest

from config.launcher import check, equipment, system
from config.launcher.check import Check
from config.launcher.console import LaunchError
from config.launcher.home import CLONE, Home
from config.launcher.install import Venv

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def test_all_checks_run_even_when_one_fails(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    checks = [
        Check("Lint", ["/bin/sh", "-c", "exit 1"]),
        Check("Types", ["/nonexistent/tool"]),
        Check("Tests", ["/bin/sh", "-c", "echo $WORD"], {"WORD": "tested"}),
    ]
    assert check._run_all(checks, ENVIRONMENT, home.log) == 1  # noqa: SLF001  the verdict of ./test
    said = capfd.readouterr().out
    assert "Lint: failed" in said
    assert "tested" in said
    assert said.endswith("Failed: Lint, Types\nChecks: 1 passed, 2 failed\n")


def test_check_beside_the_others_is_told_of_in_the_end(
    home: Home, capfd: pytest.CaptureFixture[str]
) -> None:
    checks = [
        Check("Types", ["/bin/sh", "-c", "echo $WORD; exit 3"], {"WORD": "wrong"}, beside=True),
        Check("Scripts", ["/nonexistent/tool"], beside=True),
        Check("Tests", ["/bin/sh", "-c", "echo tested"]),
    ]
    assert check._run_all(checks, ENVIRONMENT, home.log) == 1  # noqa: SLF001
    said = capfd.readouterr().out
    assert said.index("tested") < said.index("wrong") < said.index("Types: failed with status 3")
    assert "/nonexistent/tool" in said
    assert said.endswith("Failed: Types, Scripts\nChecks: 1 passed, 2 failed\n")


def test_success_of_all_checks_is_success(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    checks = [Check("Tests", ["/bin/true"])]
    assert check._run_all(checks, ENVIRONMENT, home.log) == 0  # noqa: SLF001
    assert capfd.readouterr().out.endswith("Checks: 1 passed, 0 failed\n")


def test_paths_choose_their_tests_alone(home: Home, venv: Venv) -> None:
    (chosen,) = check._chosen(home, venv, [Path("tests/config")], bench=False)  # noqa: SLF001
    assert str(Path("tests/config").absolute()) in map(str, chosen.command)


def test_without_paths_everything_is_checked(home: Home, venv: Venv) -> None:
    chosen = check._chosen(home, venv, [], bench=False)  # noqa: SLF001  # what would run
    titles = [each.title for each in chosen]
    assert titles[0] == "Lint"
    assert titles[-3:] == ["Access", "Tests", "Coverage"]
    assert {"Types", "Import contracts", "Templates", "Migrations", "Settings"} < set(titles)
    assert {each.title for each in chosen if each.beside} == {"Types"}


def test_every_script_is_checked() -> None:
    scripts = {*CLONE.glob("*/*.sh"), CLONE / "run", CLONE / "test", CLONE / ".ci" / "run"}
    assert scripts == {CLONE / script for script in check.SCRIPTS}


def test_callers_settings_stay_out_of_the_tests(
    home: Home, venv: Venv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_URL", "https://elsewhere.example")
    monkeypatch.setenv("KILL_MOMENTS", "200")
    variables = check._variables(home, venv, {"REDIS_URL": "unix:///x"})  # noqa: SLF001
    assert "SITE_URL" not in variables
    assert variables["REDIS_URL"] == "unix:///x"
    assert variables["KILL_MOMENTS"] == "200"


def test_equipment_names_the_browser(home: Home) -> None:
    assert Path(equipment.provide(home)["CHROMIUM"]).exists()


def test_missing_equipment_names_the_remedy(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equipment, "BROWSERS", ("no-such-browser",))
    monkeypatch.setattr(system, "is_root", lambda: False)
    with pytest.raises(LaunchError, match="sudo apt-get install chromium"):
        equipment.provide(home)
