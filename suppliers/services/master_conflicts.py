"""Masters whose import says otherwise: the file's values take the stored ones' place, one by one.

Unlike facts, a master is changed only where the file differs, and tier and group from the day of
the decision on: earlier months keep what they had.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from suppliers.enums import ImportKind
from suppliers.imports.problems import FileError
from suppliers.imports.replace import Refused, rule_of
from suppliers.models import (
    ImportBatch,
    ImportRow,
    Part,
    PartUnit,
    Supplier,
    SupplierGroup,
    SupplierGroupMembership,
    SupplierTier,
    Tier,
)

Values = dict[str, tuple[str, str]]  # field → as stored when the file was checked, as in the file


class ChangedError(Exception):
    """The stored master no longer says what the person saw."""


def replace_masters(
    batch: ImportBatch, *, numbers: Sequence[int], at: datetime
) -> tuple[list[int], Refused]:
    """Give stored masters the values of listed rows; returns the rows done, and why not others."""
    write = WRITERS[batch.kind]
    rows = batch.rows.filter(number__in=numbers).order_by("number")
    if batch.kind == ImportKind.SUPPLIERS:
        _hold_suppliers([row.values["code"] for row in rows])
    done: list[int] = []
    refused: Refused = {}
    for row in rows:
        try:
            with transaction.atomic():
                write(row.values, _differing(row), at)
        except ChangedError:
            refused[row.number] = FileError("replace_stale")
        except IntegrityError as error:
            refused[row.number] = FileError("replace_breaks_rule", rule=rule_of(error))
        else:
            done.append(row.number)
    return done, refused


def _hold_suppliers(codes: Sequence[str]) -> None:
    """Lock them in the one order in which several suppliers are locked: by their key."""
    rows = Supplier.objects.filter(code__in=codes).select_for_update().order_by("pk")
    list(rows.values_list("pk", flat=True))


def _differing(row: ImportRow) -> Values:
    return {
        problem["field"]: (problem["params"]["stored"], problem["value"])
        for problem in row.problems
        if problem["code"] == "stored_differs"
    }


def _write_supplier(key: dict[str, Any], values: Values, at: datetime) -> None:
    supplier = Supplier.objects.select_for_update().get(code=key["code"])
    for field, (stored, wanted) in values.items():
        if field == "tier":
            _write_tier(supplier, int(stored), int(wanted), at.date())
        elif field == "group":
            _write_group(supplier, stored, wanted, at.date())
        elif field == "active":
            _expect(stored, "yes" if supplier.archived_at is None else "no")
            supplier.archived_at = None if wanted == "yes" else at
        else:
            _expect(stored, getattr(supplier, field))
            setattr(supplier, field, wanted)
    supplier.save()


def _write_tier(supplier: Supplier, stored: int, wanted: int, today: date) -> None:
    tier, _new = Tier.objects.get_or_create(level=wanted, defaults={"name": f"Tier {wanted}"})
    membership = _newest(SupplierTier.objects.select_related("tier"), supplier, today)
    _expect(stored, membership.tier.level)
    _go_on(membership, today, tier=tier)


def _write_group(supplier: Supplier, stored: str, wanted: str, today: date) -> None:
    group, _new = SupplierGroup.objects.get_or_create(name=wanted)
    memberships = SupplierGroupMembership.objects.select_related("group")
    membership = _newest(memberships, supplier, today)
    _expect(stored, membership.group.name)
    _go_on(membership, today, group=group)


def _newest(memberships: Any, supplier: Supplier, today: date) -> Any:
    """Return what holds today, else what held last."""
    rows = memberships.select_for_update(of=("self",)).filter(supplier=supplier)
    found = rows.filter(during__contains=today).first() or rows.order_by("-during").first()
    if found is None:
        raise ChangedError
    return found


def _go_on(membership: Any, today: date, **other: Any) -> None:
    """Let a membership end today and another begin; one of today's own is corrected."""
    since, until = membership.during.lower, membership.during.upper
    if since is not None and since >= today:
        for name, value in other.items():
            setattr(membership, name, value)
        membership.save()
        return
    if until is None or until > today:
        membership.during = DateRange(since, today)
        membership.save()
    else:  # it ended before
        until = None
    type(membership).objects.create(
        supplier_id=membership.supplier_id, during=DateRange(today, until), **other
    )


def _write_part(key: dict[str, Any], values: Values, _at: datetime) -> None:
    part = Part.objects.select_for_update().get(number=key["number"])
    for field, (stored, wanted) in values.items():
        if field == "factor":
            unit = PartUnit.objects.select_for_update().get(part=part, unit=key["unit"])
            _expect(Decimal(stored), unit.factor)
            unit.factor = Decimal(wanted)
            unit.save()
        elif field == "safety_relevant":
            _expect(stored, "yes" if part.safety_relevant else "no")
            part.safety_relevant = wanted == "yes"
        elif field.endswith("_opportunities"):
            _expect(int(stored), getattr(part, field))
            setattr(part, field, int(wanted))
        else:
            _expect(stored, getattr(part, field))
            setattr(part, field, wanted)
    part.save()


def _expect(seen: Any, stored: Any) -> None:
    if seen != stored:
        raise ChangedError


Writer = Callable[[dict[str, Any], Values, datetime], None]
WRITERS: Final[dict[str, Writer]] = {
    ImportKind.SUPPLIERS.value: _write_supplier,
    ImportKind.PARTS.value: _write_part,
}
