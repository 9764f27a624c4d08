-- The months that changed masters touch, as stale keys like any other. The grain's primary key and
-- its index (part) serve it; rejects of a defect code are read in one pass, as its trigger does.
WITH taken AS (
    DELETE FROM scorecards_latemark RETURNING supplier_id, part_id, defect_code_id
)
INSERT INTO scorecards_stalekey (supplier_id, month)
SELECT g.supplier_id, g.month
FROM taken t JOIN scorecards_partmonth g ON g.part_id = t.part_id AND g.supplier_id = coalesce(t.supplier_id, g.supplier_id)
UNION
SELECT r.supplier_id, date_trunc('month', r.detected_on::timestamp)::date
FROM taken t JOIN suppliers_reject r ON r.defect_code_id = t.defect_code_id
UNION
SELECT m.supplier_id, m.month
FROM scorecards_suppliermonth m
WHERE EXISTS (SELECT 1 FROM taken WHERE part_id IS NULL AND defect_code_id IS NULL);
