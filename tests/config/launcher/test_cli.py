import os
import socket
from pathlib import Path

import pytest

from config.launcher import cli, console, management, pango, system
from config.launcher.environment import Address
from config.launcher.home import CLONE, Home
from config.launcher.instance import Instance
from config.launcher.locks import Lock


@pytest.fixture(autouse=True)
def chosen_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("SCORECARD_HOME", str(home.folder))
    return home


def test_port_in_use_is_named_with_the_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert cli.main(["--port", str(port)]) == 1
    error = capsys.readouterr().err
    assert f"Port {port} is in use" in error
    assert f"./run --port {port + 1}" in error
    assert "Traceback" not in error


def test_address_of_another_machine_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--host", "192.0.2.1"]) == 1
    assert "cannot listen at 192.0.2.1:8000" in capsys.readouterr().err


def test_debug_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--host", "192.0.2.1", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_second_start_tells_the_address_of_the_first(
    chosen_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = Lock(chosen_home.runtime / "serve.lock")
    lock.take()
    lock.note('{"pid": 1, "url": "http://localhost:8123"}')
    assert cli.main([]) == 0
    assert "already running at http://localhost:8123" in capsys.readouterr().out
    lock.release()


@pytest.mark.parametrize(
    "arguments", [["--port", "70000"], ["--port", "x"], ["dance"], ["--bogus"]]
)
def test_mistyped_options_are_explained(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(arguments)
    assert "./run: error:" in capsys.readouterr().err


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    text = capsys.readouterr().out
    for command in cli.COMMANDS[1:]:
        assert command in text


def test_options_after_manage_belong_to_the_command() -> None:
    options = cli._parse_run(["--port", "81", "manage", "migrate", "--plan", "--help"])  # noqa: SLF001
    assert (options.port, options.rest) == (81, ["migrate", "--plan", "--help"])


def test_stop_and_status_when_nothing_runs(
    chosen_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["stop"]) == 0
    assert f"Nothing is running in {chosen_home.folder}" in capsys.readouterr().out
    assert cli.main(["status"]) == 0
    text = capsys.readouterr().out
    assert "Site:     not running" in text
    assert "not installed yet" in text


def test_stop_names_a_command_that_holds_the_database(
    chosen_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = Lock(chosen_home.runtime / "postgres.owner.lock")
    lock.take()
    lock.note("4711")
    assert cli.main(["stop"]) == 0
    assert "process 4711" in capsys.readouterr().out
    assert cli.main(["reset", "--yes"]) == 1
    lock.release()


def test_stop_of_a_home_that_was_never_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SCORECARD_HOME", str(tmp_path / "never"))
    assert cli.main(["stop"]) == 0
    assert cli.main(["reset", "--yes"]) == 0
    assert not (tmp_path / "never").exists()


def test_reset_deletes_data_and_keeps_packages(chosen_home: Home) -> None:
    chosen_home.read_secret_key()
    (chosen_home.media / "upload").write_text("x")
    (chosen_home.folder / "postgres").mkdir()
    assert cli.main(["reset", "--yes"]) == 0
    assert sorted(path.name for path in chosen_home.folder.iterdir()) == ["frontend", "venv"]


def test_reset_asks_first(
    chosen_home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["reset"]) == 1
    assert "./run reset --yes" in capsys.readouterr().err
    monkeypatch.setattr("config.launcher.care.interactive", lambda: True)
    monkeypatch.setattr("config.launcher.care.confirm", lambda _question: False)
    assert cli.main(["reset"]) == 1
    assert chosen_home.media.exists()


def test_confirm_takes_silence_for_no(monkeypatch: pytest.MonkeyPatch) -> None:
    for typed, expected in ((b"y\n", True), (b"no\n", False), (b"", False)):
        reader, writer = os.pipe()
        os.write(writer, typed)
        with os.fdopen(reader) as stream:
            monkeypatch.setattr("sys.stdin", stream)
            assert console.confirm("Really?", seconds=0.1) is expected
        os.close(writer)


def test_serving_process_is_claimed_once(chosen_home: Home) -> None:
    from config.launcher.environment import Address

    first, second = Instance(chosen_home), Instance(chosen_home)
    assert first.claim(Address(port=8123))
    assert not second.claim(Address())
    assert second.is_serving()
    assert second.url() == "http://localhost:8123"
    first.release()
    assert not second.is_serving()


def test_commands_link_to_the_site_that_runs(
    chosen_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SITE_URL", raising=False)
    assert management.address_of_site(chosen_home) == {}
    site = Instance(chosen_home)
    assert site.claim(Address(port=8123))
    assert management.address_of_site(chosen_home) == {"SITE_URL": "http://localhost:8123"}
    monkeypatch.setenv("SITE_URL", "https://scorecard.example.com")
    assert management.address_of_site(chosen_home) == {}
    site.release()


def test_missing_pdf_libraries_turn_pdf_off_visibly(
    chosen_home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pango.provide(chosen_home) == {}
    monkeypatch.setattr(pango, "LIBRARIES", {"libnonexistent.so.0": "libnonexistent"})
    monkeypatch.setattr(system, "is_root", lambda: False)
    assert pango.provide(chosen_home) == {"SCORECARD_PDF": "off"}
    assert "sudo apt-get install libnonexistent" in capsys.readouterr().out
    monkeypatch.setenv("SCORECARD_PDF", "off")
    assert pango.provide(chosen_home) == {}
    assert capsys.readouterr().out == ""


def test_wrappers_find_the_launcher_from_anywhere() -> None:
    from config.launcher import processes

    assert "commands:" in processes.capture([CLONE / "run", "--help"])
    assert "--bench" in processes.capture([CLONE / "test", "--help"])
