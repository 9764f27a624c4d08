import logging
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.celery import app
from config.correlation import Cause, RequestId


def cause() -> str:
    record: Any = logging.LogRecord("x", logging.INFO, "x", 1, "said", None, None)
    assert Cause().filter(record)
    return str(record.cause)


@pytest.mark.parametrize("forged", ["", "short", "a" * 65, "abc defgh ERROR x", "abcdefgh\n"])
def test_request_gets_an_id_of_its_own_unless_a_proxy_gave_one(forged: str) -> None:
    said: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        said.append(cause())
        return HttpResponse()

    answers = [
        RequestId(view)(RequestFactory().get("/", headers={"X-Request-ID": given}))
        for given in ("from-the-proxy.1", forged)
    ]
    assert answers[0]["X-Request-ID"] == "from-the-proxy.1"
    assert len(answers[1]["X-Request-ID"]) == 32
    assert said == [f"request={answer['X-Request-ID']}" for answer in answers]
    assert cause() == "-"


def test_every_answer_names_its_request(client: Client) -> None:
    assert client.get("/livez").headers["X-Request-ID"]


def test_refusal_is_logged_with_its_request(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/api/v1/nothing/")
    [record] = [one for one in caplog.records if one.name == "django.request"]
    assert Cause().filter(record)
    assert vars(record)["cause"] == f"request={answer.headers['X-Request-ID']}"


def test_task_names_itself_in_the_log() -> None:
    @app.task(name="tests.tell_cause")
    def tell_cause() -> str:
        return cause()

    try:
        assert tell_cause.apply(task_id="0815").get() == "task=tests.tell_cause[0815]"
    finally:
        app.tasks.unregister("tests.tell_cause")
