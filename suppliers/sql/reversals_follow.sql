-- A reversal takes back what its receipt had added: it is of the receipt's kind, also when the
-- receipt's kind is corrected or the reversal is made to name another receipt, whoever does it.
-- Such corrections are few: delivery_reverses and the primary key find the others. New reversals
-- are given their receipt's kind when they are loaded, and hold the receipt until then.
-- Full joins of the rows before and after, here and in every such trigger: a session keeps the plan it
-- made for its first correction, of one row perhaps, and no plan of theirs compares each row with each.
CREATE OR REPLACE FUNCTION suppliers_reversals_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Also ends the recursion: a statement that changed nothing fires triggers too. Counted, since
    -- the planner would compare each row with each if it believed that one comes soon.
    IF (SELECT count(*) FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
        WHERE (n.kind, n.reverses_id) IS DISTINCT FROM (o.kind, o.reverses_id)) = 0 THEN
        RETURN NULL;
    END IF;
    WITH changed AS MATERIALIZED (
        SELECT n.id, n.reverses_id FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
        WHERE (n.kind, n.reverses_id) IS DISTINCT FROM (o.kind, o.reverses_id)
    )
    UPDATE suppliers_delivery d SET kind = receipt.kind
    FROM suppliers_delivery receipt
    WHERE d.reverses_id = receipt.id AND d.kind <> receipt.kind AND d.id IN (
        SELECT c.id FROM changed c WHERE c.reverses_id IS NOT NULL
        UNION ALL
        SELECT r.id FROM changed c JOIN suppliers_delivery r ON r.reverses_id = c.id
    );
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER reversals_follow AFTER UPDATE ON suppliers_delivery
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION suppliers_reversals_follow();
