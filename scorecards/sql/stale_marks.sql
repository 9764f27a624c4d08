-- Any committed change to a fact or a decision marks the supplier's month as stale, in the same
-- transaction and by the database itself, so that COPY, admin, shell and SQL are all seen.
-- Statement-level: one INSERT of the distinct keys per statement, whatever its rows.

-- mark_dated(column of the date): rows that carry their own supplier and date.
CREATE OR REPLACE FUNCTION scorecards_mark_dated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT * FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT * FROM old_rows'
        ELSE 'SELECT * FROM new_rows UNION ALL SELECT * FROM old_rows' END;
BEGIN
    EXECUTE format(
        'INSERT INTO scorecards_stalekey (supplier_id, month)'
        ' SELECT DISTINCT c.supplier_id, date_trunc(''month'', c.%I::timestamp)::date FROM (%s) c',
        TG_ARGV[0], changed);
    RETURN NULL;
END $$;

-- A changed delivery also changes the rejects that point at it (its kind, its lot's quantity).
CREATE OR REPLACE FUNCTION scorecards_mark_rejects_of_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT DISTINCT r.supplier_id, date_trunc('month', r.detected_on::timestamp)::date
    FROM old_rows o JOIN suppliers_reject r ON r.delivery_id = o.id;
    RETURN NULL;
END $$;

-- mark_decided(decision's column, fact's table, fact's date): a verdict marks its fact's month.
CREATE OR REPLACE FUNCTION scorecards_mark_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO scorecards_stalekey (supplier_id, month)'
        ' SELECT DISTINCT f.supplier_id, date_trunc(''month'', f.%I::timestamp)::date'
        ' FROM new_rows n JOIN %I f ON f.id = n.%I',
        TG_ARGV[2], TG_ARGV[1], TG_ARGV[0]);
    RETURN NULL;
END $$;

-- Masters that change what a fact contributes: every month of the facts they touch. A master that
-- changed also touches months that nobody can name yet: a fact recorded and drained by
-- others, while the change is not committed, is computed by the old master, and its month is not in
-- the roll-up when the trigger looks. So each change also leaves a late mark, which names the
-- master; the months are looked up after the change is committed and the drains of before are done.
CREATE OR REPLACE FUNCTION scorecards_mark_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS (
        SELECT coalesce(n.id, o.id) AS id
        FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
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
        SELECT coalesce(n.id, o.id) AS id FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
        WHERE o.counts IS DISTINCT FROM n.counts
    ), late AS (
        INSERT INTO scorecards_latemark (defect_code_id) SELECT id FROM changed
    )
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT DISTINCT r.supplier_id, date_trunc('month', r.detected_on::timestamp)::date
    FROM changed c JOIN suppliers_reject r ON r.defect_code_id = c.id;
    RETURN NULL;
END $$;

-- A few deliveries recorded or corrected: what they add is noted with the mark, and the drain adds it
-- to the roll-up instead of computing the supplier's month anew, whose cost grows with its lines.
-- What a delivery counts is judged when the note is added up, by the masters of then, so a changed
-- master finds every note either judged by itself or in the months its late mark names.

-- mark_received(): a statement of few rows leaves a note of each row it added or changed in its
-- lane; rows that changed lanes, and statements of many rows, mark whole supplier-months.
CREATE OR REPLACE FUNCTION scorecards_mark_received() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    few CONSTANT integer := 2000;
    many boolean := (SELECT count(*) FROM (SELECT FROM new_rows LIMIT few + 1) n) > few;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF many THEN
            INSERT INTO scorecards_stalekey (supplier_id, month)
            SELECT DISTINCT supplier_id, date_trunc('month', received_on::timestamp)::date FROM new_rows;
        ELSE
            INSERT INTO scorecards_stalekey (
                supplier_id, month, plant_id, part_id, sign, received_on, quantity, kind, reverses, promised_on, ordered_quantity)
            SELECT supplier_id, date_trunc('month', received_on::timestamp)::date, plant_id, part_id, 1,
                   received_on, quantity, kind, reverses_id IS NOT NULL, promised_on, ordered_quantity
            FROM new_rows;
        END IF;
        RETURN NULL;
    END IF;
    IF NOT many THEN
        INSERT INTO scorecards_stalekey (
            supplier_id, month, plant_id, part_id, sign, received_on, quantity, kind, reverses, promised_on, ordered_quantity)
        SELECT n.supplier_id, date_trunc('month', n.received_on::timestamp)::date, n.plant_id, n.part_id, c.sign,
               c.received_on, c.quantity, c.kind, c.reverses, c.promised_on, c.ordered_quantity
        FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
        CROSS JOIN LATERAL (VALUES
            (1, n.received_on, n.quantity, n.kind, n.reverses_id IS NOT NULL, n.promised_on, n.ordered_quantity),
            (-1, o.received_on, o.quantity, o.kind, o.reverses_id IS NOT NULL, o.promised_on, o.ordered_quantity)
        ) c (sign, received_on, quantity, kind, reverses, promised_on, ordered_quantity)
        WHERE (n.supplier_id, n.plant_id, n.part_id, date_trunc('month', n.received_on::timestamp))
            IS NOT DISTINCT FROM
              (o.supplier_id, o.plant_id, o.part_id, date_trunc('month', o.received_on::timestamp));
    END IF;
    -- rows whose id changed have no partner
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT DISTINCT c.supplier_id, date_trunc('month', c.received_on::timestamp)::date
    FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
    CROSS JOIN LATERAL (VALUES (n.supplier_id, n.received_on), (o.supplier_id, o.received_on)) c (supplier_id, received_on)
    WHERE c.supplier_id IS NOT NULL
      AND (many OR n.id IS NULL OR o.id IS NULL
           OR (n.supplier_id, n.plant_id, n.part_id) <> (o.supplier_id, o.plant_id, o.part_id)
           OR date_trunc('month', n.received_on::timestamp) <> date_trunc('month', o.received_on::timestamp));
    RETURN NULL;
END $$;

-- A new counting policy: a late mark that names nothing touches everything. A TRUNCATE of facts
-- needs none: it and whoever reads the facts wait for each other until the end.
-- A TRUNCATE takes away what the notes say was added: they become marks of whole months.
CREATE OR REPLACE FUNCTION scorecards_mark_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH noted AS (
        DELETE FROM scorecards_stalekey WHERE TG_OP = 'TRUNCATE' AND part_id IS NOT NULL
        RETURNING supplier_id, month
    )
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT supplier_id, month FROM scorecards_suppliermonth
    UNION
    SELECT supplier_id, month FROM noted;
    IF TG_OP <> 'TRUNCATE' THEN
        INSERT INTO scorecards_latemark DEFAULT VALUES;
    END IF;
    RETURN NULL;
END $$;

-- Deliveries are noted where few are added or changed; other facts are marked by their dates.
DO $$
DECLARE
    fact record;
BEGIN
    FOR fact IN SELECT name, dated, coalesce(noted, dated) AS written FROM (VALUES
        ('suppliers_delivery', 'scorecards_mark_dated(''received_on'')', 'scorecards_mark_received()'),
        ('suppliers_reject', 'scorecards_mark_dated(''detected_on'')', NULL),
        ('suppliers_warrantyreturn', 'scorecards_mark_dated(''received_on'')', NULL),
        ('suppliers_fieldpopulation', 'scorecards_mark_dated(''month'')', NULL)
    ) AS f(name, dated, noted) LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER mark_stale_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION %s', fact.name, fact.written);
        EXECUTE format('CREATE OR REPLACE TRIGGER mark_stale_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION %s', fact.name, fact.written);
        EXECUTE format('CREATE OR REPLACE TRIGGER mark_stale_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION %s', fact.name, fact.dated);
        EXECUTE format('CREATE OR REPLACE TRIGGER mark_stale_truncate AFTER TRUNCATE ON %I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_everything()', fact.name);
    END LOOP;
END $$;

CREATE OR REPLACE TRIGGER mark_stale_rejects AFTER UPDATE ON suppliers_delivery REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_rejects_of_delivery();
CREATE OR REPLACE TRIGGER mark_stale_insert AFTER INSERT ON suppliers_rejectverdict REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_decided('reject_id', 'suppliers_reject', 'detected_on');
CREATE OR REPLACE TRIGGER mark_stale_insert AFTER INSERT ON suppliers_warrantyverdict REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_decided('warranty_return_id', 'suppliers_warrantyreturn', 'received_on');
CREATE OR REPLACE TRIGGER mark_stale_insert AFTER INSERT ON suppliers_supplierpart REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_supplier_part();
CREATE OR REPLACE TRIGGER mark_stale_update AFTER UPDATE ON suppliers_supplierpart REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_supplier_part();
CREATE OR REPLACE TRIGGER mark_stale_delete AFTER DELETE ON suppliers_supplierpart REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_supplier_part();
CREATE OR REPLACE TRIGGER mark_stale_update AFTER UPDATE ON suppliers_part REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_part();
CREATE OR REPLACE TRIGGER mark_stale_update AFTER UPDATE ON suppliers_defectcode REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_defect_code();
CREATE OR REPLACE TRIGGER mark_stale_insert AFTER INSERT ON scorecards_countingpolicy
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_everything();
