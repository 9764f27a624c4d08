-- The unique key makes a row that another import brought meanwhile fall out; the caller
-- compares the counts and rolls back.
WITH loaded AS (
    INSERT INTO suppliers_fieldpopulation (supplier_id, part_id, month, parts_in_field, batch_id)
    SELECT supplier_id, part_id, month, parts_in_field, %(batch)s
    FROM accepted
    ON CONFLICT DO NOTHING
    RETURNING parts_in_field
)
SELECT count(*), coalesce(sum(parts_in_field), 0) FROM loaded;
