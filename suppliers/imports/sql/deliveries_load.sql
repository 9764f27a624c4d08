-- Receipts, and the reversals that point at them. The unique key makes a row that another
-- import brought meanwhile fall out: the caller compares the counts and rolls back.
WITH receipts AS (
    INSERT INTO suppliers_delivery (
        supplier_id, plant_id, part_id, document, line, lot, received_on, quantity, unit,
        unit_quantity, kind, promised_on, ordered_quantity, reverses_id, batch_id
    )
    SELECT
        supplier_id, plant_id, part_id, document, line, lot, received_on, pieces, unit,
        CASE WHEN unit <> '' THEN quantity END, kind, promised_on, ordered_pieces, reverses_id,
        %(batch)s
    FROM accepted
    WHERE reverses_number IS NULL
    ON CONFLICT DO NOTHING
    RETURNING id, plant_id, document, line, lot, quantity
), reversals AS (
    INSERT INTO suppliers_delivery (
        supplier_id, plant_id, part_id, document, line, lot, received_on, quantity, unit,
        unit_quantity, kind, promised_on, ordered_quantity, reverses_id, batch_id
    )
    SELECT
        a.supplier_id, a.plant_id, a.part_id, a.document, a.line, a.lot, a.received_on, a.pieces,
        a.unit, CASE WHEN a.unit <> '' THEN a.quantity END, a.kind, a.promised_on,
        a.ordered_pieces, d.id, %(batch)s
    FROM accepted a
    JOIN accepted receipt ON receipt.number = a.reverses_number
    JOIN receipts d
        ON d.plant_id = receipt.plant_id
        AND d.document = receipt.document
        AND d.line = receipt.line
        AND d.lot = receipt.lot
    ON CONFLICT DO NOTHING
    RETURNING quantity
)
SELECT count(*), coalesce(sum(quantity), 0)
FROM (SELECT quantity FROM receipts UNION ALL SELECT quantity FROM reversals) loaded;
