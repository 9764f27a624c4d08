-- Defect codes that count one per incident count one per issue. Takes the place of the view of the
-- same name in incidents.sql; what an issue is, and which report is its incident, stay as they were.

-- Of an issue's reports whose code counts one per incident, one counts 1 and the others nothing:
-- the most severe that counts, of equally severe ones the first. Reports of the issue under other
-- codes count by their own rule. OFFSET 0: looked up once a row, not once a column.
CREATE OR REPLACE VIEW scorecards_countedreject AS
SELECT
    r.id, r.supplier_id, r.plant_id, r.part_id, r.detected_on, r.month, r.decided,
    i.counted_qty,
    CASE WHEN r.decided THEN 0 ELSE i.counted_qty END AS provisional_qty,
    CASE WHEN r.enters THEN r.suspect_qty ELSE 0 END AS suspect_qty,
    CASE WHEN r.enters THEN coalesce(r.defects, i.counted_qty) ELSE 0 END AS defects,
    i.incident AS incidents,
    i.incident * w.weight AS weighted_incidents
FROM scorecards_judgedreject r
CROSS JOIN LATERAL (
    SELECT CASE r.severity
        WHEN 'sorting' THEN 1 WHEN 'line_disturbance' THEN 3 WHEN 'line_stop' THEN 10
        WHEN 'customer_plant' THEN 30 WHEN 'field' THEN 100 ELSE 0
    END AS weight
) w
CROSS JOIN LATERAL (
    -- 0: no report of the issue stands before this one; 2: one that counts one per incident does
    SELECT CASE
        WHEN r.counted_qty <= 0 OR NOT EXISTS (
            SELECT 1 FROM suppliers_reject other
            WHERE other.supplier_id = r.supplier_id AND other.complaint = r.complaint
              AND date_trunc('month', other.detected_on::timestamp)::date = r.month
              AND other.id <> r.id
              AND (other.plant_id = r.plant_id OR other.part_id = r.part_id)
        ) THEN 0
        ELSE coalesce((
            SELECT max(CASE other.counts WHEN 'incident' THEN 2 ELSE 1 END)
            FROM scorecards_judgedreject other
            CROSS JOIN LATERAL (
                SELECT CASE other.severity
                    WHEN 'sorting' THEN 1 WHEN 'line_disturbance' THEN 3 WHEN 'line_stop' THEN 10
                    WHEN 'customer_plant' THEN 30 WHEN 'field' THEN 100 ELSE 0
                END AS weight
            ) o
            WHERE other.supplier_id = r.supplier_id AND other.complaint = r.complaint
              AND other.month = r.month AND other.id <> r.id AND other.counted_qty > 0
              AND (other.plant_id = r.plant_id OR other.part_id = r.part_id)
              AND (o.weight > w.weight OR (o.weight = w.weight AND other.id < r.id))
        ), 0)
    END AS behind
    OFFSET 0
) b
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN r.counted_qty <= 0 OR b.behind > 0 THEN 0 ELSE 1 END AS incident,
        CASE WHEN r.counts = 'incident' AND b.behind = 2 THEN 0 ELSE r.counted_qty END AS counted_qty
) i;
