-- References of facts, checked once per statement instead of once per row.
--
-- check_references(column, table, …): every non-null value of the column among the rows a
-- statement wrote must be an id of the table. The primary key of each referenced table serves it;
-- min() instead of LIMIT 1 lets a large statement be checked by one hash join per column, which
-- took a quarter of the time of one look-up per row.
CREATE FUNCTION suppliers_check_references() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    position int := 0;
    missing text;
BEGIN
    WHILE position < TG_NARGS LOOP
        EXECUTE format(
            'SELECT min(n.%1$I)::text FROM written n WHERE n.%1$I IS NOT NULL'
            ' AND NOT EXISTS (SELECT 1 FROM %2$I m WHERE m.id = n.%1$I)',
            TG_ARGV[position], TG_ARGV[position + 1]
        ) INTO missing;
        IF missing IS NOT NULL THEN
            RAISE foreign_key_violation USING
                MESSAGE = format('%s: %s %s does not exist in %s',
                    TG_TABLE_NAME, TG_ARGV[position], missing, TG_ARGV[position + 1]),
                CONSTRAINT = format('%s_%s_exists', TG_TABLE_NAME, TG_ARGV[position]);
        END IF;
        position := position + 2;
    END LOOP;
    RETURN NULL;
END $$;

-- refuse_while_referenced(table, column, …): the other side. The SHARE lock waits for writers
-- that have not committed, and later writers see that the row has gone.
CREATE FUNCTION suppliers_refuse_while_referenced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    position int := 0;
    referenced text;
BEGIN
    WHILE position < TG_NARGS LOOP
        EXECUTE format('LOCK TABLE %I IN SHARE MODE', TG_ARGV[position]);
        EXECUTE format(
            'SELECT g.id::text FROM gone g WHERE EXISTS'
            ' (SELECT 1 FROM %1$I f WHERE f.%2$I = g.id) LIMIT 1',
            TG_ARGV[position], TG_ARGV[position + 1]
        ) INTO referenced;
        IF referenced IS NOT NULL THEN
            RAISE foreign_key_violation USING
                MESSAGE = format('%s %s is still used in %s',
                    TG_TABLE_NAME, referenced, TG_ARGV[position]),
                CONSTRAINT = format('%s_used_in_%s', TG_TABLE_NAME, TG_ARGV[position]);
        END IF;
        position := position + 2;
    END LOOP;
    RETURN NULL;
END $$;

DO $$
DECLARE
    fact record;
    master record;
BEGIN
    FOR fact IN SELECT * FROM (VALUES
        ('suppliers_delivery', '''supplier_id'', ''suppliers_supplier'', ''plant_id'', ''suppliers_plant'', ''part_id'', ''suppliers_part'', ''reverses_id'', ''suppliers_delivery'', ''batch_id'', ''suppliers_importbatch'''),
        ('suppliers_reject', '''supplier_id'', ''suppliers_supplier'', ''plant_id'', ''suppliers_plant'', ''part_id'', ''suppliers_part'', ''defect_code_id'', ''suppliers_defectcode'', ''delivery_id'', ''suppliers_delivery'', ''batch_id'', ''suppliers_importbatch'''),
        ('suppliers_warrantyreturn', '''supplier_id'', ''suppliers_supplier'', ''part_id'', ''suppliers_part'', ''batch_id'', ''suppliers_importbatch'''),
        ('suppliers_fieldpopulation', '''supplier_id'', ''suppliers_supplier'', ''part_id'', ''suppliers_part'', ''batch_id'', ''suppliers_importbatch'''),
        ('suppliers_productioncount', '''supplier_id'', ''suppliers_supplier'', ''part_id'', ''suppliers_part'', ''batch_id'', ''suppliers_importbatch''')
    ) AS f(name, arguments) LOOP
        EXECUTE format(
            'CREATE TRIGGER check_references_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS written'
            ' FOR EACH STATEMENT EXECUTE FUNCTION suppliers_check_references(%s)', fact.name, fact.arguments);
        EXECUTE format(
            'CREATE TRIGGER check_references_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS written'
            ' FOR EACH STATEMENT EXECUTE FUNCTION suppliers_check_references(%s)', fact.name, fact.arguments);
    END LOOP;
    FOR master IN SELECT * FROM (VALUES
        ('suppliers_plant', '''suppliers_delivery'', ''plant_id'', ''suppliers_reject'', ''plant_id'''),
        ('suppliers_part', '''suppliers_delivery'', ''part_id'', ''suppliers_reject'', ''part_id'', ''suppliers_warrantyreturn'', ''part_id'', ''suppliers_fieldpopulation'', ''part_id'', ''suppliers_productioncount'', ''part_id'''),
        ('suppliers_defectcode', '''suppliers_reject'', ''defect_code_id'''),
        ('suppliers_delivery', '''suppliers_reject'', ''delivery_id'', ''suppliers_delivery'', ''reverses_id'''),
        ('suppliers_importbatch', '''suppliers_delivery'', ''batch_id'', ''suppliers_reject'', ''batch_id'', ''suppliers_warrantyreturn'', ''batch_id'', ''suppliers_fieldpopulation'', ''batch_id'', ''suppliers_productioncount'', ''batch_id''')
    ) AS m(name, arguments) LOOP
        EXECUTE format(
            'CREATE TRIGGER refuse_while_referenced AFTER DELETE ON %I REFERENCING OLD TABLE AS gone'
            ' FOR EACH STATEMENT EXECUTE FUNCTION suppliers_refuse_while_referenced(%s)', master.name, master.arguments);
    END LOOP;
END $$;
