"""Fresh partitions of the roll-up's tables: made beside the kept ones, then swapped in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.backends.utils import CursorWrapper

from scorecards.rollup.sql import TABLES

# Where marks wait (scorecards/sql/stale_marks.sql).
QUEUES = ("scorecards_stalekey", "scorecards_latemark")
LONG = "SELECT queue FROM unnest(%s::text[]) queue WHERE pg_relation_size(queue::regclass) > %s"
INDEXES = """
SELECT pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND indisprimary = %s
"""
COARSELY = "SET LOCAL default_statistics_target = 20"
KNOWS_ONLY = 180_000
PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass"
# What a table made of a statement's rows needs to become a partition: rules for the columns it has,
# and those it has not. These take no room in its rows and are not written: all have the default.
REQUIRED = """
SELECT format('ALTER %%I SET NOT NULL', r.attname)
FROM pg_attribute r JOIN pg_attribute own USING (attname)
WHERE r.attrelid = %(parent)s::regclass AND own.attrelid = %(table)s::regclass
  AND r.attnum > 0 AND r.attnotnull
UNION ALL
SELECT format('ADD %%I %%s DEFAULT %%s NOT NULL',
              r.attname, format_type(r.atttypid, r.atttypmod), pg_get_expr(adbin, adrelid))
FROM pg_attribute r JOIN pg_attrdef ON adrelid = r.attrelid AND adnum = r.attnum
WHERE r.attrelid = %(parent)s::regclass AND r.attnotnull AND NOT EXISTS (
    SELECT FROM pg_attribute own
    WHERE own.attrelid = %(table)s::regclass AND own.attname = r.attname
)
"""
# What a rebuild left that was killed before it could swap: partitions that no parent has, and sums.
LEFT_BEHIND = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND NOT relispartition AND relnamespace = 'public'::regnamespace
  AND relname ~ ('^(' || array_to_string(%s::text[], '|') || ')_[0-9]+(_[0-9]+(_sums|_rejects)?)?$')
"""


@dataclass(frozen=True, kw_only=True)
class Span:
    """Months from `first` to before `end`; None is open."""

    first: date | None = None
    end: date | None = None

    @property
    def bounds(self) -> str:
        """Write the span as the bounds of a partition."""
        first = f"'{self.first}'" if self.first else "MINVALUE"
        end = f"'{self.end}'" if self.end else "MAXVALUE"
        return f"FROM ({first}) TO ({end})"

    @property
    def condition(self) -> str:
        """Write the span as a condition, which spares the swap reading the partition."""
        first = f"month >= '{self.first}'" if self.first else "true"
        end = f"month < '{self.end}'" if self.end else "true"
        return f"{first} AND {end}"

    @property
    def days(self) -> dict[str, str]:
        """Name the days that the whole form of a statement asks for."""
        days = {"rollup_first": self.first, "rollup_end": self.end}
        return {name: f"DATE '{day}'" for name, day in days.items() if day}


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """A partition to be: its parent, its name and its months."""

    parent: str
    name: str
    span: Span

    def create(self, cursor: CursorWrapper) -> None:
        """Create the table, without keys: they are built quicker over finished rows."""
        cursor.execute(
            f"CREATE TABLE {self.name}"
            f" (LIKE {self.parent} INCLUDING DEFAULTS, CHECK ({self.span.condition}))"
        )

    def create_from(self, cursor: CursorWrapper, select: str) -> int:
        """Create the table of what a statement selects; return its rows.

        Columns that are not selected have the parent's default.
        """
        cursor.execute(select)
        rows = int(cursor.rowcount)
        cursor.execute(REQUIRED, {"parent": self.parent, "table": self.name})
        # one reading of the table for all of them
        required = ", ".join(change for (change,) in cursor.fetchall())
        cursor.execute(f"ALTER TABLE {self.name} {required}, ADD CHECK ({self.span.condition})")
        return rows

    @property
    def sums(self) -> str:
        """Name the table of what its rows add up to by supplier and month, in several rows each."""
        return f"{self.name}_sums"

    @property
    def rejects(self) -> str:
        """Name the table of what was rejected, by lane."""
        return f"{self.name}_rejects"

    def create_sums(self, cursor: CursorWrapper) -> None:
        """Create the table of sums."""
        cursor.execute(f"CREATE TABLE {self.sums} (LIKE {self.parent} INCLUDING DEFAULTS)")
        cursor.execute(f"ALTER TABLE {self.sums} DROP plant_id, DROP part_id")

    @property
    def key(self) -> str:
        """Name the primary key's index."""
        return f"{self.name}_pkey"

    def add_key(self, cursor: CursorWrapper) -> None:
        """Build the primary key's index; another session may read the rows meanwhile."""
        self._add_indexes(cursor, primary=True)

    def add_indexes(self, cursor: CursorWrapper) -> None:
        """Build the other indexes of the parent, and tell the planner what the table holds."""
        self._add_indexes(cursor, primary=False)
        cursor.execute(f"{COARSELY}; ANALYZE {self.name}")

    def _add_indexes(self, cursor: CursorWrapper, *, primary: bool) -> None:
        kind, name = ("UNIQUE INDEX", self.key) if primary else ("INDEX", "")
        cursor.execute(INDEXES, [self.parent, primary])
        for (definition,) in cursor.fetchall():
            how = definition.split(" USING ")[1]
            cursor.execute(f"CREATE {kind} {name} ON {self.name} USING {how}")

    def attach(self, cursor: CursorWrapper) -> None:
        """Make the finished table a partition of its parent."""
        cursor.execute(
            f"ALTER TABLE {self.name} ADD CONSTRAINT {self.key} PRIMARY KEY USING INDEX {self.key}"
        )
        cursor.execute(
            f"ALTER TABLE {self.parent} ATTACH PARTITION {self.name} FOR VALUES {self.span.bounds}"
        )


def swap(cursor: CursorWrapper, fresh: Iterable[Fresh]) -> None:
    """Put finished partitions in the place of the kept ones, at once for every reader."""
    for parent in TABLES:
        cursor.execute(PARTITIONS, [parent])
        for (kept,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {kept}")
    for partition in fresh:
        partition.attach(cursor)


def analyse(cursor: CursorWrapper, *, parents_alone: bool = False) -> None:
    """Tell the planner what the tables hold; nobody else does for parents of partitions.

    Their partitions may be left out where the server can: fresh ones are analysed already.
    """
    only = "ONLY " if parents_alone and cursor.connection.info.server_version >= KNOWS_ONLY else ""
    cursor.execute(f"{COARSELY}; ANALYZE {', '.join(only + table for table in TABLES)}")


def empty_queues(cursor: CursorWrapper, *, longer_than: int = 0) -> None:
    """Give back what marks that are done with took: until then, every drain reads their pages.

    Outside transactions alone, and from queues of more bytes than `longer_than`. Nobody waits for
    it, and the server does it some time anyway.
    """
    cursor.execute(LONG, [list(QUEUES), longer_than])
    for (queue,) in cursor.fetchall():
        cursor.execute(f"VACUUM (ANALYZE) {queue}")


def remove_left_behind(cursor: CursorWrapper) -> None:
    """Remove what a killed rebuild left."""
    cursor.execute(LEFT_BEHIND, [list(TABLES)])
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP TABLE {name}")
