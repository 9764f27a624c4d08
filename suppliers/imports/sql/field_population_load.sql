-- A key that another import brought meanwhile breaks the unique constraint: all is rolled back
-- and tried again. ON CONFLICT would take twice as long.
WITH loaded AS (
    INSERT INTO suppliers_fieldpopulation (supplier_id, part_id, month, parts_in_field, batch_id)
    SELECT supplier_id, part_id, month, parts_in_field, %(batch)s
    FROM accepted
    RETURNING parts_in_field
)
SELECT count(*), coalesce(sum(parts_in_field), 0) FROM loaded;
