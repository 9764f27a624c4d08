-- What was rejected, beside what was received of it or, where nothing was, in a row of its own.
-- Rejects are few: looking each lane's row up by the primary key is cheaper than joining all rows
-- of the grain with them.
INSERT INTO scorecards_partmonth (
    supplier_id, month, plant_id, part_id, received_qty, counted_qty, provisional_qty,
    suspect_qty, defects, opportunities, incidents, weighted_incidents,
    lines_promised, lines_on_time)
SELECT supplier_id, month, plant_id, part_id, 0, counted_qty, provisional_qty, suspect_qty, defects, 0,
       incidents, weighted_incidents, 0, 0
FROM rollup_rejects
ON CONFLICT (supplier_id, month, plant_id, part_id) DO UPDATE SET
    counted_qty = excluded.counted_qty, provisional_qty = excluded.provisional_qty,
    suspect_qty = excluded.suspect_qty, defects = excluded.defects,
    incidents = excluded.incidents, weighted_incidents = excluded.weighted_incidents;
