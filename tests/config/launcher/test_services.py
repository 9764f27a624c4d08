import threading
import time

import pytest

from config.launcher import services
from config.launcher.home import Home
from config.launcher.install import Venv
from config.launcher.services import Sharing
from config.launcher.valkey import Valkey


@pytest.fixture
def first(home: Home, venv: Venv) -> Sharing:
    return Sharing(Valkey(home, venv), home)


@pytest.fixture
def second(home: Home, venv: Venv) -> Sharing:
    return Sharing(Valkey(home, venv), home)


def test_first_comer_owns_and_the_next_one_uses(first: Sharing, second: Sharing) -> None:
    first.join()
    second.join()
    assert first.is_owner
    assert not second.is_owner
    second.leave()
    assert first.service.answers()
    first.leave()
    assert not first.service.answers()


def test_owner_waits_for_the_last_user(
    first: Sharing, second: Sharing, capsys: pytest.CaptureFixture[str]
) -> None:
    first.join()
    second.join()
    leaving = threading.Thread(target=first.leave)
    leaving.start()
    time.sleep(0.5)
    assert second.service.answers()
    second.leave()
    leaving.join(10)
    assert not leaving.is_alive()
    assert not second.service.answers()
    assert "waiting for it to end" in capsys.readouterr().out


def test_next_comer_after_the_owner_left_owns(first: Sharing, second: Sharing) -> None:
    first.join()
    first.leave()
    second.join()
    assert second.is_owner
    second.leave()


def test_owner_starts_a_dead_service_again(first: Sharing) -> None:
    first.join()
    assert isinstance(first.service, Valkey)
    assert first.service.process is not None
    first.service.process.kill()
    first.service.process.wait()
    first.tend()
    assert first.service.answers()
    first.leave()


def test_services_named_by_the_environment_are_not_ours(
    home: Home, venv: Venv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/scorecard")
    assert list(services.of_home(home, venv)) == ["REDIS_URL"]
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    with services.running(home, venv) as (urls, sharings):
        assert urls == {}
        assert sharings == []
