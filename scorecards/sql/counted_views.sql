-- What each fact contributes, continued after counted_deliveries.sql and judged_rejects.sql.

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
