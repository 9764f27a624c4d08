"""Saved mappings: which columns of one source's files feed which fields."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pghistory
from django.db import transaction

from suppliers.imports.columns import fingerprint
from suppliers.imports.kinds import KINDS
from suppliers.models import ImportBatch, ImportMapping, User

ANSWERS = ("date_order", "decimal_mark")


class NameTakenError(Exception):
    """Another mapping of the kind has this name."""


@transaction.atomic
def save_mapping(*, batch: ImportBatch, name: str, by: User | None, at: datetime) -> ImportMapping:
    """Keep the columns an import was read by, for every later file with the same headings.

    A mapping of these headings is replaced. Raises NameTakenError.
    """
    headings = [heading for heading in batch.summary["headings"] if heading]
    mapped = batch.summary["mapped"]
    own = fingerprint(headings)
    _refuse_taken(batch.kind, name, ImportMapping.objects.exclude(fingerprint=own))
    with _audited(by, import_batch=batch.pk):
        saved, _ = ImportMapping.objects.update_or_create(
            kind=batch.kind,
            fingerprint=own,
            defaults={
                "name": name,
                "headings": headings,
                "mapping": {field: mapped.get(field, "") for field in KINDS[batch.kind].names},
                "options": {answer: batch.options.get(answer) for answer in ANSWERS},
                "saved_by": by,
                "saved_at": at,
            },
        )
    return saved


@transaction.atomic
def change_mapping(
    *,
    pk: int,
    name: str,
    mapping: Mapping[str, str],
    options: Mapping[str, Any],
    by: User,
    at: datetime,
) -> None:
    """Change a saved mapping; files that were loaded stay as they were read."""
    saved = ImportMapping.objects.select_for_update().get(pk=pk)
    _refuse_taken(saved.kind, name, ImportMapping.objects.exclude(pk=pk))
    saved.name, saved.mapping = name, dict(mapping)
    saved.options = {answer: options.get(answer) for answer in ANSWERS}
    saved.saved_by, saved.saved_at = by, at
    with _audited(by):
        saved.save()


@transaction.atomic
def delete_mapping(*, pk: int, by: User) -> None:
    """Forget a saved mapping; the audit log keeps it. A second call changes nothing."""
    with _audited(by):
        ImportMapping.objects.filter(pk=pk).delete()


def _audited(by: User | None, **about: Any) -> Any:
    return pghistory.context(user=None if by is None else by.pk, **about)


def _refuse_taken(kind: str, name: str, others: Any) -> None:
    if others.filter(kind=kind, name=name).exists():
        raise NameTakenError
