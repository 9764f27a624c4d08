-- Every supplier-month that has a fact; each table is read once.
CREATE TEMP TABLE rollup_key ON COMMIT DROP AS
SELECT supplier_id, month, (month + interval '1 month')::date AS next_month
FROM (
    SELECT supplier_id, date_trunc('month', received_on::timestamp)::date AS month FROM suppliers_delivery
    UNION
    SELECT supplier_id, date_trunc('month', detected_on::timestamp)::date FROM suppliers_reject
    UNION
    SELECT supplier_id, date_trunc('month', received_on::timestamp)::date FROM suppliers_warrantyreturn
    UNION
    SELECT supplier_id, month FROM suppliers_fieldpopulation
) facts;
