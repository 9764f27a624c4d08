-- A delivery's kind says whether its rejects count, its quantity how large its lot is. A reject of it
-- that is recorded and rolled up by others, while the correction is not committed, is judged by what
-- was: the late mark has it looked at again once both are seen (rollup/late_keys.sql).
CREATE OR REPLACE FUNCTION scorecards_mark_corrected_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scorecards_latemark (delivery_id)
    SELECT coalesce(n.id, o.id) FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
    WHERE (n.kind, n.quantity) IS DISTINCT FROM (o.kind, o.quantity);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER mark_corrected AFTER UPDATE ON suppliers_delivery REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_corrected_delivery();
