-- Supplier × plant × part × month of everything received, with what was rejected of it.
-- suppliers_delivery(supplier_id, received_on) and suppliers_reject(supplier_id, detected_on)
-- serve the keyed form; the whole form reads each fact once. Receipts and rejects are added up
-- apart and joined as sums: receipts are nearly all rows, and carry three sums instead of nine.
INSERT INTO scorecards_partmonth (
    supplier_id, month, plant_id, part_id, received_qty, counted_qty, provisional_qty,
    suspect_qty, defects, opportunities, incidents, weighted_incidents,
    lines_promised, lines_on_time)
SELECT
    d.supplier_id, d.month, d.plant_id, d.part_id, d.received_qty,
    coalesce(r.counted_qty, 0), coalesce(r.provisional_qty, 0), coalesce(r.suspect_qty, 0),
    coalesce(r.defects, 0), d.received_qty * o.per_unit, coalesce(r.incidents, 0),
    coalesce(r.weighted_incidents, 0), d.promised, d.on_time
FROM (
    SELECT d.supplier_id, d.month, d.plant_id, d.part_id, sum(d.received_qty) AS received_qty,
           sum(d.promised) AS promised, sum(d.on_time) AS on_time
    FROM scorecards_counteddelivery d
    JOIN rollup_key k ON d.supplier_id = k.supplier_id AND d.received_on >= k.month AND d.received_on < k.next_month -- keyed
    GROUP BY d.supplier_id, d.month, d.plant_id, d.part_id
) d
LEFT JOIN (
    SELECT r.supplier_id, r.month, r.plant_id, r.part_id, sum(r.counted_qty) AS counted_qty,
           sum(r.provisional_qty) AS provisional_qty, sum(r.suspect_qty) AS suspect_qty,
           sum(r.defects) AS defects, sum(r.incidents) AS incidents,
           sum(r.weighted_incidents) AS weighted_incidents
    FROM scorecards_countedreject r
    JOIN rollup_key k ON r.supplier_id = k.supplier_id AND r.detected_on >= k.month AND r.detected_on < k.next_month -- keyed
    GROUP BY r.supplier_id, r.month, r.plant_id, r.part_id
) r USING (supplier_id, month, plant_id, part_id)
JOIN (
    SELECT id, component_opportunities::bigint + placement_opportunities + termination_opportunities AS per_unit
    FROM suppliers_part
) o ON o.id = d.part_id;
