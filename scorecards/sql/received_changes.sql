-- A few deliveries recorded or corrected: what they add is noted with the mark, and the drain adds it
-- to the roll-up instead of computing the supplier's month anew, whose cost grows with its lines.
-- What a delivery counts is judged when the note is added up, by the masters of then, so a changed
-- master finds every note either judged by itself or in the months its late mark names.

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

-- Deliveries, as in counted_views.sql. suppliers_supplierpart is reached by its unique
-- (supplier, part) index or a hash join; (supplier_id, received_on) serves a supplier's month.
CREATE OR REPLACE VIEW scorecards_counteddelivery AS
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

-- mark_received(): a statement of few rows leaves a note of each row it added or changed in its
-- lane; rows that changed lanes, and statements of many rows, mark whole supplier-months.
CREATE FUNCTION scorecards_mark_received() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    few CONSTANT integer := 2000;
    many boolean := (SELECT count(*) FROM (SELECT FROM new_rows LIMIT few + 1) n) > few;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF many THEN
            INSERT INTO scorecards_stalekey (supplier_id, month)
            SELECT DISTINCT supplier_id, date_trunc('month', received_on::timestamp)::date FROM new_rows;
        ELSE
            INSERT INTO scorecards_stalekey (
                supplier_id, month, plant_id, part_id, sign, received_on, quantity, kind, reverses, promised_on, ordered_quantity)
            SELECT supplier_id, date_trunc('month', received_on::timestamp)::date, plant_id, part_id, 1,
                   received_on, quantity, kind, reverses_id IS NOT NULL, promised_on, ordered_quantity
            FROM new_rows;
        END IF;
        RETURN NULL;
    END IF;
    IF NOT many THEN
        INSERT INTO scorecards_stalekey (
            supplier_id, month, plant_id, part_id, sign, received_on, quantity, kind, reverses, promised_on, ordered_quantity)
        SELECT n.supplier_id, date_trunc('month', n.received_on::timestamp)::date, n.plant_id, n.part_id, c.sign,
               c.received_on, c.quantity, c.kind, c.reverses, c.promised_on, c.ordered_quantity
        FROM new_rows n JOIN old_rows o ON o.id = n.id
        CROSS JOIN LATERAL (VALUES
            (1, n.received_on, n.quantity, n.kind, n.reverses_id IS NOT NULL, n.promised_on, n.ordered_quantity),
            (-1, o.received_on, o.quantity, o.kind, o.reverses_id IS NOT NULL, o.promised_on, o.ordered_quantity)
        ) c (sign, received_on, quantity, kind, reverses, promised_on, ordered_quantity)
        WHERE (n.supplier_id, n.plant_id, n.part_id) = (o.supplier_id, o.plant_id, o.part_id)
          AND date_trunc('month', n.received_on::timestamp) = date_trunc('month', o.received_on::timestamp);
    END IF;
    -- rows whose id changed have no partner
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT DISTINCT c.supplier_id, date_trunc('month', c.received_on::timestamp)::date
    FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
    CROSS JOIN LATERAL (VALUES (n.supplier_id, n.received_on), (o.supplier_id, o.received_on)) c (supplier_id, received_on)
    WHERE c.supplier_id IS NOT NULL
      AND (many OR n.id IS NULL OR o.id IS NULL
           OR (n.supplier_id, n.plant_id, n.part_id) <> (o.supplier_id, o.plant_id, o.part_id)
           OR date_trunc('month', n.received_on::timestamp) <> date_trunc('month', o.received_on::timestamp));
    RETURN NULL;
END $$;

DROP TRIGGER mark_stale_insert ON suppliers_delivery;
DROP TRIGGER mark_stale_update ON suppliers_delivery;
CREATE TRIGGER mark_stale_insert AFTER INSERT ON suppliers_delivery REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_received();
CREATE TRIGGER mark_stale_update AFTER UPDATE ON suppliers_delivery REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_received();

-- A TRUNCATE takes away what the notes say was added: they become marks of whole months.
CREATE OR REPLACE FUNCTION scorecards_mark_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH noted AS (
        DELETE FROM scorecards_stalekey WHERE TG_OP = 'TRUNCATE' AND part_id IS NOT NULL
        RETURNING supplier_id, month
    )
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT supplier_id, month FROM scorecards_suppliermonth
    UNION
    SELECT supplier_id, month FROM noted;
    IF TG_OP <> 'TRUNCATE' THEN
        INSERT INTO scorecards_latemark DEFAULT VALUES;
    END IF;
    RETURN NULL;
END $$;
