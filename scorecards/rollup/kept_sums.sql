-- What a rebuild adds up of lanes while they hold receipts alone, and what was rejected beside it:
-- lane_sums.sql makes supplier-months of them. Whole lanes take twice as long to add up.
INSERT INTO rollup_sums (
    supplier_id, month, lines_promised, lines_on_time, received_qty,
    opportunities, -- opportunities
    counted_qty, provisional_qty, suspect_qty, defects, incidents, weighted_incidents)
SELECT supplier_id, month, sum(lines_promised), sum(lines_on_time), sum(received_qty),
       sum(opportunities), -- opportunities
       0, 0, 0, 0, 0, 0
FROM scorecards_partmonth
GROUP BY supplier_id, month
UNION ALL
SELECT supplier_id, month, 0, 0, 0,
       0, -- opportunities
       counted_qty, provisional_qty, suspect_qty, defects, incidents, weighted_incidents
FROM rollup_rejects
