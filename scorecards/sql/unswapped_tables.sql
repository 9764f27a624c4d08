-- The way back: plain tables with the rows of their partitions.
DROP AGGREGATE scorecards_whole_sum(bigint);
DO $$
DECLARE
    parents CONSTANT text[] := ARRAY['scorecards_partmonth', 'scorecards_warrantymonth', 'scorecards_suppliermonth'];
    readers text[];
    parent text;
    key text;
BEGIN
    SELECT array_agg(format('CREATE VIEW %I AS %s', name, body) ORDER BY oid) INTO readers
    FROM (
        SELECT DISTINCT v.oid, v.relname AS name, pg_get_viewdef(v.oid) AS body
        FROM pg_depend d
        JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
        WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (parents::regclass[])
    ) views;
    EXECUTE (SELECT string_agg(format('DROP VIEW %s', split_part(made, ' ', 3)), '; ') FROM unnest(readers) made);
    FOREACH parent IN ARRAY parents LOOP
        SELECT pg_get_constraintdef(oid) INTO key FROM pg_constraint
        WHERE conrelid = parent::regclass AND contype = 'p';
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS)', parent || '_plain', parent);
        EXECUTE format('INSERT INTO %I TABLE %I', parent || '_plain', parent);
        EXECUTE format('DROP TABLE %I', parent);
        EXECUTE format('ALTER TABLE %I RENAME TO %I', parent || '_plain', parent);
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', parent, parent || '_pkey', key);
    END LOOP;
    CREATE INDEX part_month_part ON scorecards_partmonth (part_id, month);
    CREATE INDEX warranty_month_part ON scorecards_warrantymonth (part_id, month);
    CREATE INDEX supplier_month_month ON scorecards_suppliermonth (month);
    EXECUTE array_to_string(readers, '; ');
END $$;
