-- A reject is given a receipt of its own supplier, and what is suspect stays at least what
-- the verdict in force has confirmed or released, whoever writes it. Checked once per statement over
-- the rows it wrote that can have changed either; a receipt corrected later binds nobody who
-- corrects something else of its rejects. The primary keys and the key of the verdicts serve it.
CREATE OR REPLACE FUNCTION suppliers_rejects_of_their_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    strange text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT min(w.id)::text INTO strange
        FROM written w JOIN suppliers_delivery d ON d.id = w.delivery_id
        WHERE d.supplier_id <> w.supplier_id;
    ELSE
        WITH changed AS MATERIALIZED (
            SELECT w.id, w.delivery_id, w.supplier_id
            FROM written w FULL JOIN before b ON b.id = w.id
            WHERE (b.delivery_id, b.supplier_id) IS DISTINCT FROM (w.delivery_id, w.supplier_id)
        )
        SELECT min(c.id)::text INTO strange
        FROM changed c JOIN suppliers_delivery d ON d.id = c.delivery_id
        WHERE d.supplier_id <> c.supplier_id;
    END IF;
    IF strange IS NOT NULL THEN
        RAISE check_violation USING
            MESSAGE = format('reject %s names a delivery of another supplier', strange),
            CONSTRAINT = 'reject_of_its_receipt';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION suppliers_rejects_keep_what_was_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    short text;
BEGIN
    WITH changed AS MATERIALIZED (
        SELECT w.id, w.suspect_qty, b.suspect_qty AS before_qty
        FROM written w FULL JOIN before b ON b.id = w.id
    )
    SELECT min(c.id)::text INTO short
    FROM changed c
    CROSS JOIN LATERAL (
        SELECT v.confirmed_qty + v.released_qty AS decided FROM suppliers_rejectverdict v
        WHERE v.reject_id = c.id ORDER BY v.number DESC LIMIT 1
    ) v
    WHERE c.suspect_qty < c.before_qty AND c.suspect_qty < v.decided;
    IF short IS NOT NULL THEN
        RAISE check_violation USING
            MESSAGE = format('the verdict on reject %s confirms and releases more than is suspect', short),
            CONSTRAINT = 'reject_suspect_covers_verdict';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER of_their_receipts_insert AFTER INSERT ON suppliers_reject REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION suppliers_rejects_of_their_receipts();
CREATE OR REPLACE TRIGGER of_their_receipts_update AFTER UPDATE ON suppliers_reject
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION suppliers_rejects_of_their_receipts();
CREATE OR REPLACE TRIGGER keep_what_was_decided AFTER UPDATE ON suppliers_reject
    REFERENCING OLD TABLE AS before NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION suppliers_rejects_keep_what_was_decided();
