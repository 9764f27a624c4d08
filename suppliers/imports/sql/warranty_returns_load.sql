-- A key that another import brought meanwhile breaks the unique constraint: all is rolled back
-- and tried again. ON CONFLICT would take twice as long.
WITH loaded AS (
    INSERT INTO suppliers_warrantyreturn (
        supplier_id, part_id, claim, line, received_on, failed_on, built_on, mileage_km,
        months_in_service, quantity, accepted_pct, batch_id
    )
    SELECT
        supplier_id, part_id, claim, line, received_on, failed_on, built_on, mileage_km,
        months_in_service, quantity, accepted_pct, %(batch)s
    FROM accepted
    RETURNING quantity
)
SELECT count(*), coalesce(sum(quantity), 0) FROM loaded;
