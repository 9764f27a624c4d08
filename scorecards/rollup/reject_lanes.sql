-- Supplier × plant × part × month of what was rejected; suppliers_reject(supplier_id, detected_on)
-- serves the keyed form.
SELECT r.supplier_id, r.month, r.plant_id, r.part_id, sum(r.counted_qty) AS counted_qty,
       sum(r.provisional_qty) AS provisional_qty, sum(r.suspect_qty) AS suspect_qty, sum(r.defects) AS defects,
       sum(r.incidents) AS incidents, sum(r.weighted_incidents) AS weighted_incidents
FROM scorecards_countedreject r
JOIN rollup_key k ON r.supplier_id = k.supplier_id AND r.detected_on >= k.month AND r.detected_on < k.next_month -- keyed
WHERE r.detected_on >= rollup_first AND r.detected_on < rollup_end -- whole
GROUP BY r.supplier_id, r.month, r.plant_id, r.part_id
