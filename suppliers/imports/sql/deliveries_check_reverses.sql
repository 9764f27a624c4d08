-- Each reversal names one receipt, stored or in the same file, of the same supplier and part.
-- Served by delivery_source_key_unique (plant, document, …).
CREATE TEMP TABLE reversal ON COMMIT DROP AS
WITH asked AS (
    SELECT number, plant, plant_id, supplier, part, reverses AS reference
    FROM resolved
    WHERE reverses <> ''
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
SELECT
    s.number, d.id AS delivery_id, NULL::int AS row, supplier.code AS supplier, part.number AS part,
    d.received_on, d.quantity, d.kind, d.reverses_id IS NOT NULL AS is_reversal
FROM spelled s
JOIN suppliers_delivery d
    ON d.plant_id = s.plant_id
    AND d.document = s.document
    AND (s.line IS NULL OR d.line = s.line)
    AND (s.lot IS NULL OR d.lot = s.lot)
JOIN suppliers_supplier supplier ON supplier.id = d.supplier_id
JOIN suppliers_part part ON part.id = d.part_id
UNION
SELECT
    s.number, NULL, r.number, r.supplier, r.part, r.received_on, r.pieces, r.kind, r.reverses <> ''
FROM spelled s
JOIN resolved r
    ON r.plant = s.plant
    AND r.document = s.document
    AND (s.line IS NULL OR r.line = s.line)
    AND (s.lot IS NULL OR r.lot = s.lot)
    AND r.number <> s.number
    AND r.existing_id IS NULL
    AND NOT EXISTS (SELECT FROM problem p WHERE p.number = r.number);

-- A document may have lines of other parts: where one of the row's own supplier and part
-- matches, the others are not meant; nor are reversals where a receipt matches.
DELETE FROM reversal v
USING resolved r
WHERE r.number = v.number
    AND (v.supplier, v.part) IS DISTINCT FROM (r.supplier, r.part)
    AND EXISTS (
        SELECT FROM reversal o
        WHERE o.number = v.number AND (o.supplier, o.part) = (r.supplier, r.part)
    );
DELETE FROM reversal v
WHERE v.is_reversal
    AND EXISTS (SELECT FROM reversal o WHERE o.number = v.number AND NOT o.is_reversal);

-- Whoever corrects such a receipt waits for these reversals, or they for the correction.
UPDATE reversal v
SET received_on = d.received_on, quantity = d.quantity, kind = d.kind
FROM (
    SELECT * FROM suppliers_delivery WHERE id IN (SELECT delivery_id FROM reversal) FOR SHARE
) d
WHERE d.id = v.delivery_id;

-- In the unit of its receipt a reversal takes back as many pieces as came with it, whatever the
-- unit's factor is today, or whether there is one.
CREATE TEMP TABLE as_received ON COMMIT DROP AS
SELECT r.number, d.quantity, d.unit_quantity
FROM resolved r
JOIN reversal v ON (v.number, v.supplier, v.part) = (r.number, r.supplier, r.part)
JOIN suppliers_delivery d ON d.id = v.delivery_id AND d.unit = r.unit AND d.unit_quantity > 0
WHERE r.unit <> '' AND (SELECT count(*) FROM reversal o WHERE o.number = r.number) = 1;

UPDATE resolved r
SET pieces = r.quantity * a.quantity / a.unit_quantity,
    ordered_pieces = r.ordered_quantity * a.quantity / a.unit_quantity
FROM as_received a
WHERE a.number = r.number;

DELETE FROM problem p
USING as_received a
WHERE a.number = p.number AND p.code IN ('unit_without_factor', 'pieces_too_fine', 'beyond');

INSERT INTO problem (number, field, code, value, params)
SELECT r.number, 'quantity', 'pieces_too_fine', trim_scale(r.quantity)::text,
    jsonb_build_object('pieces', trim_scale(r.pieces)::text)
FROM resolved r
JOIN as_received a ON a.number = r.number
WHERE r.pieces <> round(r.pieces, 3);

INSERT INTO problem (number, field, code, value, params)
SELECT r.number, 'reverses', w.code, r.reverses, w.params
FROM resolved r
CROSS JOIN LATERAL (
    SELECT count(*) AS found, min(v.supplier) AS supplier, min(v.part) AS part,
        bool_or(v.is_reversal) AS is_reversal, min(v.received_on) AS received_on
    FROM reversal v
    WHERE v.number = r.number
) f
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN f.found = 0 THEN 'unknown_delivery'
        WHEN (f.supplier, f.part) IS DISTINCT FROM (r.supplier, r.part) THEN 'delivery_of_another'
        WHEN f.found > 1 THEN 'ambiguous_delivery'
        WHEN f.is_reversal THEN 'reversal_of_reversal'
        WHEN f.received_on > r.received_on THEN 'reversal_before'
    END AS code,
    jsonb_build_object(
        'count', f.found::text, 'supplier', f.supplier, 'part', f.part,
        'received_on', f.received_on::text
    ) AS params
) w
WHERE r.reverses <> '' AND w.code IS NOT NULL;

-- A reversal takes back what its receipt had added: it is of the receipt's kind, whatever its row says.
UPDATE resolved r
SET reverses_id = v.delivery_id, reverses_number = v.row, kind = v.kind
FROM reversal v
WHERE v.number = r.number
    AND NOT EXISTS (SELECT FROM problem p WHERE p.number = r.number);

-- Reversals of one receipt together take back no more than it brought. Every row is told of the
-- others: the first few of the file (one more than are named, as its own is not), and the first few
-- stored. Served by the index on reverses_id.
WITH taken AS (
    SELECT r.number, r.quantity, r.pieces, v.delivery_id, v.row, v.quantity AS received
    FROM resolved r
    JOIN reversal v ON v.number = r.number
    WHERE r.existing_id IS NULL
        AND NOT EXISTS (SELECT FROM problem p WHERE p.number = r.number)
), together AS (
    SELECT delivery_id, row, sum(pieces) AS pieces, count(*) AS rows,
        (array_agg(number ORDER BY number))[1:6] AS numbers
    FROM taken
    GROUP BY delivery_id, row
), stored AS (
    SELECT t.delivery_id, sum(d.quantity) AS pieces, count(*) AS rows,
        (array_agg(
            concat_ws('/', d.document, nullif(d.line, ''), nullif(d.lot, '')) ORDER BY d.id
        ))[1:5] AS documents
    FROM together t
    JOIN suppliers_delivery d ON d.reverses_id = t.delivery_id
    GROUP BY t.delivery_id
)
INSERT INTO problem (number, field, code, value, params)
SELECT t.number, 'quantity',
    CASE
        WHEN g.rows > 1 AND s.rows IS NOT NULL THEN 'reversals_exceed_with_both'
        WHEN g.rows > 1 THEN 'reversals_exceed_with_rows'
        WHEN s.rows IS NOT NULL THEN 'reversals_exceed_with_stored'
        ELSE 'reversal_exceeds'
    END,
    trim_scale(t.quantity)::text,
    jsonb_build_object(
        'quantity', trim_scale(t.received)::text,
        'rows', array_to_string((array_remove(g.numbers, t.number))[1:5], ', ')
            || CASE WHEN g.rows > 6 THEN ' …' ELSE '' END,
        'stored', array_to_string(s.documents, ', ')
            || CASE WHEN s.rows > 5 THEN ' …' ELSE '' END
    )
FROM taken t
JOIN together g
    ON coalesce(g.delivery_id, 0) = coalesce(t.delivery_id, 0)
    AND coalesce(g.row, 0) = coalesce(t.row, 0)
LEFT JOIN stored s ON s.delivery_id = t.delivery_id
WHERE g.pieces + coalesce(s.pieces, 0) > t.received;
