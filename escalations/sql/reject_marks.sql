-- Any committed reject waits to be judged, marked in the same transaction and by the database
-- itself, so that COPY, admin, shell and SQL are all seen. Statement-level: one INSERT per
-- statement. Judging reads the marks by id; the table is near empty most of the time.
CREATE OR REPLACE FUNCTION escalations_mark_rejects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO escalations_rejecttojudge (reject_id) SELECT id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO escalations_rejecttojudge (reject_id) SELECT id FROM old_rows;
    ELSE
        INSERT INTO escalations_rejecttojudge (reject_id)
        SELECT coalesce(n.id, o.id) FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
        WHERE (n.supplier_id, n.plant_id, n.part_id, n.detected_on, n.severity, n.defect_code_id)
            IS DISTINCT FROM
              (o.supplier_id, o.plant_id, o.part_id, o.detected_on, o.severity, o.defect_code_id);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER escalations_mark_inserted AFTER INSERT ON suppliers_reject
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION escalations_mark_rejects();
CREATE OR REPLACE TRIGGER escalations_mark_updated AFTER UPDATE ON suppliers_reject
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION escalations_mark_rejects();
CREATE OR REPLACE TRIGGER escalations_mark_deleted AFTER DELETE ON suppliers_reject
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION escalations_mark_rejects();
