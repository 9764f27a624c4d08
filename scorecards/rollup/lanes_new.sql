-- Computed lanes that are not kept, after lanes_gone.sql; the primary key serves it.
INSERT INTO scorecards_partmonth
SELECT l.* FROM rollup_lane l
LEFT JOIN (
    SELECT t.supplier_id, t.month, t.plant_id, t.part_id
    FROM scorecards_partmonth t
    JOIN rollup_key k ON t.supplier_id = k.supplier_id AND t.month = k.month
) kept USING (supplier_id, month, plant_id, part_id)
WHERE kept.supplier_id IS NULL;
