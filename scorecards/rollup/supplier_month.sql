-- Supplier × month from the two grains; their primary keys begin with (supplier, month).
INSERT INTO scorecards_suppliermonth (
    supplier_id, month, received_qty, counted_qty, provisional_qty, suspect_qty, defects,
    opportunities, incidents, weighted_incidents, lines_promised, lines_on_time,
    returned_qty, returned_provisional_qty, parts_in_field, parts_in_field_given)
SELECT
    supplier_id, month, sum(received_qty), sum(counted_qty), sum(provisional_qty),
    sum(suspect_qty), sum(defects), sum(opportunities), sum(incidents),
    sum(weighted_incidents), sum(lines_promised), sum(lines_on_time),
    sum(returned_qty), sum(returned_provisional_qty), 0, 0
FROM (
    SELECT g.supplier_id, g.month, g.received_qty, g.counted_qty, g.provisional_qty, g.suspect_qty,
           g.defects, g.opportunities, g.incidents, g.weighted_incidents, g.lines_promised,
           g.lines_on_time, 0 AS returned_qty, 0 AS returned_provisional_qty
    FROM scorecards_partmonth g
    JOIN rollup_key k ON g.supplier_id = k.supplier_id AND g.month = k.month -- keyed
    UNION ALL
    SELECT w.supplier_id, w.month, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, w.returned_qty, w.returned_provisional_qty
    FROM scorecards_warrantymonth w
    JOIN rollup_key k ON w.supplier_id = k.supplier_id AND w.month = k.month -- keyed
) c
GROUP BY supplier_id, month
ON CONFLICT (supplier_id, month) DO UPDATE SET
    received_qty = excluded.received_qty, counted_qty = excluded.counted_qty,
    provisional_qty = excluded.provisional_qty, suspect_qty = excluded.suspect_qty,
    defects = excluded.defects, opportunities = excluded.opportunities,
    incidents = excluded.incidents, weighted_incidents = excluded.weighted_incidents,
    lines_promised = excluded.lines_promised, lines_on_time = excluded.lines_on_time,
    returned_qty = excluded.returned_qty, returned_provisional_qty = excluded.returned_provisional_qty;
