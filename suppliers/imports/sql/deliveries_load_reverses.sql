-- Reversals of receipts that came in the same file, which have their ids only now. Served by
-- delivery_source_key_unique.
WITH loaded AS (
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
    JOIN suppliers_delivery d
        ON d.plant_id = receipt.plant_id
        AND d.document = receipt.document
        AND d.line = receipt.line
        AND d.lot = receipt.lot
    RETURNING quantity
)
SELECT count(*), coalesce(sum(quantity), 0) FROM loaded;
