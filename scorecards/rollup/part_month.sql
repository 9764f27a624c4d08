-- Supplier × plant × part × month from the counted views.
-- suppliers_delivery(supplier_id, received_on) and suppliers_reject(supplier_id, detected_on)
-- serve the keyed form; the whole form reads each fact once.
INSERT INTO scorecards_partmonth (
    supplier_id, month, plant_id, part_id, received_qty, counted_qty, provisional_qty,
    suspect_qty, defects, opportunities, incidents, weighted_incidents,
    lines_promised, lines_on_time)
SELECT
    c.supplier_id, c.month, c.plant_id, c.part_id, sum(c.received_qty), sum(c.counted_qty),
    sum(c.provisional_qty), sum(c.suspect_qty), sum(c.defects),
    sum(c.received_qty) * max(o.per_unit), sum(c.incidents), sum(c.weighted_incidents),
    sum(c.promised), sum(c.on_time)
FROM (
    SELECT d.supplier_id, d.month, d.plant_id, d.part_id, d.received_qty,
           0 AS counted_qty, 0 AS provisional_qty, 0 AS suspect_qty, 0 AS defects,
           0 AS incidents, 0 AS weighted_incidents, d.promised, d.on_time
    FROM scorecards_counteddelivery d
    JOIN rollup_key k ON d.supplier_id = k.supplier_id AND d.received_on >= k.month AND d.received_on < k.next_month -- keyed
    UNION ALL
    SELECT r.supplier_id, r.month, r.plant_id, r.part_id, 0,
           r.counted_qty, r.provisional_qty, r.suspect_qty, r.defects,
           r.incidents, r.weighted_incidents, 0, 0
    FROM scorecards_countedreject r
    JOIN rollup_key k ON r.supplier_id = k.supplier_id AND r.detected_on >= k.month AND r.detected_on < k.next_month -- keyed
) c
JOIN (
    SELECT id, component_opportunities::bigint + placement_opportunities + termination_opportunities AS per_unit
    FROM suppliers_part
) o ON o.id = c.part_id
GROUP BY c.supplier_id, c.month, c.plant_id, c.part_id;
