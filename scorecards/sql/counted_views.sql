-- What each fact contributes, continued after the views of deliveries and of rejects.

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
