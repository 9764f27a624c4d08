-- Supplier × month from the two grains, with the parts in field: what was received in the warranty
-- period that ended `lag` months before, reported parts taking the place of their derived figure.
-- The keyed form inserts the months that changed (they were deleted) and corrects the parts in
-- field of the months that follow them. Primary keys, all beginning with (supplier, month), and the
-- unique key of the reports serve it. What lanes add up to has a file of its own.
INSERT INTO scorecards_suppliermonth AS kept (
    supplier_id, month, received_qty, counted_qty, provisional_qty, suspect_qty, defects,
    opportunities, incidents, weighted_incidents, lines_promised, lines_on_time,
    returned_qty, returned_provisional_qty, parts_in_field, parts_in_field_given)
WITH policy AS (
    SELECT field_lag_months::int AS lag, field_lag_months::int + warranty_months::int - 1 AS back
    FROM scorecards_policyinforce
), lanes AS NOT MATERIALIZED (
    SELECT * FROM rollup_lane_sums
), returned AS NOT MATERIALIZED (
    SELECT w.supplier_id, w.month, sum(w.returned_qty) AS returned_qty,
           sum(w.returned_provisional_qty) AS returned_provisional_qty
    FROM scorecards_warrantymonth w
    JOIN rollup_key k ON w.supplier_id = k.supplier_id AND w.month = k.month -- keyed
    GROUP BY w.supplier_id, w.month
), counts AS MATERIALIZED (
    SELECT * FROM lanes FULL JOIN returned USING (supplier_id, month)
), spans AS MATERIALIZED (
    SELECT supplier_id, min(month) AS first, max(month) AS last
    FROM (
        SELECT supplier_id, month FROM rollup_key -- keyed
        SELECT supplier_id, month FROM counts -- whole
        UNION ALL -- whole
        SELECT supplier_id, month FROM suppliers_fieldpopulation -- whole
    ) touched
    GROUP BY supplier_id
), months AS (
    -- without gaps; of what is kept from as far back as a warranty period reaches
    SELECT s.supplier_id, m::date AS month, m >= s.first AS wanted
    FROM spans s
    CROSS JOIN policy p
    CROSS JOIN LATERAL generate_series(
        s.first - make_interval(months => p.back), -- keyed
        s.first, -- whole
        s.last + make_interval(months => p.back), interval '1 month') m
), known AS (
    SELECT supplier_id, month, received_qty, false AS stays FROM counts
    UNION ALL -- keyed
    SELECT m.supplier_id, m.month, m.received_qty, true FROM scorecards_suppliermonth m -- keyed
    JOIN spans s ON m.supplier_id = s.supplier_id -- keyed
), fielded AS (
    SELECT m.supplier_id, m.month, m.wanted, coalesce(k.stays, false) AS stays,
           coalesce(sum(k.received_qty) OVER (
               PARTITION BY m.supplier_id ORDER BY m.month
               ROWS BETWEEN (SELECT back FROM policy) PRECEDING AND (SELECT lag FROM policy) PRECEDING
           ), 0) AS received_qty
    FROM months m
    LEFT JOIN known k ON k.supplier_id = m.supplier_id AND k.month = m.month
), reported AS (
    SELECT supplier_id, month, sum(given) AS given, sum(replaced) AS replaced
    FROM (
        SELECT f.supplier_id, f.month, f.parts_in_field AS given, coalesce(sum(l.received_qty), 0) AS replaced
        FROM suppliers_fieldpopulation f
        JOIN months m ON m.supplier_id = f.supplier_id AND m.month = f.month AND m.wanted
        CROSS JOIN policy p
        LEFT JOIN scorecards_partmonth l
            ON l.supplier_id = f.supplier_id AND l.part_id = f.part_id
            AND l.month BETWEEN (f.month - make_interval(months => p.back))::date
                            AND (f.month - make_interval(months => p.lag))::date
        GROUP BY f.id, f.supplier_id, f.month, f.parts_in_field
    ) one
    GROUP BY supplier_id, month
), complete AS (
    SELECT supplier_id, month, f.stays, c.month IS NOT NULL AS counted, c.received_qty, c.counted_qty, c.provisional_qty,
           c.suspect_qty, c.defects, c.opportunities, c.incidents, c.weighted_incidents, c.lines_promised,
           c.lines_on_time, c.returned_qty, c.returned_provisional_qty,
           f.received_qty - coalesce(r.replaced, 0) + coalesce(r.given, 0) AS parts_in_field,
           coalesce(r.given, 0) AS parts_in_field_given
    FROM fielded f
    LEFT JOIN counts c USING (supplier_id, month)
    LEFT JOIN reported r USING (supplier_id, month)
    WHERE f.wanted
)
SELECT supplier_id, month, coalesce(received_qty, 0), coalesce(counted_qty, 0), coalesce(provisional_qty, 0),
       coalesce(suspect_qty, 0), coalesce(defects, 0), coalesce(opportunities, 0), coalesce(incidents, 0),
       coalesce(weighted_incidents, 0), coalesce(lines_promised, 0), coalesce(lines_on_time, 0),
       coalesce(returned_qty, 0), coalesce(returned_provisional_qty, 0), parts_in_field, parts_in_field_given
FROM complete
WHERE counted OR stays OR parts_in_field <> 0 OR parts_in_field_given <> 0
ON CONFLICT (supplier_id, month) DO UPDATE SET -- keyed
    parts_in_field = excluded.parts_in_field, parts_in_field_given = excluded.parts_in_field_given -- keyed
WHERE (kept.parts_in_field, kept.parts_in_field_given) <> (excluded.parts_in_field, excluded.parts_in_field_given) -- keyed
