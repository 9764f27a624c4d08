import environ
import pytest
from kombu.utils.url import parse_url

from config.env import broker_url, database
from config.launcher import environment
from config.launcher.environment import Address
from config.launcher.home import Home
from config.launcher.install import Venv
from config.launcher.postgres import Postgres
from config.launcher.valkey import Valkey


def test_database_url_names_the_socket_folder_as_settings_read_it(home: Home, venv: Venv) -> None:
    server = Postgres(home, venv)
    parsed = database(environ.Env.db_url_config(server.url), pooled=False)
    assert parsed["NAME"] == "scorecard"
    assert parsed["USER"] == "scorecard"
    assert parsed["HOST"] == str(server._sockets)  # noqa: SLF001  the point of the test


def test_broker_url_names_the_socket_as_celery_reads_it(home: Home, venv: Venv) -> None:
    server = Valkey(home, venv)
    parsed = parse_url(broker_url(server.url))
    assert parsed["transport"] == "redis+socket"
    assert f"/{parsed['virtual_host']}" == str(server._socket)  # noqa: SLF001  the point of the test


def test_what_the_caller_sets_goes_first(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "https://scorecard.example.com")
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    variables = environment.of_instance(home, {"REDIS_URL": "unix:///x"}, Address())
    assert variables["SITE_URL"] == "https://scorecard.example.com"
    assert variables["SECRET_KEY"] == home.read_secret_key()
    assert variables["SCORECARD_HOME"] == str(home.folder)
    assert variables["REDIS_URL"] == "unix:///x"
    assert "DEMO" not in variables


def test_demo_is_on_once_loaded(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEMO", raising=False)
    home.demo.touch()
    assert environment.of_instance(home, {}, Address())["DEMO"] == "true"


@pytest.mark.parametrize(
    ("address", "bind", "url", "probe"),
    [
        (Address(), "127.0.0.1:8000", "http://localhost:8000", ("127.0.0.1", 8000)),
        (Address("::1", 81), "[::1]:81", "http://localhost:81", ("::1", 81)),
        (Address("10.1.2.3", 80), "10.1.2.3:80", "http://10.1.2.3:80", ("10.1.2.3", 80)),
    ],
)
def test_address_in_each_spelling(
    address: Address, bind: str, url: str, probe: tuple[str, int]
) -> None:
    assert (address.bind, address.url, address.probe) == (bind, url, probe)


def test_address_everywhere_is_called_by_the_machines_name() -> None:
    address = Address("0.0.0.0", 8000)  # noqa: S104  nothing listens
    assert address.url == f"http://{environment.machine_name()}:8000"
    assert address.probe == ("127.0.0.1", 8000)
    assert environment.machine_name() in address.allowed_hosts.split(",")


def test_address_on_this_machine_allows_no_other_name() -> None:
    assert Address().allowed_hosts == "localhost,127.0.0.1,[::1]"


def test_options_of_the_url_stay_beside_our_own() -> None:
    parsed = {"ENGINE": "postgresql", "HOST": "db", "OPTIONS": {"options": "-c jit=off"}}
    options = database(parsed, pooled=False)["OPTIONS"]["options"]
    assert options == "-c jit=off -c pgtrigger.ignore={}"
