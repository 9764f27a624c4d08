-- A master that changed touches months that nobody can name yet: a fact recorded and drained by
-- others, while the change is not committed, is computed by the old master, and its month is not in
-- the roll-up when the trigger looks. So each change also leaves a late mark, which names the
-- master; the months are looked up after the change is committed and the drains of before are done.
CREATE OR REPLACE FUNCTION scorecards_mark_supplier_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT supplier_id, part_id FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT supplier_id, part_id FROM old_rows'
        ELSE 'SELECT supplier_id, part_id FROM new_rows UNION SELECT supplier_id, part_id FROM old_rows' END;
BEGIN
    EXECUTE format(
        'INSERT INTO scorecards_stalekey (supplier_id, month)'
        ' SELECT DISTINCT g.supplier_id, g.month FROM (%s) c'
        ' JOIN scorecards_partmonth g ON g.supplier_id = c.supplier_id AND g.part_id = c.part_id', changed);
    EXECUTE format(
        'INSERT INTO scorecards_latemark (supplier_id, part_id) SELECT DISTINCT supplier_id, part_id FROM (%s) c', changed);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION scorecards_mark_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS (
        SELECT n.id
        FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE (n.component_opportunities, n.placement_opportunities, n.termination_opportunities)
           IS DISTINCT FROM (o.component_opportunities, o.placement_opportunities, o.termination_opportunities)
    ), late AS (
        INSERT INTO scorecards_latemark (part_id) SELECT id FROM changed
    )
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT DISTINCT g.supplier_id, g.month
    FROM changed c JOIN scorecards_partmonth g ON g.part_id = c.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION scorecards_mark_defect_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS (
        SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id AND o.counts IS DISTINCT FROM n.counts
    ), late AS (
        INSERT INTO scorecards_latemark (defect_code_id) SELECT id FROM changed
    )
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT DISTINCT r.supplier_id, date_trunc('month', r.detected_on::timestamp)::date
    FROM changed c JOIN suppliers_reject r ON r.defect_code_id = c.id;
    RETURN NULL;
END $$;

-- A new counting policy: a late mark that names nothing touches everything. A TRUNCATE of facts
-- needs none: it and whoever reads the facts wait for each other until the end.
CREATE OR REPLACE FUNCTION scorecards_mark_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT supplier_id, month FROM scorecards_suppliermonth;
    IF TG_OP <> 'TRUNCATE' THEN
        INSERT INTO scorecards_latemark DEFAULT VALUES;
    END IF;
    RETURN NULL;
END $$;
