-- A key that another import brought meanwhile breaks the unique constraint: all is rolled back
-- and tried again. ON CONFLICT would take twice as long.
WITH loaded AS (
    INSERT INTO suppliers_reject (
        supplier_id, plant_id, part_id, delivery_id, complaint, line, lot, detected_on,
        detection_point, defect_code_id, severity, suspect_qty, checked_qty, confirmed_qty,
        released_qty, defects, machine, shift, cost, cost_currency, batch_id
    )
    SELECT
        supplier_id, plant_id, part_id, delivery_id, complaint, line, lot, detected_on,
        detection_point, defect_code_id, severity, suspect_qty, checked_qty, confirmed_qty,
        released_qty, defects, machine, shift, cost, cost_currency, %(batch)s
    FROM accepted
    RETURNING suspect_qty
)
SELECT count(*), coalesce(sum(suspect_qty), 0) FROM loaded;
