-- The roll-up's tables become parents of partitions by month, so that a rebuild can compute fresh
-- partitions beside the kept ones and swap them in at once: views, functions and queries name the
-- parent and notice nothing. What is kept becomes the only partition; no row is copied. Comes before
-- the views: one made earlier would go on reading the partition alone.
DO $$
DECLARE
    parents CONSTANT text[] := ARRAY['scorecards_partmonth', 'scorecards_warrantymonth', 'scorecards_suppliermonth'];
    parent text;
    only_part text;
    key text;
BEGIN
    FOREACH parent IN ARRAY parents LOOP
        only_part := parent || '_0';
        SELECT pg_get_constraintdef(oid) INTO key FROM pg_constraint
        WHERE conrelid = parent::regclass AND contype = 'p';
        EXECUTE format('ALTER TABLE %I RENAME TO %I', parent, only_part);
        EXECUTE format('ALTER TABLE %I RENAME CONSTRAINT %I TO %I', only_part, parent || '_pkey', only_part || '_pkey');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS, CONSTRAINT %I %s) PARTITION BY RANGE (month)',
                       parent, only_part, parent || '_pkey', key);
    END LOOP;
    DROP INDEX part_month_part, warranty_month_part, supplier_month_month;
    CREATE INDEX part_month_part ON scorecards_partmonth (part_id);
    CREATE INDEX warranty_month_part ON scorecards_warrantymonth (part_id, month);
    CREATE INDEX supplier_month_month ON scorecards_suppliermonth (month);
    FOREACH parent IN ARRAY parents LOOP
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (MAXVALUE)', parent, parent || '_0');
    END LOOP;
END $$;

-- Adds whole numbers up without the state that sum(bigint) and sum(numeric) allocate a group: the
-- grain has nearly as many groups as receipts have lines. More than a bigint holds is an error.
CREATE AGGREGATE scorecards_whole_sum(bigint) (
    SFUNC = int8pl, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE
);
