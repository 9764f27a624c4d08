"""What PostgreSQL refuses of controlled shipping, whoever writes: no service is asked here."""

from typing import Any

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from escalations.models import (
    ControlledShipping,
    ShippingEscape,
    ShippingEvent,
    ShippingLetter,
    ShippingLogEntry,
    ShippingScope,
)
from escalations.shipping_workflow import FINAL_STATES, LOGGED, TRANSITIONS, ShippingState
from suppliers.models import Supplier, User
from tests.escalations.shippings import AT, ENTRY, raised
from tests.factories import PartFactory, RejectFactory

pytestmark = pytest.mark.django_db

MOVES = {(before, row.to_state) for row in TRANSITIONS for before in row.from_states}


@pytest.fixture
def shipping(supplier_a: Supplier) -> ControlledShipping:
    return raised(supplier_a)


def refused(error: type[Exception], says: str, act: Any) -> None:
    with pytest.raises(error, match=says), transaction.atomic():
        act()


def emptied(model: Any) -> None:
    """Delete past Django's own protection of references."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608, SLF001  # our own name


def put(shipping: ControlledShipping, state: ShippingState) -> None:
    """Write a state that the table would not allow."""
    with pgtrigger.ignore("escalations.ControlledShipping:controlled_shipping_moves_by_the_table"):
        ControlledShipping.objects.filter(pk=shipping.pk).update(
            state=state.value,
            ended_on=ENTRY if state in FINAL_STATES else None,
            confirmed_name="Ms Weld",
            confirmed_at=AT,
        )


def test_only_moves_of_the_table_pass(shipping: ControlledShipping) -> None:
    for before in ShippingState:
        put(shipping, before)
        for after in set(ShippingState) - {before}:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(
                        "UPDATE escalations_controlledshipping SET state = %s, ended_on = %s",
                        [after.value, ENTRY if after in FINAL_STATES else None],
                    )
                    transaction.set_rollback(True)
                moved = True
            except IntegrityError as error:
                assert "may not go from" in str(error)  # noqa: PT017  # both are looked at
                moved = False
            assert moved == ((before, after) in MOVES), f"{before} → {after}"


@pytest.mark.parametrize(
    "change",
    [
        {"exit_shipments": 1},
        {"exit_production_days": 1},
        {"exit_action_verified": False},
        {"defect": "Another."},
        {"provider": "Sorters Ltd"},
        {"boundary_samples": "None."},
        {"reporting": "weekly"},
    ],
)
def test_the_letter_freezes_the_terms(shipping: ControlledShipping, change: dict[str, Any]) -> None:
    rows = ControlledShipping.objects.filter(pk=shipping.pk)
    with transaction.atomic():
        assert rows.update(**change) == 1
        transaction.set_rollback(True)
    put(shipping, ShippingState.LETTER_SENT)
    refused(IntegrityError, "fixed the terms", lambda: rows.update(**change))


def test_the_letter_freezes_what_is_covered(shipping: ControlledShipping) -> None:
    scope = ShippingScope.objects.create(shipping=shipping, part=PartFactory())
    refused(ProgrammingError, "Cannot update", lambda: scope.save(update_fields=["part"]))
    put(shipping, ShippingState.LETTER_SENT)
    refused(IntegrityError, "what is covered", scope.delete)
    refused(
        IntegrityError,
        "what is covered",
        lambda: ShippingScope.objects.create(shipping=shipping, part=PartFactory()),
    )


def test_level_and_entry_never_change(shipping: ControlledShipping) -> None:
    rows = ControlledShipping.objects.filter(pk=shipping.pk)
    refused(ProgrammingError, "Cannot update", lambda: rows.update(level="cs2"))
    refused(ProgrammingError, "Cannot update", lambda: rows.update(entered_on="2026-01-01"))
    refused(ProgrammingError, "delete rows", lambda: emptied(ControlledShipping))


def logged(shipping: ControlledShipping, by: User, **fields: Any) -> ShippingLogEntry:
    scope = shipping.scopes.get()
    plain: dict[str, Any] = {
        "shipping": shipping,
        "day": ENTRY,
        "part": scope.part,
        "plant": scope.plant,
        "inspected_qty": 100,
        "found_qty": 0,
        "sorted_by": "Shift A",
        "recorded_by": by,
        "recorded_at": AT,
    }
    entry: ShippingLogEntry = ShippingLogEntry.objects.create(**(plain | fields))
    return entry


def test_event_of_no_move_is_refused(shipping: ControlledShipping) -> None:
    refused(
        IntegrityError,
        "shipping_event_in_the_table",
        lambda: ShippingEvent.objects.create(
            shipping=shipping,
            number=9,
            action="end",
            from_state="running",
            to_state="ended",
            at=AT,
        ),
    )


def test_days_are_logged_only_while_sorting(shipping: ControlledShipping, sqe: User) -> None:
    for state in ShippingState:
        put(shipping, state)
        if state in LOGGED:
            logged(
                shipping,
                sqe,
                shipments=list(ShippingState).index(state),
                number=1 + len(ShippingLogEntry.objects.all()),
                reason="again",
            )
        else:
            refused(IntegrityError, "days are logged", lambda: logged(shipping, sqe))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"found_qty": 101, "defect": "Burr"}, "found_within_inspected"),
        ({"inspected_qty": -1, "found_qty": -1, "defect": "Burr"}, "not_negative"),
        ({"sorted_by": ""}, "by_whom"),
        ({"found_qty": 1}, "names_defect"),
        ({"number": 2}, "says_why"),
    ],
)
def test_a_row_of_the_log_makes_sense(
    shipping: ControlledShipping, sqe: User, fields: dict[str, Any], says: str
) -> None:
    put(shipping, ShippingState.CONFIRMED)
    refused(IntegrityError, says, lambda: logged(shipping, sqe, **fields))


def test_what_happened_is_append_only(shipping: ControlledShipping, sqe: User) -> None:
    put(shipping, ShippingState.CONFIRMED)
    logged(shipping, sqe)
    refused(IntegrityError, "log_version_unique", lambda: logged(shipping, sqe))
    ShippingEscape.objects.create(shipping=shipping, reject=RejectFactory(), at=AT)
    for model in (ShippingLogEntry, ShippingEscape, ShippingEvent):
        rows = model.objects.all()
        refused(ProgrammingError, "Cannot update", lambda rows=rows: rows.update(number=9))
        refused(ProgrammingError, "delete rows", lambda model=model: emptied(model))


def test_a_letter_stays_as_it_was_sent(shipping: ControlledShipping, sqe: User) -> None:
    letter = ShippingLetter.objects.create(
        shipping=shipping, kind="entry", html="<p>Dear</p>", sent_at=AT, sent_by=sqe
    )
    rows = ShippingLetter.objects.filter(pk=letter.pk)
    refused(ProgrammingError, "Cannot update", lambda: rows.update(html="<p>No</p>"))
    refused(ProgrammingError, "delete rows", rows.delete)
