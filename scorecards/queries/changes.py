"""The audit log of one fact in the words of its fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import takewhile
from typing import Any, Final

from django.db.models import Model
from django.utils.text import capfirst

from scorecards import formatting
from scorecards.wording import reader_separators
from suppliers.access import AnyUser, is_internal
from suppliers.queries.audit import Change, FieldChange, changes_of

# Where a fact came from is told beside its changes.
NOT_TOLD: Final = frozenset({"recorded_at", "batch_id"})


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field that a change altered, ready to be read."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class FactChange:
    """One change of a fact: when, by whom (empty: outside the product), why, and what."""

    at: datetime
    by: str
    reason: str
    differences: Sequence[Difference]


def fact_changes(fact: Model, *, user: AnyUser) -> list[FactChange]:
    """Return the changes of a fact since it was recorded, newest first.

    A supplier's people read no further back than the record is their supplier's: what it said
    before is another supplier's.
    """
    changes = changes_of(fact)
    told = changes if is_internal(user) else takewhile(_keeps_its_supplier, changes)
    return [
        FactChange(
            at=change.at,
            by=change.by or "",
            reason=change.reason,
            differences=list(_differences(type(fact), change.fields)),
        )
        for change in told
    ]


def _keeps_its_supplier(change: Change) -> bool:
    return all(field.name != "supplier_id" for field in change.fields)


def _differences(model: type[Model], fields: Sequence[FieldChange]) -> Iterator[Difference]:
    known = {field.column: field for field in model._meta.concrete_fields}  # noqa: SLF001  # Django's documented interface
    for change in fields:
        field: Any = known.get(change.name)
        if field is not None and change.name not in NOT_TOLD:
            yield Difference(
                label=capfirst(field.verbose_name),
                before=_text(field, change.before),
                after=_text(field, change.after),
            )


def _text(field: Any, value: Any) -> str:
    if value is None or value == "":
        return formatting.NO_DATA
    if field.is_relation:
        return str(field.related_model.objects.filter(pk=value).first() or value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.name == "cost":
        return formatting.money(Decimal(str(value)), separators=reader_separators())
    if isinstance(value, int | float):
        return formatting.quantity(Decimal(str(value)), separators=reader_separators())
    return str(value)
