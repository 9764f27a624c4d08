"""Years of skewed deliveries, rejects and returns, made inside the database.

Few suppliers deliver most of the lines: a lane (supplier, plant, part) is drawn by the cube of
a random number. The seed is fixed, so every run measures the same rows.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from suppliers.models import (
    DefectCode,
    Part,
    Plant,
    Supplier,
    SupplierTier,
    Tier,
)
from tests.database import emptying

SUPPLIERS, PLANTS, PARTS, LANES = 2_000, 12, 40_000, 93_000
FIRST_DAY, LAST_DAY = date(2023, 1, 1), date(2025, 12, 31)
# The month that is imported into the history: the one after it.
FILE_MONTH = date(2026, 1, 1)
FACTS = ("suppliers_delivery", "suppliers_reject", "suppliers_warrantyreturn")
CODES = 8


@dataclass(frozen=True)
class History:
    """How many delivery lines the database holds."""

    lines: int


def build(lines: int) -> History:
    """Replace all facts by `lines` deliveries with their rejects and returns, and analyse."""
    with emptying(), connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE suppliers_delivery, suppliers_reject, suppliers_warrantyreturn,"
            " suppliers_fieldpopulation, scorecards_stalekey CASCADE"
        )
    if not Supplier.objects.filter(code=supplier_code(0)).exists():
        _masters()
    with transaction.atomic():
        _switch_triggers("DISABLE")
        _facts(lines)
        _switch_triggers("ENABLE")
    with connection.cursor() as cursor:
        for table in FACTS:
            cursor.execute(f"VACUUM ANALYZE {table}")
    return History(lines)


def supplier_code(number: int) -> str:
    return f"S-{number:05d}"


def month_file(path: Path, rows: int) -> Path:
    """Write a month's deliveries as a system exports them: CSV, nothing in it stored yet."""
    with connection.cursor() as cursor, path.open("wb") as file:
        cursor.execute("SELECT setseed(0.7)")
        statement = f"""
            COPY (
                SELECT 'N' || lpad(g::text, 9, '0') AS document, '10' AS line,
                    s.code AS supplier, w.code AS plant, p.number AS part,
                    DATE '{FILE_MONTH}' + g * 31 / {rows + 1} AS received_on,
                    ceil(exp(random() * 7))::int AS quantity,
                    DATE '{FILE_MONTH}' + g * 31 / {rows + 1} + (random() * 3)::int - 1
                        AS promised_on
                FROM (
                    SELECT g, 1 + floor({LANES} * power(random(), 3))::int AS lane
                    FROM generate_series(1, {rows}) g
                ) d
                JOIN bench_lane l ON l.id = d.lane
                JOIN suppliers_supplier s ON s.id = l.supplier_id
                JOIN suppliers_plant w ON w.id = l.plant_id
                JOIN suppliers_part p ON p.id = l.part_id
                ORDER BY g
            ) TO STDOUT WITH (FORMAT csv, HEADER, DELIMITER ';')
        """
        with cursor.copy(statement) as copy:
            for block in copy:
                file.write(block)
    return path


def _masters() -> None:
    tiers = list(Tier.objects.order_by("level")[:2])
    Plant.objects.bulk_create(
        Plant(code=f"W{number:02d}", time_zone="Europe/Berlin") for number in range(PLANTS)
    )
    suppliers = Supplier.objects.bulk_create(
        Supplier(code=supplier_code(number), name=f"Supplier {number}")
        for number in range(SUPPLIERS)
    )
    SupplierTier.objects.bulk_create(
        SupplierTier(supplier=supplier, tier=tiers[number % 3 == 0], during=(None, None))
        for number, supplier in enumerate(suppliers)
    )
    Part.objects.bulk_create(
        (Part(number=f"{number:08d}") for number in range(PARTS)), batch_size=5_000
    )
    DefectCode.objects.bulk_create(DefectCode(code=f"B{number}") for number in range(CODES))
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.1)")
        cursor.execute(
            f"""
            DROP TABLE IF EXISTS bench_lane;
            CREATE TABLE bench_lane AS
            SELECT g AS id,
                s.ids[1 + floor({SUPPLIERS} * power(random(), 2))::int] AS supplier_id,
                w.ids[1 + floor({PLANTS} * random())::int] AS plant_id,
                p.ids[1 + floor({PARTS} * random())::int] AS part_id
            FROM generate_series(1, {LANES}) g,
                (SELECT array_agg(id ORDER BY id) AS ids FROM suppliers_supplier) s,
                (SELECT array_agg(id ORDER BY id) AS ids FROM suppliers_plant) w,
                (SELECT array_agg(id ORDER BY id) AS ids FROM suppliers_part) p;
            ALTER TABLE bench_lane ADD PRIMARY KEY (id);
            ANALYZE bench_lane;
            ALTER TABLE suppliers_supplierpart DISABLE TRIGGER USER;
            SET CONSTRAINTS ALL IMMEDIATE;
            INSERT INTO suppliers_supplierpart (supplier_id, part_id, supplier_number, phase)
            SELECT DISTINCT supplier_id, part_id, '', 'serial' FROM bench_lane;
            ALTER TABLE suppliers_supplierpart ENABLE TRIGGER USER;
            ANALYZE suppliers_supplierpart;
            """
        )


def _facts(lines: int) -> None:
    days = (LAST_DAY - FIRST_DAY).days + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.2)")
        cursor.execute(
            f"""
            INSERT INTO suppliers_delivery (
                supplier_id, plant_id, part_id, document, line, lot, received_on, quantity,
                unit, kind, promised_on
            )
            SELECT l.supplier_id, l.plant_id, l.part_id, 'D' || lpad(g::text, 9, '0'), '10', '',
                day, ceil(exp(random() * 7)), '',
                CASE WHEN random() < 0.005 THEN 'sample' ELSE 'serial' END,
                day + (random() * 3)::int - 1
            FROM (
                SELECT g, DATE '{FIRST_DAY}' + (g * {days}::bigint / {lines + 1})::int AS day,
                    1 + floor({LANES} * power(random(), 3))::int AS lane
                FROM generate_series(1, {lines}) g
            ) d
            JOIN bench_lane l ON l.id = d.lane
            ORDER BY g;

            INSERT INTO suppliers_reject (
                supplier_id, plant_id, part_id, complaint, line, lot, detected_on,
                detection_point, defect_code_id, severity, suspect_qty, checked_qty,
                confirmed_qty, released_qty
            )
            SELECT supplier_id, plant_id, part_id, 'C' || id, '', '', received_on + 1,
                'incoming', c.ids[1 + floor({CODES} * random())::int],
                CASE WHEN random() < 0.02 THEN 'line_stop' ELSE 'sorting' END,
                q.pieces, q.pieces, q.pieces, 0
            FROM suppliers_delivery d
            CROSS JOIN (SELECT array_agg(id) AS ids FROM suppliers_defectcode) c
            CROSS JOIN LATERAL (SELECT ceil(d.quantity * random() / 20) AS pieces) q
            WHERE d.id % 400 = 0;

            INSERT INTO suppliers_warrantyreturn (
                supplier_id, part_id, claim, line, received_on, quantity, accepted_pct
            )
            SELECT supplier_id, part_id, 'W' || id, '', received_on, 1, 100
            FROM suppliers_delivery d
            WHERE d.id % 1000 = 0;
            """
        )


def _switch_triggers(switch: str) -> None:
    """A history has no need of marks and checks while it is made."""
    with connection.cursor() as cursor:
        for table in FACTS:
            cursor.execute(f"ALTER TABLE {table} {switch} TRIGGER USER")
