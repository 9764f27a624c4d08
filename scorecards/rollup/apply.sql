-- What noted deliveries add (stale_marks.sql), to their lanes, their supplier-months and the
-- parts in field of the months that follow. All of it adds up: a part's months that are reported
-- stay as reported. Primary keys, all beginning with (supplier, month), serve it; the unique keys
-- of suppliers' parts and of the reports too.
WITH taken AS (
    DELETE FROM scorecards_stalekey WHERE supplier_id = ANY (%(suppliers)s) AND part_id IS NOT NULL RETURNING *
), policy AS MATERIALIZED (
    SELECT field_lag_months::int AS lag, field_lag_months::int + warranty_months::int - 1 AS back,
           on_time_early_days::int AS early, on_time_late_days::int AS late
    FROM scorecards_policyinforce
), change AS MATERIALIZED (
    SELECT t.supplier_id, t.month, t.plant_id, t.part_id,
           sum(t.sign * scorecards_received_qty(t.quantity, t.kind, t.reverses, sp.counts_in_ppm, sp.phase)) AS received_qty,
           sum(t.sign * scorecards_was_promised(t.promised_on, t.reverses)::int) AS promised,
           sum(t.sign * scorecards_was_on_time(t.received_on, t.promised_on, t.reverses, t.quantity, t.ordered_quantity,
                                               policy.early, policy.late)::int) AS on_time
    FROM taken t
    CROSS JOIN policy
    LEFT JOIN suppliers_supplierpart sp ON sp.supplier_id = t.supplier_id AND sp.part_id = t.part_id
    GROUP BY t.supplier_id, t.month, t.plant_id, t.part_id
), lane AS MATERIALIZED (
    SELECT c.*, c.received_qty * (p.component_opportunities::bigint + p.placement_opportunities + p.termination_opportunities)
                AS opportunities
    FROM change c JOIN suppliers_part p ON p.id = c.part_id
), kept_lane AS (
    INSERT INTO scorecards_partmonth AS kept (
        supplier_id, month, plant_id, part_id, received_qty, counted_qty, provisional_qty,
        suspect_qty, defects, opportunities, incidents, weighted_incidents,
        lines_promised, lines_on_time)
    SELECT supplier_id, month, plant_id, part_id, received_qty, 0, 0, 0, 0, opportunities, 0, 0, promised, on_time
    FROM lane
    ON CONFLICT (supplier_id, month, plant_id, part_id) DO UPDATE SET
        received_qty = kept.received_qty + excluded.received_qty,
        opportunities = kept.opportunities + excluded.opportunities,
        lines_promised = kept.lines_promised + excluded.lines_promised,
        lines_on_time = kept.lines_on_time + excluded.lines_on_time
), fielded AS (
    SELECT l.supplier_id, m::date AS month, l.received_qty
    FROM lane l
    CROSS JOIN policy
    CROSS JOIN LATERAL generate_series(
        l.month + make_interval(months => policy.lag), l.month + make_interval(months => policy.back), interval '1 month') m
    WHERE l.received_qty <> 0
      AND NOT EXISTS (SELECT 1 FROM suppliers_fieldpopulation f
                      WHERE f.supplier_id = l.supplier_id AND f.part_id = l.part_id AND f.month = m::date)
), kept_month AS (
    INSERT INTO scorecards_suppliermonth AS kept (
        supplier_id, month, received_qty, counted_qty, provisional_qty, suspect_qty, defects,
        opportunities, incidents, weighted_incidents, lines_promised, lines_on_time,
        returned_qty, returned_provisional_qty, parts_in_field, parts_in_field_given)
    SELECT supplier_id, month, sum(received_qty), 0, 0, 0, 0, sum(opportunities), 0, 0, sum(promised), sum(on_time),
           0, 0, sum(parts_in_field), 0
    FROM (
        SELECT supplier_id, month, received_qty, opportunities, promised, on_time, 0 AS parts_in_field FROM lane
        UNION ALL
        SELECT supplier_id, month, 0, 0, 0, 0, received_qty FROM fielded
    ) added
    GROUP BY supplier_id, month
    ON CONFLICT (supplier_id, month) DO UPDATE SET
        received_qty = kept.received_qty + excluded.received_qty,
        opportunities = kept.opportunities + excluded.opportunities,
        lines_promised = kept.lines_promised + excluded.lines_promised,
        lines_on_time = kept.lines_on_time + excluded.lines_on_time,
        parts_in_field = kept.parts_in_field + excluded.parts_in_field
    RETURNING kept.received_qty = 0 AND kept.parts_in_field = 0 AND kept.parts_in_field_given = 0 AS empty
)
SELECT DISTINCT supplier_id, month, EXISTS (SELECT FROM kept_month WHERE empty) FROM lane
