-- Any committed change to a fact or a decision marks the supplier's month as stale, in the same
-- transaction and by the database itself, so that COPY, admin, shell and SQL are all seen.
-- Statement-level: one INSERT of the distinct keys per statement, whatever its rows.

-- mark_dated(column of the date): rows that carry their own supplier and date.
CREATE FUNCTION scorecards_mark_dated() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE FUNCTION scorecards_mark_rejects_of_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT DISTINCT r.supplier_id, date_trunc('month', r.detected_on::timestamp)::date
    FROM old_rows o JOIN suppliers_reject r ON r.delivery_id = o.id;
    RETURN NULL;
END $$;

-- mark_decided(decision's column, fact's table, fact's date): a verdict marks its fact's month.
CREATE FUNCTION scorecards_mark_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO scorecards_stalekey (supplier_id, month)'
        ' SELECT DISTINCT f.supplier_id, date_trunc(''month'', f.%I::timestamp)::date'
        ' FROM new_rows n JOIN %I f ON f.id = n.%I',
        TG_ARGV[2], TG_ARGV[1], TG_ARGV[0]);
    RETURN NULL;
END $$;

-- Masters that change what a fact contributes: every month of the facts they touch.
CREATE FUNCTION scorecards_mark_supplier_part() RETURNS trigger LANGUAGE plpgsql AS $$
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
    RETURN NULL;
END $$;

CREATE FUNCTION scorecards_mark_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT DISTINCT g.supplier_id, g.month
    FROM new_rows n JOIN old_rows o ON o.id = n.id
    JOIN scorecards_partmonth g ON g.part_id = n.id
    WHERE (n.component_opportunities, n.placement_opportunities, n.termination_opportunities)
       IS DISTINCT FROM (o.component_opportunities, o.placement_opportunities, o.termination_opportunities);
    RETURN NULL;
END $$;

CREATE FUNCTION scorecards_mark_defect_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT DISTINCT r.supplier_id, date_trunc('month', r.detected_on::timestamp)::date
    FROM new_rows n JOIN old_rows o ON o.id = n.id AND o.counts IS DISTINCT FROM n.counts
    JOIN suppliers_reject r ON r.defect_code_id = n.id;
    RETURN NULL;
END $$;

-- A new counting policy, or a TRUNCATE of facts, touches everything there is.
CREATE FUNCTION scorecards_mark_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scorecards_stalekey (supplier_id, month)
    SELECT supplier_id, month FROM scorecards_suppliermonth;
    RETURN NULL;
END $$;

DO $$
DECLARE
    fact record;
BEGIN
    FOR fact IN SELECT * FROM (VALUES
        ('suppliers_delivery', 'received_on'),
        ('suppliers_reject', 'detected_on'),
        ('suppliers_warrantyreturn', 'received_on'),
        ('suppliers_fieldpopulation', 'month')
    ) AS f(name, dated) LOOP
        EXECUTE format('CREATE TRIGGER mark_stale_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_dated(%L)', fact.name, fact.dated);
        EXECUTE format('CREATE TRIGGER mark_stale_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_dated(%L)', fact.name, fact.dated);
        EXECUTE format('CREATE TRIGGER mark_stale_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_dated(%L)', fact.name, fact.dated);
        EXECUTE format('CREATE TRIGGER mark_stale_truncate AFTER TRUNCATE ON %I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_everything()', fact.name);
    END LOOP;
END $$;

CREATE TRIGGER mark_stale_rejects AFTER UPDATE ON suppliers_delivery REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_rejects_of_delivery();
CREATE TRIGGER mark_stale_insert AFTER INSERT ON suppliers_rejectverdict REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_decided('reject_id', 'suppliers_reject', 'detected_on');
CREATE TRIGGER mark_stale_insert AFTER INSERT ON suppliers_warrantyverdict REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_decided('warranty_return_id', 'suppliers_warrantyreturn', 'received_on');
CREATE TRIGGER mark_stale_insert AFTER INSERT ON suppliers_supplierpart REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_supplier_part();
CREATE TRIGGER mark_stale_update AFTER UPDATE ON suppliers_supplierpart REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_supplier_part();
CREATE TRIGGER mark_stale_delete AFTER DELETE ON suppliers_supplierpart REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_supplier_part();
CREATE TRIGGER mark_stale_update AFTER UPDATE ON suppliers_part REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_part();
CREATE TRIGGER mark_stale_update AFTER UPDATE ON suppliers_defectcode REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_defect_code();
CREATE TRIGGER mark_stale_insert AFTER INSERT ON scorecards_countingpolicy
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_everything();
