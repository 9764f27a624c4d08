-- A supplier's part that counts otherwise than it did, or than one that nobody recorded (serial, by
-- its phase). Parts recorded as they are taken to be anyway, and their new names and numbers, change
-- no figure: a file of all parts of all suppliers leaves the months of history alone.
CREATE OR REPLACE FUNCTION scorecards_mark_supplier_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    judged CONSTANT text := 'SELECT supplier_id, part_id, counts_in_ppm, phase FROM ';
    changed text := CASE TG_OP
        WHEN 'INSERT' THEN judged || 'new_rows'
        WHEN 'DELETE' THEN judged || 'old_rows'
        ELSE format('(%1$snew_rows EXCEPT %1$sold_rows) UNION ALL (%1$sold_rows EXCEPT %1$snew_rows)', judged) END;
BEGIN
    EXECUTE format(
        'WITH changed AS ('
        '    SELECT DISTINCT supplier_id, part_id FROM (%s) c WHERE counts_in_ppm IS NOT NULL OR phase <> ''serial'''
        '), late AS ('
        '    INSERT INTO scorecards_latemark (supplier_id, part_id) SELECT supplier_id, part_id FROM changed'
        ')'
        ' INSERT INTO scorecards_stalekey (supplier_id, month)'
        ' SELECT DISTINCT g.supplier_id, g.month FROM changed c'
        ' JOIN scorecards_partmonth g ON g.supplier_id = c.supplier_id AND g.part_id = c.part_id', changed);
    RETURN NULL;
END $$;
