from collections.abc import Iterator

import pytest
import redis

from config.launcher.home import Home
from config.launcher.install import Venv
from config.launcher.valkey import Valkey


@pytest.fixture
def server(home: Home, venv: Venv) -> Iterator[Valkey]:
    server = Valkey(home, venv)
    yield server
    server.stop()


def test_server_answers_at_its_url_until_stopped(server: Valkey) -> None:
    assert not server.answers()
    server.start()
    assert server.answers()
    with redis.Redis.from_url(server.url) as client:
        assert client.set("key", "value")
        assert client.get("key") == b"value"
    server.stop()
    assert not server.answers()


def test_server_keeps_nothing(server: Valkey) -> None:
    for _ in range(2):
        server.start()
        with redis.Redis.from_url(server.url) as client:
            assert client.get("key") is None
            client.set("key", "value")
        server.stop()


def test_start_after_the_server_was_killed(server: Valkey) -> None:
    server.start()
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    assert not server.answers()
    server.start()
    assert server.answers()
