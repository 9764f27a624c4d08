-- The delivery a reject names: one receipt of the same supplier and part at the plant.
-- Served by delivery_source_key_unique (plant, document, …).
CREATE TEMP TABLE candidate ON COMMIT DROP AS
WITH asked AS (
    SELECT DISTINCT plant_id, delivery AS reference
    FROM resolved
    WHERE delivery <> '' AND plant_id IS NOT NULL
), spelled AS (
    SELECT a.*, a.reference AS document, NULL AS line, NULL AS lot FROM asked a
    UNION ALL
    SELECT a.*, m[1], m[2], NULL
    FROM asked a CROSS JOIN LATERAL regexp_match(a.reference, '^(.+)/([^/]+)$') m
    WHERE m IS NOT NULL
    UNION ALL
    SELECT a.*, m[1], m[2], m[3]
    FROM asked a CROSS JOIN LATERAL regexp_match(a.reference, '^(.+)/([^/]*)/([^/]+)$') m
    WHERE m IS NOT NULL
)
SELECT DISTINCT s.plant_id, s.reference, d.id, d.supplier_id, d.part_id, d.lot
FROM spelled s
JOIN suppliers_delivery d
    ON d.plant_id = s.plant_id
    AND d.document = s.document
    AND (s.line IS NULL OR d.line = s.line)
    AND (s.lot IS NULL OR d.lot = s.lot)
WHERE d.reverses_id IS NULL;

CREATE TEMP TABLE link ON COMMIT DROP AS
SELECT
    r.number,
    count(c.id) AS found,
    count(c.id) FILTER (WHERE own) AS own,
    min(c.id) FILTER (WHERE own) AS own_id,
    count(c.id) FILTER (WHERE own AND c.lot = r.lot) AS of_lot,
    min(c.id) FILTER (WHERE own AND c.lot = r.lot) AS of_lot_id,
    min(c.id) AS any_id
FROM resolved r
LEFT JOIN candidate c ON c.plant_id = r.plant_id AND c.reference = r.delivery
CROSS JOIN LATERAL (
    SELECT c.supplier_id = r.supplier_id AND c.part_id = r.part_id AS own
) o
WHERE r.delivery <> ''
GROUP BY r.number;

INSERT INTO problem (number, field, code, value, params)
SELECT r.number, 'delivery', w.code, r.delivery,
    jsonb_build_object('count', l.own::text, 'supplier', supplier.code, 'part', part.number)
FROM link l
JOIN resolved r ON r.number = l.number
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN l.found = 0 THEN 'unknown_delivery'
        WHEN l.own = 0 THEN 'delivery_of_another'
        WHEN l.own > 1 AND l.of_lot <> 1 THEN 'ambiguous_delivery'
    END AS code
) w
LEFT JOIN suppliers_delivery d ON d.id = l.any_id
LEFT JOIN suppliers_supplier supplier ON supplier.id = d.supplier_id
LEFT JOIN suppliers_part part ON part.id = d.part_id
WHERE w.code IS NOT NULL;

UPDATE resolved r
SET delivery_id = CASE WHEN l.own = 1 THEN l.own_id ELSE l.of_lot_id END
FROM link l
WHERE l.number = r.number AND (l.own = 1 OR l.of_lot = 1);
