-- The unique key makes a row that another import brought meanwhile fall out; the caller
-- compares the counts and rolls back.
WITH loaded AS (
    INSERT INTO suppliers_reject (
        supplier_id, plant_id, part_id, delivery_id, complaint, line, lot, detected_on,
        detection_point, defect_code_id, severity, suspect_qty, checked_qty, confirmed_qty,
        released_qty, defects, batch_id
    )
    SELECT
        supplier_id, plant_id, part_id, delivery_id, complaint, line, lot, detected_on,
        detection_point, defect_code_id, severity, suspect_qty, checked_qty, confirmed_qty,
        released_qty, defects, %(batch)s
    FROM accepted
    ON CONFLICT DO NOTHING
    RETURNING suspect_qty
)
SELECT count(*), coalesce(sum(suspect_qty), 0) FROM loaded;
