-- A key that another import brought meanwhile breaks the unique constraint: all is rolled back
-- and tried again. ON CONFLICT would take twice as long.
WITH loaded AS (
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
    -- in the order of the unique key, whose pages are then filled one after the other
    ORDER BY plant_id, document
    RETURNING quantity
)
SELECT count(*), coalesce(sum(quantity), 0) FROM loaded;
