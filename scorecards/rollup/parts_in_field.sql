-- Parts in field of each affected supplier-month: what was received in the warranty period that
-- ended `lag` months before, with reported parts taking the place of their derived figure.
-- The primary key (supplier, month) serves the window, the unique key of the reports the rest.
WITH affected AS (
    SELECT DISTINCT k.supplier_id, (k.month + make_interval(months => n))::date AS month
    FROM rollup_key k CROSS JOIN scorecards_policyinforce p
    CROSS JOIN LATERAL generate_series(0, p.field_lag_months::int + p.warranty_months::int - 1) n
), reported AS (
    SELECT f.supplier_id, f.month, sum(f.parts_in_field) AS given,
           sum(derived.received_qty) AS replaced
    FROM suppliers_fieldpopulation f
    JOIN affected a ON a.supplier_id = f.supplier_id AND a.month = f.month
    CROSS JOIN scorecards_policyinforce p
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(g.received_qty), 0) AS received_qty FROM scorecards_partmonth g
        WHERE g.supplier_id = f.supplier_id AND g.part_id = f.part_id
          AND g.month <= (f.month - make_interval(months => p.field_lag_months::int))::date
          AND g.month > (f.month - make_interval(months => p.field_lag_months::int + p.warranty_months::int))::date
    ) derived
    GROUP BY f.supplier_id, f.month
), computed AS (
    SELECT a.supplier_id, a.month,
           coalesce(w.received_qty, 0) - coalesce(r.replaced, 0) + coalesce(r.given, 0) AS parts_in_field,
           coalesce(r.given, 0) AS parts_in_field_given
    FROM affected a
    CROSS JOIN scorecards_policyinforce p
    CROSS JOIN LATERAL (
        SELECT sum(m.received_qty) AS received_qty FROM scorecards_suppliermonth m
        WHERE m.supplier_id = a.supplier_id
          AND m.month <= (a.month - make_interval(months => p.field_lag_months::int))::date
          AND m.month > (a.month - make_interval(months => p.field_lag_months::int + p.warranty_months::int))::date
    ) w
    LEFT JOIN reported r ON r.supplier_id = a.supplier_id AND r.month = a.month
)
INSERT INTO scorecards_suppliermonth (
    supplier_id, month, received_qty, counted_qty, provisional_qty, suspect_qty, defects,
    opportunities, incidents, weighted_incidents, lines_promised, lines_on_time,
    returned_qty, returned_provisional_qty, parts_in_field, parts_in_field_given)
SELECT supplier_id, month, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, parts_in_field, parts_in_field_given
FROM computed
WHERE parts_in_field <> 0 OR parts_in_field_given <> 0
   OR EXISTS (SELECT 1 FROM scorecards_suppliermonth m
              WHERE m.supplier_id = computed.supplier_id AND m.month = computed.month)
ON CONFLICT (supplier_id, month) DO UPDATE SET
    parts_in_field = excluded.parts_in_field, parts_in_field_given = excluded.parts_in_field_given;
