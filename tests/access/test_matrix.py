"""Every address × method × role × (own, foreign, absent object) does what the table says."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse

from tests.access.addresses import found
from tests.access.reading import comparable, text_of
from tests.access.table import ADDRESSES, EVERYBODY, INSIDERS, SUPPLIERS, Address
from tests.access.undoing import Undoing
from tests.access.world import Side, World

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS")
LET_IN = frozenset({200, 302, 303})
# A form without its fields, a thing already done: let in, and told what is missing.
LET_IN_TO_ACT = LET_IN | {204, 400, 409, 422}
NOT_ALLOWED = frozenset({405})
LOG_IN = "/accounts/login/"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status and everything readable in the response."""

    status: int
    location: str
    text: str


def masked(location: str, path: str) -> str:
    """Hide the asked address in a redirect, so that own and foreign can be compared."""
    return location if path == "/" else location.replace(path, "…")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Everybody's clients, and what undoes their requests."""

    world: World
    undoing: Undoing

    def ask(self, role: str, method: str, address: Address, arguments: dict[str, Any]) -> Answer:
        """Send one request and undo what it changed."""
        path = reverse(address.name, kwargs=arguments)
        client = self.world.clients[role]
        cookies = deepcopy(client.cookies)
        with self.undoing.undone():
            response: Any = client.generic(method, path, QUERY_STRING=address.query)
            answer = Answer(
                status=response.status_code,
                location=masked(response.headers.get("Location", ""), path),
                text=comparable(text_of(response)).replace(path, "…"),
            )
        client.cookies = cookies
        return answer


def expected(address: Address, role: str, method: str, *, own: bool) -> frozenset[int]:
    """Return the statuses the table allows."""
    open_here = role in address.open_for(method) and (own or role not in SUPPLIERS)
    if open_here and address.is_allauths:
        return LET_IN_TO_ACT | NOT_ALLOWED | {404, 429}
    if open_here and method in address.methods:
        return LET_IN if method == "GET" else LET_IN_TO_ACT
    if open_here:
        return NOT_ALLOWED | ({200} if method == "OPTIONS" else frozenset())
    return refusals(address, role, method)


def refusals(address: Address, role: str, method: str) -> frozenset[int]:
    """Return how a role is refused; a wrong method may be refused before or after."""
    wrong = frozenset() if method in address.methods else NOT_ALLOWED
    if method == "OPTIONS" and address.is_api:
        wrong |= {200}  # what the endpoint takes; says nothing about any object
    if role == "nobody":
        return wrong | ({401, 404} if address.is_api else {302})
    return wrong | ({403, 404} if role in INSIDERS else {404})


def everybody(address: Address, world: World) -> Iterator[tuple[str, str, Side, Side]]:
    for role in sorted(EVERYBODY):
        own, foreign = world.sides_of(role)
        for method in METHODS:
            yield role, method, own, foreign


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_everybody_gets_what_the_table_says(
    world: World, undoing: Undoing, address: Address
) -> None:
    asking = Asking(world=world, undoing=undoing)
    for role, method, own, foreign in everybody(address, world):
        case = f"{role} {method} {address.name}"
        mine = asking.ask(role, method, address, address.of(own))
        assert mine.status in expected(address, role, method, own=role != "stranger"), case
        check_silence(mine, role, foreign, case)
        if role == "nobody" and mine.status == 302:
            assert mine.location.startswith(LOG_IN) or role in address.open_to, case
        if address.names_an_object:
            check_foreign_and_absent(asking, address, role, method, own, foreign)


def check_foreign_and_absent(
    asking: Asking, address: Address, role: str, method: str, own: Side, foreign: Side
) -> None:
    """A neighbour's object is refused, and looks as if it did not exist."""
    case = f"{role} {method} {address.name}"
    absent = asking.ask(role, method, address, address.absent(own))
    if role in INSIDERS:
        if role in address.open_for(method) and method in address.methods:
            assert absent.status == 404, f"{case} (absent)"
        return
    theirs = asking.ask(role, method, address, address.of(foreign))
    assert theirs.status in expected(address, role, method, own=False), f"{case} (foreign)"
    check_silence(theirs, role, foreign, f"{case} (foreign)")
    assert theirs == absent, f"{case}: a foreign object and an absent one differ"


def check_silence(answer: Answer, role: str, foreign: Side, case: str) -> None:
    """Nothing a supplier reads contains a word or a number of its neighbour."""
    if role not in INSIDERS:
        told = [secret for secret in foreign.secrets if secret in answer.text]
        assert told == [], f"{case} tells of a neighbour: {told}"


def test_every_address_is_in_the_table() -> None:
    listed = {address.name for address in ADDRESSES}
    unlisted = sorted(
        f"{pattern.name} ({pattern.route})"
        for pattern in found()
        if not pattern.name.startswith("admin:") and pattern.name not in listed
    )
    assert unlisted == [], (
        "These addresses are not in the access table. Add one line for each to "
        'tests/access/table.py, for example page("NAME", INSIDERS | SUPPLIERS, '
        "code=lambda side: side.supplier.code); the table's docstring says how."
    )


def test_the_table_has_no_address_that_is_gone() -> None:
    names = {pattern.name for pattern in found()}
    gone = sorted(address.name for address in ADDRESSES if address.name not in names)
    assert gone == [], "Remove these lines from tests/access/table.py."
