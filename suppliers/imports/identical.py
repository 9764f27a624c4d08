"""The very same file again: proven to change nothing without being read.

An earlier import of the same bytes, read the same way, stored every row of it. While these rows
are all there, none of them was ever corrected, and no master was changed since, reading the
file again would find each row stored with the same values.
"""

from decimal import Decimal

from psycopg import sql

from suppliers.enums import ImportState
from suppliers.imports.brought import brought_by
from suppliers.imports.check import OUTCOMES, Tally
from suppliers.imports.columns import fingerprint
from suppliers.imports.database import fetch
from suppliers.imports.fields import Kind
from suppliers.imports.load import nothing
from suppliers.imports.run import Order, Result
from suppliers.imports.targets import TARGETS, Target
from suppliers.models import ImportBatch, ImportMapping

# What turns a cell into a fact besides the file and these options.
MASTERS = (
    "suppliers_supplierevent", "suppliers_plantevent", "suppliers_partevent",
    "suppliers_partunitevent", "suppliers_defectcodeevent",
)  # fmt: skip
READING = ("decimal_mark", "date_order")


def proven_unchanged(batch: ImportBatch, order: Order) -> Result | None:
    """Return the result of a file that was loaded before and changes nothing, else None.

    Narrowed people get no short way: the earlier import may have brought rows of others.
    """
    if batch.kind not in TARGETS or order.limits is not None:
        return None
    brought = ImportBatch.objects.loaded_from(batch).filter(summary__loaded__rows__gt=0)
    earlier = brought.order_by("-pk").first()
    if earlier is None or not _read_alike(earlier, batch) or not _stored_whole(earlier):
        return None
    return _result(order.kind, earlier) if _still_there(TARGETS[batch.kind], earlier) else None


def _read_alike(earlier: ImportBatch, batch: ImportBatch) -> bool:
    mapping = ImportMapping.objects.filter(
        kind=earlier.kind, fingerprint=fingerprint(earlier.summary["headings"])
    ).first()
    used = earlier.summary.get("saved")
    if used != (mapping and mapping.pk) or (mapping and mapping.saved_at > earlier.uploaded_at):
        return False
    return earlier.mapping == batch.mapping and all(
        earlier.options.get(name) == batch.options.get(name) for name in READING
    )


def _stored_whole(earlier: ImportBatch) -> bool:
    """Whether every row of the file became a fact, and no master was changed since."""
    summary = earlier.summary
    return (
        earlier.state == ImportState.DONE
        and summary["loaded"]["rows"] == summary["rows"]
        and not summary["by_code"]
        and summary.get("master_changes") == master_changes()
    )


def master_changes() -> int:
    """Count how often masters were changed or deleted; a new one leaves what is stored alone.

    A count instead of a time: a change that commits late was made at an earlier time.
    """
    [(count,)] = fetch(
        sql.SQL("SELECT sum(n)::bigint FROM ({}) c").format(
            sql.SQL(" UNION ALL ").join(
                sql.SQL("SELECT count(*) AS n FROM {} WHERE pgh_label <> 'insert'").format(
                    sql.Identifier(events)
                )
                for events in MASTERS
            )
        )
    )
    return int(count)


def _still_there(target: Target, earlier: ImportBatch) -> bool:
    """Whether all its rows are there as they came. Served by the audit log's index on the batch."""
    statement = sql.SQL(
        "SELECT count(*), coalesce(sum(t.{pieces}), 0) FROM {table} t WHERE {brought}"
        " AND NOT EXISTS (SELECT FROM {events} WHERE batch_id = {batch})"
        " AND NOT EXISTS ({masters})"
    ).format(
        pieces=sql.Identifier(target.pieces),
        table=sql.Identifier(target.table),
        events=sql.Identifier(target.events),
        batch=earlier.pk,
        brought=brought_by(earlier),
        masters=sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT FROM {} WHERE pgh_created_at >= {} AND pgh_label <> 'insert'").format(
                sql.Identifier(events), earlier.uploaded_at
            )
            for events in MASTERS
        ),
    )
    loaded = earlier.summary["loaded"]
    return fetch(statement) == [(loaded["rows"], Decimal(loaded["pieces"]))]


def _result(kind: Kind, earlier: ImportBatch) -> Result:
    summary = earlier.summary
    none = Tally(rows=0, pieces=Decimal(0), quantity=Decimal(0))
    stored = Tally(
        rows=summary["rows"],
        pieces=Decimal(summary["loaded"]["pieces"]),
        quantity=Decimal(summary["pieces"]),
    )
    return Result(
        found=summary,
        outcomes={name: stored if name == "duplicate" else none for name in OUTCOMES},
        loaded=nothing(kind),
    )
