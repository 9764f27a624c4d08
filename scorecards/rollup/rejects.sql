-- What was rejected, beside what was received of it or, where nothing was, in a row of its own.
-- Rejects are few: looking each lane's row up by the primary key is cheaper than joining all rows
-- of the grain with them. suppliers_reject(supplier_id, detected_on) serves the keyed form.
INSERT INTO scorecards_partmonth (
    supplier_id, month, plant_id, part_id, received_qty, counted_qty, provisional_qty,
    suspect_qty, defects, opportunities, incidents, weighted_incidents,
    lines_promised, lines_on_time)
SELECT r.supplier_id, r.month, r.plant_id, r.part_id, 0, sum(r.counted_qty), sum(r.provisional_qty),
       sum(r.suspect_qty), sum(r.defects), 0, sum(r.incidents), sum(r.weighted_incidents), 0, 0
FROM scorecards_countedreject r
JOIN rollup_key k ON r.supplier_id = k.supplier_id AND r.detected_on >= k.month AND r.detected_on < k.next_month -- keyed
WHERE r.detected_on >= rollup_first AND r.detected_on < rollup_end -- whole
GROUP BY r.supplier_id, r.month, r.plant_id, r.part_id
ON CONFLICT (supplier_id, month, plant_id, part_id) DO UPDATE SET
    counted_qty = excluded.counted_qty, provisional_qty = excluded.provisional_qty,
    suspect_qty = excluded.suspect_qty, defects = excluded.defects,
    incidents = excluded.incidents, weighted_incidents = excluded.weighted_incidents;
