-- What each delivery contributes. The roll-up sums these readings, pages list them: the rows behind
-- a figure add up to it because they are what was added. PostgreSQL puts the functions' expressions
-- into the statement that calls them; the common case is asked first, since a rebuild asks ten
-- million times.

-- Whether a kind of delivery counts for a supplier's part: samples and replacements never, pre-series
-- only where the part says so. Nulls stand for a part that nobody recorded, or that is as all are.
CREATE OR REPLACE FUNCTION scorecards_kind_counts(kind text, counts_in_ppm boolean, phase text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'serial' THEN coalesce(counts_in_ppm, phase IS NULL OR phase = 'serial')
        WHEN 'pre_series' THEN coalesce(counts_in_ppm, false)
        ELSE false
    END
$$;

-- Pieces received, for the views and for notes of changes: a reversal subtracts.
CREATE OR REPLACE FUNCTION scorecards_received_qty(quantity numeric, kind text, reverses boolean, counts_in_ppm boolean, phase text)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN NOT scorecards_kind_counts(kind, counts_in_ppm, phase) THEN 0
        WHEN reverses THEN -quantity
        ELSE quantity
    END
$$;

CREATE OR REPLACE FUNCTION scorecards_was_promised(promised_on date, reverses boolean)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT promised_on IS NOT NULL AND NOT reverses
$$;

CREATE OR REPLACE FUNCTION scorecards_was_on_time(
    received_on date, promised_on date, reverses boolean, quantity numeric, ordered_quantity numeric, early_days integer, late_days integer)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT promised_on IS NOT NULL AND NOT reverses AND (ordered_quantity IS NULL OR quantity >= ordered_quantity)
        AND received_on BETWEEN promised_on - early_days AND promised_on + late_days
$$;

-- What a delivery says before its supplier's part is asked whether the kind counts: net pieces and
-- delivery to promise. The policy is read once a statement.
CREATE OR REPLACE VIEW scorecards_deliveryline AS
SELECT
    d.id, d.supplier_id, d.plant_id, d.part_id, d.received_on, d.kind,
    CASE WHEN d.reverses_id IS NULL THEN d.quantity ELSE -d.quantity END AS net_qty,
    scorecards_was_promised(d.promised_on, d.reverses_id IS NOT NULL) AS was_promised,
    scorecards_was_on_time(d.received_on, d.promised_on, d.reverses_id IS NOT NULL, d.quantity, d.ordered_quantity,
                           (SELECT on_time_early_days::int FROM scorecards_policyinforce),
                           (SELECT on_time_late_days::int FROM scorecards_policyinforce)) AS was_on_time
FROM suppliers_delivery d;

-- The suppliers' parts that do not count as every other does: few.
CREATE OR REPLACE VIEW scorecards_exceptionalpart AS
SELECT supplier_id, part_id, counts_in_ppm, phase
FROM suppliers_supplierpart
WHERE counts_in_ppm IS NOT NULL OR phase <> 'serial';

-- What one delivery contributes. (supplier_id, received_on) serves a supplier's month.
CREATE OR REPLACE VIEW scorecards_counteddelivery AS
SELECT
    d.id, d.supplier_id, d.plant_id, d.part_id, d.received_on,
    date_trunc('month', d.received_on::timestamp)::date AS month,
    CASE WHEN scorecards_kind_counts(d.kind, sp.counts_in_ppm, sp.phase) THEN d.net_qty ELSE 0 END AS received_qty,
    d.was_promised::int AS promised,
    d.was_on_time::int AS on_time
FROM scorecards_deliveryline d
LEFT JOIN scorecards_exceptionalpart sp USING (supplier_id, part_id);
