-- What changes rejects of other months: a lot is counted by one of its rejects, whichever month that
-- is in, and numbers of one part make one issue of two. Whoever changes one of them need not see
-- the others yet, so each change leaves a late mark, which is looked up when it is committed
-- (rollup/late_keys.sql). Rejects of whole lots, reversals and successions are few.

-- mark_lots(the deliveries among the changed rows %s): see the triggers below.
CREATE OR REPLACE FUNCTION scorecards_mark_lots() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT * FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT * FROM old_rows'
        ELSE 'SELECT * FROM new_rows UNION ALL SELECT * FROM old_rows' END;
BEGIN
    EXECUTE 'INSERT INTO scorecards_latemark (delivery_id) SELECT DISTINCT ' || format(TG_ARGV[0], changed);
    RETURN NULL;
END $$;

DO $$
DECLARE
    fact record;
    of_rejects CONSTANT text := 'c.delivery_id FROM (%s) c JOIN suppliers_defectcode dc ON dc.id = c.defect_code_id'
        ' WHERE c.delivery_id IS NOT NULL AND dc.counts = ''whole_lot''';
    of_verdicts CONSTANT text := 'r.delivery_id FROM (%s) c JOIN suppliers_reject r ON r.id = c.reject_id'
        ' JOIN suppliers_defectcode dc ON dc.id = r.defect_code_id'
        ' WHERE r.delivery_id IS NOT NULL AND dc.counts = ''whole_lot''';
    of_reversals CONSTANT text := 'c.reverses_id FROM (%s) c WHERE c.reverses_id IS NOT NULL';
BEGIN
    FOR fact IN SELECT * FROM (VALUES
        ('suppliers_reject', of_rejects, true),
        ('suppliers_rejectverdict', of_verdicts, false),
        ('suppliers_delivery', of_reversals, true)
    ) AS f(name, lots, changes) LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER mark_lots_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_lots(%L)', fact.name, fact.lots);
        IF fact.changes THEN
            EXECUTE format('CREATE OR REPLACE TRIGGER mark_lots_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows'
                ' FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_lots(%L)', fact.name, fact.lots);
            EXECUTE format('CREATE OR REPLACE TRIGGER mark_lots_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows'
                ' FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_lots(%L)', fact.name, fact.lots);
        END IF;
    END LOOP;
END $$;

-- A part that supersedes another from now on, or no more.
CREATE OR REPLACE FUNCTION scorecards_mark_succession() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scorecards_latemark (part_id)
    SELECT coalesce(n.id, o.id) FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
    WHERE n.supersedes_id IS DISTINCT FROM o.supersedes_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER mark_succession AFTER UPDATE ON suppliers_part REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_succession();
