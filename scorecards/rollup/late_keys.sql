-- The months that changed masters touch, as stale keys like any other. The grain's primary key and
-- its index (part) serve it; rejects of a defect code are read in one pass, as its trigger does. Of a
-- part, the numbers that follow it are touched too (which issues are one); of a reject of a whole
-- lot, the lot's other rejects (which of them counts it).
WITH RECURSIVE taken AS (
    DELETE FROM scorecards_latemark RETURNING supplier_id, part_id, defect_code_id, delivery_id
), parts AS (
    SELECT part_id, supplier_id FROM taken WHERE part_id IS NOT NULL
    UNION
    SELECT p.id, t.supplier_id FROM parts t JOIN suppliers_part p ON p.supersedes_id = t.part_id
), lots AS (
    SELECT delivery_id FROM taken WHERE delivery_id IS NOT NULL
    UNION
    SELECT r.delivery_id
    FROM taken t JOIN suppliers_reject r ON r.defect_code_id = t.defect_code_id
    WHERE r.delivery_id IS NOT NULL
)
INSERT INTO scorecards_stalekey (supplier_id, month)
SELECT g.supplier_id, g.month
FROM parts t JOIN scorecards_partmonth g ON g.part_id = t.part_id AND g.supplier_id = coalesce(t.supplier_id, g.supplier_id)
UNION
SELECT r.supplier_id, date_trunc('month', r.detected_on::timestamp)::date
FROM taken t JOIN suppliers_reject r ON r.defect_code_id = t.defect_code_id
UNION
SELECT r.supplier_id, date_trunc('month', r.detected_on::timestamp)::date
FROM lots t JOIN suppliers_reject r ON r.delivery_id = t.delivery_id
UNION
SELECT m.supplier_id, m.month
FROM scorecards_suppliermonth m
WHERE EXISTS (SELECT 1 FROM taken WHERE part_id IS NULL AND defect_code_id IS NULL AND delivery_id IS NULL);
