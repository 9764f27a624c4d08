import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from config.env import database
from config.launcher import cluster
from config.launcher.console import LaunchError
from config.launcher.home import Home
from config.launcher.install import Venv
from config.launcher.postgres import Postgres
from config.launcher.services import Sharing


@pytest.fixture
def server(home: Home, venv: Venv) -> Iterator[Postgres]:
    server = Postgres(home, venv)
    yield server
    server.stop()
    cluster.remove(home)


def connect(server: Postgres) -> psycopg.Connection[tuple[object, ...]]:
    import environ

    parsed = database(environ.Env.db_url_config(server.url), pooled=False)
    return psycopg.connect(
        host=parsed["HOST"], user=parsed["USER"], dbname=parsed["NAME"], autocommit=True
    )


def ask(server: Postgres, query: str) -> object:
    with connect(server) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_server_offers_our_database_to_a_role_without_privileges(server: Postgres) -> None:
    server.start()
    assert server.answers()
    assert ask(server, "select current_database()") == "scorecard"
    assert ask(server, "select rolsuper from pg_roles where rolname = current_user") is False
    assert ask(server, "select rolcreatedb from pg_roles where rolname = current_user") is True
    assert (
        ask(server, "select pg_get_userbyid(datdba) from pg_database where datname = 'scorecard'")
        == "scorecard"
    )
    assert ask(server, "show listen_addresses") == ""
    assert ask(server, "select pg_encoding_to_char(encoding) from pg_database limit 1") == "UTF8"
    with connect(server) as connection:
        connection.execute("create extension btree_gist")
        connection.execute("create extension pg_trgm")


def test_data_outlives_a_stop(server: Postgres) -> None:
    server.start()
    with connect(server) as connection:
        connection.execute("create table kept as select 7 as number")
    server.stop()
    assert not server.answers()
    server.start()
    assert ask(server, "select number from kept") == 7


def test_start_after_the_server_was_killed(server: Postgres) -> None:
    server.start()
    with connect(server) as connection:
        connection.execute("create table kept as select 8 as number")
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    server.start()
    assert ask(server, "select number from kept") == 8


def test_start_after_the_server_alone_was_killed_and_a_session_works_on(server: Postgres) -> None:
    server.start()
    assert server.process is not None
    with connect(server) as at_work, ThreadPoolExecutor() as pool:
        at_work.execute("set statement_timeout = '30s'")
        # who sleeps or waits notices; who counts does not
        count = "select count(*) from (select generate_series(1, 100000000000)) counted"
        busy = pool.submit(at_work.execute, count)
        while ask(server, "select count(*) from pg_stat_activity where state = 'active'") == 1:
            time.sleep(0.02)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        server.start()
        with pytest.raises(psycopg.OperationalError):
            busy.result(10)
    assert ask(server, "select 7") == 7


def test_server_that_gets_over_the_death_of_a_session_is_left_to_it(
    server: Postgres, home: Home
) -> None:
    sharing = Sharing(server, home)
    sharing.join()
    first = server.process
    with connect(server) as session:
        os.kill(session.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            session.execute("select 7")
    sharing.tend()
    assert server.process is first
    deadline = time.monotonic() + 60
    while not server.answers():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    sharing.leave()


def test_start_beside_a_stranger_with_the_killed_servers_number(
    server: Postgres, home: Home
) -> None:
    server.start()
    server.stop()
    note = cluster.place(home, None) / "data" / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"]) as stranger:
        note.write_text(f"{stranger.pid}\n{note.parent}\n")
        server.start()
        assert stranger.poll() is None
        stranger.kill()
    assert server.answers()


def test_start_waits_for_a_server_that_is_on_its_way_out(
    server: Postgres, home: Home, venv: Venv
) -> None:
    server.start()
    assert server.process is not None
    leaving = server.process
    leaving.send_signal(signal.SIGINT)
    successor = Postgres(home, venv)
    began = time.monotonic()
    successor.start()
    try:
        assert leaving.wait(1) == 0
        assert successor.answers()
        assert time.monotonic() - began < 60
    finally:
        successor.stop()


def test_interrupted_creation_is_redone(server: Postgres, home: Home) -> None:
    half = cluster.place(home, None) / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server.start()
    assert server.answers()
    assert not half.exists()


def test_throwaway_database_starts_empty(home: Home, venv: Venv) -> None:
    for _ in range(2):
        server = Postgres(home, venv, throwaway=True)
        server.start()
        try:
            assert ask(server, "show fsync") == "off"
            with connect(server) as connection:
                connection.execute("create table once ()")
        finally:
            server.stop()
    cluster.remove(home)


def test_data_of_another_major_version_is_refused(server: Postgres, home: Home) -> None:
    server.start()
    server.stop()
    version = cluster.place(home, None) / "data" / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(LaunchError, match="made by PostgreSQL 15"):
        server.start()
