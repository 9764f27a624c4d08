-- What each reject adds to its month, after what it counts by itself (judged_rejects.sql).
--
-- Reports of one issue carry the same complaint number, in one month, and come from the same plant
-- (a plant's numbers are its own) or are about the same part, by whichever of its numbers (which
-- another plant reports too). Two plants that use the same number for different parts have two
-- issues. The incident is the most severe report that counts, of equally severe ones the first: so
-- an issue weighs what it did at its worst, whoever reported first. (supplier_id, complaint) finds
-- the others; only where there is one is asked what it counts.
--
-- Of an issue's reports whose code counts one per incident, one counts 1 and the others nothing:
-- the most severe that counts, of equally severe ones the first. Reports of the issue under other
-- codes count by their own rule. OFFSET 0: looked up once a row, not once a column.
--
-- Of the rejects of one delivery whose code counts the whole lot, one counts it and the others
-- nothing: the one that counts most, of equal ones a decided before an undecided one, then the
-- first. reject_delivery finds the others. Incidents stay what they are: complaints are issues.
CREATE VIEW scorecards_countedreject AS
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
              AND (o.weight > w.weight OR (o.weight = w.weight AND other.id < r.id))
              AND CASE
                  WHEN other.plant_id = r.plant_id OR other.part_id = r.part_id THEN true
                  ELSE scorecards_first_number(other.part_id) = scorecards_first_number(r.part_id)
              END
        ), 0)
    END AS behind
    OFFSET 0
) b
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN r.counts <> 'whole_lot' OR r.delivery_id IS NULL OR r.counted_qty <= 0 THEN false
        ELSE EXISTS (
            SELECT 1 FROM scorecards_judgedreject other
            WHERE other.delivery_id = r.delivery_id AND other.counts = 'whole_lot'
              AND other.supplier_id = r.supplier_id AND other.part_id = r.part_id
              AND (other.counted_qty, other.decided, r.detected_on, r.id)
                > (r.counted_qty, r.decided, other.detected_on, other.id)
        )
    END AS is_counted
    OFFSET 0
) lot
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN r.counted_qty <= 0 OR b.behind > 0 THEN 0 ELSE 1 END AS incident,
        CASE
            WHEN r.counts = 'incident' AND b.behind = 2 OR lot.is_counted THEN 0
            ELSE r.counted_qty
        END AS counted_qty
) i;
