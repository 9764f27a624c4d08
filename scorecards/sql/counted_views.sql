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

-- What one reject counts. The newest verdict's supplier share counts; without a verdict the
-- policy's provisional rule does. (supplier_id, detected_on) serves a supplier's month, the unique
-- (reject_id, number) finds the newest verdict.
CREATE VIEW scorecards_judgedreject AS
SELECT
    f.*,
    CASE
        WHEN NOT f.enters THEN 0
        WHEN f.responsible_qty = 0 AND (f.decided OR f.counts <> 'incident') THEN 0
        WHEN f.counts = 'incident' THEN 1
        WHEN f.counts = 'whole_lot' THEN greatest(coalesce(f.lot_qty, f.suspect_qty), f.responsible_qty)
        ELSE f.responsible_qty
    END AS counted_qty
FROM (
    SELECT
        r.id, r.supplier_id, r.plant_id, r.part_id, r.detected_on, r.complaint,
        r.severity, r.suspect_qty, r.defects, dc.counts, d.quantity AS lot_qty,
        date_trunc('month', r.detected_on::timestamp)::date AS month,
        v.id IS NOT NULL AS decided,
        coalesce(sp.counts_in_ppm, coalesce(sp.phase, 'serial') = 'serial')
            AND coalesce(d.kind, 'serial') NOT IN ('sample', 'replacement') AS enters,
        CASE
            WHEN v.id IS NOT NULL THEN v.supplier_qty
            WHEN p.provisional = 'found_only' THEN r.confirmed_qty
            WHEN p.provisional = 'extrapolated' AND r.checked_qty > 0
                THEN round(r.confirmed_qty * r.suspect_qty / r.checked_qty)
            ELSE r.suspect_qty
        END AS responsible_qty
    FROM suppliers_reject r
    CROSS JOIN scorecards_policyinforce p
    JOIN suppliers_defectcode dc ON dc.id = r.defect_code_id
    LEFT JOIN suppliers_supplierpart sp ON sp.supplier_id = r.supplier_id AND sp.part_id = r.part_id
    LEFT JOIN suppliers_delivery d ON d.id = r.delivery_id
    LEFT JOIN LATERAL (
        SELECT rv.id, rv.supplier_qty FROM suppliers_rejectverdict rv
        WHERE rv.reject_id = r.id ORDER BY rv.number DESC LIMIT 1
    ) v ON true
) f;

-- Reports of one issue carry the same complaint number, in one month, and come from the same plant
-- (a plant's numbers are its own) or are about the same part (which another plant reports too).
-- Two plants that use the same number for different parts have two issues. The incident is the
-- most severe report that counts, of equally severe ones the first: so an issue weighs what it
-- did at its worst, whoever reported first. (supplier_id, complaint) finds the others; only where
-- there is one is asked what it counts.
--
-- Of an issue's reports whose code counts one per incident, one counts 1 and the others nothing:
-- the most severe that counts, of equally severe ones the first. Reports of the issue under other
-- codes count by their own rule. OFFSET 0: looked up once a row, not once a column.
CREATE VIEW scorecards_countedreject AS
SELECT
    r.id, r.supplier_id, r.plant_id, r.part_id, r.detected_on, r.month, r.decided,
    i.counted_qty,
    CASE WHEN r.decided THEN 0 ELSE i.counted_qty END AS provisional_qty,
    CASE WHEN r.enters THEN r.suspect_qty ELSE 0 END AS suspect_qty,
    CASE WHEN r.enters THEN coalesce(r.defects, i.counted_qty) ELSE 0 END AS defects,
    i.incident AS incidents,
    i.incident * w.weight AS weighted_incidents
FROM scorecards_judgedreject r
CROSS JOIN LATERAL (
    SELECT CASE r.severity
        WHEN 'sorting' THEN 1 WHEN 'line_disturbance' THEN 3 WHEN 'line_stop' THEN 10
        WHEN 'customer_plant' THEN 30 WHEN 'field' THEN 100 ELSE 0
    END AS weight
) w
CROSS JOIN LATERAL (
    -- 0: no report of the issue stands before this one; 2: one that counts one per incident does
    SELECT CASE
        WHEN r.counted_qty <= 0 OR NOT EXISTS (
            SELECT 1 FROM suppliers_reject other
            WHERE other.supplier_id = r.supplier_id AND other.complaint = r.complaint
              AND date_trunc('month', other.detected_on::timestamp)::date = r.month
              AND other.id <> r.id
              AND (other.plant_id = r.plant_id OR other.part_id = r.part_id)
        ) THEN 0
        ELSE coalesce((
            SELECT max(CASE other.counts WHEN 'incident' THEN 2 ELSE 1 END)
            FROM scorecards_judgedreject other
            CROSS JOIN LATERAL (
                SELECT CASE other.severity
                    WHEN 'sorting' THEN 1 WHEN 'line_disturbance' THEN 3 WHEN 'line_stop' THEN 10
                    WHEN 'customer_plant' THEN 30 WHEN 'field' THEN 100 ELSE 0
                END AS weight
            ) o
            WHERE other.supplier_id = r.supplier_id AND other.complaint = r.complaint
              AND other.month = r.month AND other.id <> r.id AND other.counted_qty > 0
              AND (other.plant_id = r.plant_id OR other.part_id = r.part_id)
              AND (o.weight > w.weight OR (o.weight = w.weight AND other.id < r.id))
        ), 0)
    END AS behind
    OFFSET 0
) b
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN r.counted_qty <= 0 OR b.behind > 0 THEN 0 ELSE 1 END AS incident,
        CASE WHEN r.counts = 'incident' AND b.behind = 2 THEN 0 ELSE r.counted_qty END AS counted_qty
) i;

-- Warranty returns. The newest verdict's accepted share counts; without one the share the
-- claim came with. (supplier_id, received_on) serves a supplier's month.
CREATE VIEW scorecards_countedreturn AS
SELECT
    w.id, w.supplier_id, w.part_id, w.received_on,
    date_trunc('month', w.received_on::timestamp)::date AS month,
    v.id IS NOT NULL AS decided,
    w.quantity * coalesce(v.accepted_pct, w.accepted_pct) / 100 AS returned_qty,
    CASE WHEN v.id IS NULL THEN w.quantity * w.accepted_pct / 100 ELSE 0 END AS returned_provisional_qty
FROM suppliers_warrantyreturn w
LEFT JOIN LATERAL (
    SELECT wv.id, wv.accepted_pct FROM suppliers_warrantyverdict wv
    WHERE wv.warranty_return_id = w.id ORDER BY wv.number DESC LIMIT 1
) v ON true;

-- Parts in field of a supplier's part at the end of a month: as reported, else derived from
-- deliveries, namely what was received in the warranty period that ended `lag` months before.
-- A union of two disjoint parts, so that a condition on supplier or part reaches the keys of
-- scorecards_partmonth: (supplier, …) or (part, month).
CREATE VIEW scorecards_fieldmonth AS
SELECT supplier_id, part_id, month, parts_in_field, parts_in_field AS parts_in_field_given
FROM suppliers_fieldpopulation
UNION ALL
SELECT derived.supplier_id, derived.part_id, derived.month, derived.parts_in_field, 0
FROM (
    SELECT g.supplier_id, g.part_id, (g.month + make_interval(months => n))::date AS month,
           sum(g.received_qty) AS parts_in_field
    FROM scorecards_partmonth g CROSS JOIN scorecards_policyinforce p
    CROSS JOIN LATERAL generate_series(
        p.field_lag_months::int, p.field_lag_months::int + p.warranty_months::int - 1) n
    GROUP BY 1, 2, 3
) derived
WHERE NOT EXISTS (
    SELECT 1 FROM suppliers_fieldpopulation reported
    WHERE reported.supplier_id = derived.supplier_id
      AND reported.part_id = derived.part_id AND reported.month = derived.month
);

-- Tiers: a month uses the tier that was valid at its end.
CREATE VIEW scorecards_tiermonth AS
SELECT
    st.tier_id, m.month,
    sum(m.received_qty) AS received_qty, sum(m.counted_qty) AS counted_qty,
    sum(m.provisional_qty) AS provisional_qty, sum(m.suspect_qty) AS suspect_qty,
    sum(m.defects) AS defects, sum(m.opportunities) AS opportunities,
    sum(m.incidents) AS incidents, sum(m.weighted_incidents) AS weighted_incidents,
    sum(m.lines_promised) AS lines_promised, sum(m.lines_on_time) AS lines_on_time,
    sum(m.returned_qty) AS returned_qty,
    sum(m.returned_provisional_qty) AS returned_provisional_qty,
    sum(m.parts_in_field) AS parts_in_field, sum(m.parts_in_field_given) AS parts_in_field_given
FROM scorecards_suppliermonth m
JOIN suppliers_suppliertier st ON st.supplier_id = m.supplier_id
    AND st.during @> (m.month + interval '1 month' - interval '1 day')::date
GROUP BY st.tier_id, m.month;

-- Groups: a month uses the group that the supplier belonged to at its end, as tiers do. The
-- exclusion constraint on memberships serves the join; without overlaps nothing counts twice.
CREATE VIEW scorecards_groupmonth AS
SELECT
    gm.group_id, m.month,
    sum(m.received_qty) AS received_qty, sum(m.counted_qty) AS counted_qty,
    sum(m.provisional_qty) AS provisional_qty, sum(m.suspect_qty) AS suspect_qty,
    sum(m.defects) AS defects, sum(m.opportunities) AS opportunities,
    sum(m.incidents) AS incidents, sum(m.weighted_incidents) AS weighted_incidents,
    sum(m.lines_promised) AS lines_promised, sum(m.lines_on_time) AS lines_on_time,
    sum(m.returned_qty) AS returned_qty,
    sum(m.returned_provisional_qty) AS returned_provisional_qty,
    sum(m.parts_in_field) AS parts_in_field, sum(m.parts_in_field_given) AS parts_in_field_given
FROM scorecards_suppliermonth m
JOIN suppliers_suppliergroupmembership gm ON gm.supplier_id = m.supplier_id
    AND gm.during @> (m.month + interval '1 month' - interval '1 day')::date
GROUP BY gm.group_id, m.month;
