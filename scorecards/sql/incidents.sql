-- Which of several reports of an issue is its incident. Takes the place of the view of the same
-- name in counted_reject.sql.

-- Reports of one issue carry the same complaint number, in one month, and come from the same plant
-- (a plant's numbers are its own) or are about the same part (which another plant reports too).
-- Two plants that use the same number for different parts have two issues. The incident is the
-- most severe report that counts, of equally severe ones the first: so an issue weighs what it
-- did at its worst, whoever reported first. (supplier_id, complaint) finds the others; only where
-- there is one is asked what it counts.
CREATE OR REPLACE VIEW scorecards_countedreject AS
SELECT
    r.id, r.supplier_id, r.plant_id, r.part_id, r.detected_on, r.month, r.decided,
    r.counted_qty,
    CASE WHEN r.decided THEN 0 ELSE r.counted_qty END AS provisional_qty,
    CASE WHEN r.enters THEN r.suspect_qty ELSE 0 END AS suspect_qty,
    CASE WHEN r.enters THEN coalesce(r.defects, r.counted_qty) ELSE 0 END AS defects,
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
    SELECT CASE
        WHEN r.counted_qty <= 0 THEN 0
        WHEN NOT EXISTS (
            SELECT 1 FROM suppliers_reject other
            WHERE other.supplier_id = r.supplier_id AND other.complaint = r.complaint
              AND date_trunc('month', other.detected_on::timestamp)::date = r.month
              AND other.id <> r.id
              AND (other.plant_id = r.plant_id OR other.part_id = r.part_id)
        ) THEN 1
        WHEN EXISTS (
            SELECT 1 FROM scorecards_judgedreject other
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
        ) THEN 0
        ELSE 1
    END AS incident
) i;
