-- Parts in field of each affected supplier-month: what was received in the warranty period that
-- ended `lag` months before, with reported parts taking the place of their derived figure.
-- Months between two affected ones come out as they were. One pass over the months of the suppliers concerned, read by the primary key (supplier, month);
-- the unique key of the reports serves the rest.
WITH affected AS (
    SELECT k.supplier_id, month::date AS month
    FROM (SELECT supplier_id, min(month) AS first, max(month) AS last FROM rollup_key GROUP BY supplier_id) k
    CROSS JOIN scorecards_policyinforce p
    CROSS JOIN LATERAL generate_series(
        k.first::timestamp,
        k.last + make_interval(months => p.field_lag_months::int + p.warranty_months::int - 1),
        interval '1 month') month
), received AS (
    SELECT supplier_id, month, wanted, known,
           sum(received_qty) OVER (
               PARTITION BY supplier_id ORDER BY month
               RANGE BETWEEN (SELECT make_interval(months => field_lag_months::int + warranty_months::int - 1)
                              FROM scorecards_policyinforce) PRECEDING
                 AND (SELECT make_interval(months => field_lag_months::int)
                      FROM scorecards_policyinforce) PRECEDING
           ) AS received_qty
    FROM (
        SELECT supplier_id, month, sum(received_qty) AS received_qty, bool_or(wanted) AS wanted,
               bool_or(known) AS known
        FROM (
            SELECT m.supplier_id, m.month, m.received_qty, false AS wanted, true AS known
            FROM scorecards_suppliermonth m
            WHERE m.supplier_id IN (SELECT supplier_id FROM rollup_key)
            UNION ALL
            SELECT supplier_id, month, 0, true, false FROM affected
        ) s
        GROUP BY supplier_id, month
    ) m
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
    SELECT w.supplier_id, w.month, w.known,
           coalesce(w.received_qty, 0) - coalesce(r.replaced, 0) + coalesce(r.given, 0) AS parts_in_field,
           coalesce(r.given, 0) AS parts_in_field_given
    FROM received w
    LEFT JOIN reported r ON r.supplier_id = w.supplier_id AND r.month = w.month
    WHERE w.wanted
)
INSERT INTO scorecards_suppliermonth (
    supplier_id, month, received_qty, counted_qty, provisional_qty, suspect_qty, defects,
    opportunities, incidents, weighted_incidents, lines_promised, lines_on_time,
    returned_qty, returned_provisional_qty, parts_in_field, parts_in_field_given)
SELECT supplier_id, month, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, parts_in_field, parts_in_field_given
FROM computed
WHERE parts_in_field <> 0 OR parts_in_field_given <> 0 OR known
ON CONFLICT (supplier_id, month) DO UPDATE SET
    parts_in_field = excluded.parts_in_field, parts_in_field_given = excluded.parts_in_field_given;
