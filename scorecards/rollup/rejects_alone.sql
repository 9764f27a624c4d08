-- Rejects of what was not received in the month: lanes that part_month.sql has no row for.
-- suppliers_reject(supplier_id, detected_on) serves the keyed form, the primary key the rest.
INSERT INTO scorecards_partmonth (
    supplier_id, month, plant_id, part_id, received_qty, counted_qty, provisional_qty,
    suspect_qty, defects, opportunities, incidents, weighted_incidents,
    lines_promised, lines_on_time)
SELECT r.supplier_id, r.month, r.plant_id, r.part_id, 0, sum(r.counted_qty), sum(r.provisional_qty),
       sum(r.suspect_qty), sum(r.defects), 0, sum(r.incidents), sum(r.weighted_incidents), 0, 0
FROM scorecards_countedreject r
JOIN rollup_key k ON r.supplier_id = k.supplier_id AND r.detected_on >= k.month AND r.detected_on < k.next_month -- keyed
WHERE NOT EXISTS (SELECT 1 FROM scorecards_partmonth g
                  WHERE g.supplier_id = r.supplier_id AND g.month = r.month
                    AND g.plant_id = r.plant_id AND g.part_id = r.part_id)
GROUP BY r.supplier_id, r.month, r.plant_id, r.part_id;
