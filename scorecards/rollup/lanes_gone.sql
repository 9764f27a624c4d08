-- Kept lanes of the stale keys that are computed differently now, or no longer; the primary key,
-- which begins with (supplier, month), serves it. No column is ever null.
DELETE FROM scorecards_partmonth t
USING rollup_key k
WHERE t.supplier_id = k.supplier_id AND t.month = k.month
  AND NOT EXISTS (
      SELECT 1 FROM rollup_lane l
      WHERE l.supplier_id = t.supplier_id AND l.month = t.month
        AND l.plant_id = t.plant_id AND l.part_id = t.part_id
        AND ROW(l.*) = ROW(t.*)
  );
