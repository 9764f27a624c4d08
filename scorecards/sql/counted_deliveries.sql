-- What each fact contributes. The roll-up sums these views, pages list them: the rows
-- behind a figure add up to it because they are what was added.

-- The counting policy in force: the newest version (served by its unique index).
CREATE VIEW scorecards_policyinforce AS
SELECT * FROM scorecards_countingpolicy ORDER BY version DESC LIMIT 1;

-- One reading of a delivery for the counted view and for notes of changes. Samples and replacements
-- never count; pre-series only where the supplier's part says so; a reversal subtracts. PostgreSQL
-- puts these expressions into the statement that calls them.
CREATE FUNCTION scorecards_received_qty(quantity numeric, kind text, reverses boolean, counts_in_ppm boolean, phase text)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN kind IN ('sample', 'replacement') THEN 0
        WHEN NOT coalesce(counts_in_ppm, kind = 'serial' AND coalesce(phase, 'serial') = 'serial') THEN 0
        WHEN reverses THEN -quantity
        ELSE quantity
    END
$$;

CREATE FUNCTION scorecards_promised(promised_on date, reverses boolean)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (promised_on IS NOT NULL AND NOT reverses)::int
$$;

CREATE FUNCTION scorecards_on_time(
    received_on date, promised_on date, reverses boolean, quantity numeric, ordered_quantity numeric, early_days integer, late_days integer)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (promised_on IS NOT NULL AND NOT reverses AND quantity >= coalesce(ordered_quantity, quantity)
            AND received_on BETWEEN promised_on - early_days AND promised_on + late_days)::int
$$;

-- Deliveries. suppliers_supplierpart is reached by its unique
-- (supplier, part) index or a hash join; (supplier_id, received_on) serves a supplier's month.
CREATE VIEW scorecards_counteddelivery AS
SELECT
    d.id, d.supplier_id, d.plant_id, d.part_id, d.received_on,
    date_trunc('month', d.received_on::timestamp)::date AS month,
    scorecards_received_qty(d.quantity, d.kind, d.reverses_id IS NOT NULL, sp.counts_in_ppm, sp.phase) AS received_qty,
    scorecards_promised(d.promised_on, d.reverses_id IS NOT NULL) AS promised,
    scorecards_on_time(d.received_on, d.promised_on, d.reverses_id IS NOT NULL, d.quantity, d.ordered_quantity,
                       p.on_time_early_days::int, p.on_time_late_days::int) AS on_time
FROM suppliers_delivery d
CROSS JOIN scorecards_policyinforce p
LEFT JOIN suppliers_supplierpart sp ON sp.supplier_id = d.supplier_id AND sp.part_id = d.part_id;
