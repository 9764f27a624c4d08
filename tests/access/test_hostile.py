"""Absurd addresses, queries and forms end in a refusal or a message, never in an error."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from django.urls import resolve, reverse

from suppliers.resources import PAGE_PARAMETERS
from tests.access.table import ADDRESSES, Address
from tests.access.undoing import Undoing
from tests.access.world import World

pytestmark = pytest.mark.django_db

TEXTS = (
    "A\x00B",
    "9" * 40,
    "-1",
    "²٣",
    "x" * 3_000,
    "0000-13",
    "0001-01",
    "1900-01",
    "1901-01",
    "9999-12",
    "9999-99-99",
    "٢٠٢٦-٠٣",
    "1e999",
    "'\"<%;\\\u202e",
)
# The first that are written, and read; those before and after are none.
MONTHS = ("0001-01", "1900-01", "1901-01", "2199-12", "9999-12")
# What is read from an address, all at once: the ones a page does not know do no harm.
PARAMETERS = (
    "month", "from", "to", "window", "supplier", "plant", "part", "metric", "scope", "kind",
    "state", "level", "page", "page_size", "cursor", "version", "rows", "sort", "order", "q",
    "tier", "grade", "commodity", "outcome", "conflicts", "format", "group", "next", "recipient",
    "by", "measure", "currency", "cause", "beyond",
)  # fmt: skip
# The API refuses what it does not know, so its parameters are asked for one by one.
API_PARAMETERS = PARAMETERS[:15]
FIELDS = (
    *PARAMETERS, "reason", "action", "text", "note", "email", "login", "password", "months",
    "pasted", "due_on", "quantity", "keep", "column", "confirmed_qty", "checked_qty",
    "supplier_qty", "claimed_qty", "statement", "part_number", "answer", "decision", "share",
)  # fmt: skip
# They read no parameter and take a second each: the whole API's description, the broker's state.
SLOW = frozenset({"api_schema", "healthz"})
ROLES = ("administrator", "quality_manager", "member_a", "nobody")

Form = tuple[tuple[str, str], ...]


def status(world: World, undoing: Undoing, role: str, method: str, path: str, data: Form) -> int:
    """Ask, undo, and return the status; an error that escaped a view counts as 500."""
    client = world.clients[role]
    cookies = deepcopy(client.cookies)
    client.raise_request_exception = False
    with undoing.undone():
        response: Any = client.generic(
            method,
            path,
            urlencode(data) if method == "POST" else "",
            content_type="application/x-www-form-urlencoded",
        )
        if response.streaming:
            list(response.streaming_content)
    client.raise_request_exception = True
    client.cookies = cookies
    return int(response.status_code)


def paths(address: Address, given: dict[str, Any]) -> Iterator[str]:
    """Yield the address with each of its parts replaced by each text."""
    right = reverse(address.name, kwargs=given)
    for value in given.values():
        before, found, after = right.rpartition(quote(str(value)))
        for text in TEXTS if found else ():
            yield f"{before}{quote(text, safe='')}{after}"


def asked(address: Address, given: dict[str, Any]) -> Iterator[tuple[str, str, Form]]:
    """Yield requests: method, path, form."""
    right = reverse(address.name, kwargs=given)
    for path in paths(address, given):
        yield "GET", path, ()
        if "/1901-01/" in path or "/1900-01/" in path:
            yield "GET", f"{path}?window=12", ()
    for month in MONTHS if "month=" in address.query else ():
        query = {**dict(parse_qsl(address.query)), "month": month}
        for window in ({}, {"window": "12"}):
            yield "GET", f"{right}?{urlencode(query | window)}", ()
    one_by_one = address.is_api and address.name.endswith("-list")
    for number, text in enumerate(TEXTS[: 1 if address.name in SLOW else None]):
        # the API refuses a parameter that it does not know by its name, whatever it says
        alone = API_PARAMETERS if number == 0 else known_to(right)
        for names in [(name,) for name in alone] if one_by_one else [PARAMETERS]:
            yield "GET", f"{right}?{urlencode(dict.fromkeys(names, text))}", ()
        if "POST" in address.methods:
            yield "POST", right, tuple((name, text) for name in FIELDS)


def known_to(path: str) -> tuple[str, ...]:
    """Return the parameters that a list of the API reads; the usual ones where it does not say."""
    filterset = getattr(getattr(resolve(path).func, "cls", None), "filterset_class", None)
    if filterset is None:
        return API_PARAMETERS
    return tuple(sorted({*filterset.get_filters(), *PAGE_PARAMETERS}))


def role_for(address: Address) -> Iterator[str]:
    """Yield who asks everything: one of the OEM's people and one of a supplier's, if let in."""
    insiders = [role for role in ("quality_manager", "administrator") if role in address.open_to]
    yield from insiders[:1]
    yield from address.open_to & {"member_a"}


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_absurd_requests_are_no_errors(world: World, undoing: Undoing, address: Address) -> None:
    requests = list(asked(address, address.of(world.a)))
    everything = [(role, *request) for role in role_for(address) for request in requests]
    glimpses = [(role, *request) for role in ROLES for request in requests[:2]]
    answers = [
        (*case, status(world, undoing, *case)) for case in dict.fromkeys(everything + glimpses)
    ]
    assert [answer for answer in answers if answer[-1] >= 500] == []
