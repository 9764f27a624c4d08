-- How much less each reject counts where the claimed pieces of some do not. The rule which report of
-- an issue and which reject of a lot counts is the text of counted_rejects.sql: it is put in below and
-- reads, under the same name, what each reject counts by itself less what is claimed of it.
-- Only the claimed rejects and those of their issues and lots can count otherwise.
WITH claim AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(claimed)s::numeric[]) c(id, claimed_qty)
),
concerned AS MATERIALIZED (
    SELECT id FROM claim
    UNION
    SELECT other.id FROM claim c
    JOIN suppliers_reject mine ON mine.id = c.id
    JOIN suppliers_reject other ON other.supplier_id = mine.supplier_id AND other.complaint = mine.complaint
    UNION
    SELECT other.id FROM claim c
    JOIN suppliers_reject mine ON mine.id = c.id
    JOIN suppliers_reject other ON other.delivery_id = mine.delivery_id
),
scorecards_judgedreject AS NOT MATERIALIZED (
    SELECT
        r.id, r.supplier_id, r.plant_id, r.part_id, r.delivery_id, r.detected_on, r.month, r.complaint,
        r.severity, r.suspect_qty, r.defects, r.counts, r.decided, r.released, r.enters,
        CASE
            WHEN c.id IS NULL OR c.claimed_qty <= 0 THEN r.counted_qty
            WHEN r.counts = 'incident' THEN 0
            ELSE greatest(r.counted_qty - c.claimed_qty, 0)
        END AS counted_qty
    FROM scorecards_judgedreject r LEFT JOIN claim c ON c.id = r.id
)
SELECT one.id, now.counted_qty - without.counted_qty
FROM concerned one
CROSS JOIN LATERAL (SELECT r.counted_qty FROM scorecards_countedreject r WHERE r.id = one.id) now
CROSS JOIN LATERAL (SELECT w.counted_qty FROM (
{counted_rejects}
) w WHERE w.id = one.id) without
WHERE now.counted_qty <> without.counted_qty
