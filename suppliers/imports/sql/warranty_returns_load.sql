-- The unique key makes a row that another import brought meanwhile fall out; the caller
-- compares the counts and rolls back.
WITH loaded AS (
    INSERT INTO suppliers_warrantyreturn (
        supplier_id, part_id, claim, line, received_on, failed_on, built_on, mileage_km,
        months_in_service, quantity, accepted_pct, batch_id
    )
    SELECT
        supplier_id, part_id, claim, line, received_on, failed_on, built_on, mileage_km,
        months_in_service, quantity, accepted_pct, %(batch)s
    FROM accepted
    ON CONFLICT DO NOTHING
    RETURNING quantity
)
SELECT count(*), coalesce(sum(quantity), 0) FROM loaded;
