-- What the lanes of a supplier's month add up to, or what a rebuild has added up of them before
-- (kept_sums.sql); the grain's primary key serves the keyed form. Most
-- counts of most months are 0: the filters keep their sums from being begun at all.
SELECT l.supplier_id, l.month, sum(l.received_qty) AS received_qty,
       coalesce(sum(l.counted_qty) FILTER (WHERE l.counted_qty <> 0), 0) AS counted_qty,
       coalesce(sum(l.provisional_qty) FILTER (WHERE l.provisional_qty <> 0), 0) AS provisional_qty,
       coalesce(sum(l.suspect_qty) FILTER (WHERE l.suspect_qty <> 0), 0) AS suspect_qty,
       coalesce(sum(l.defects) FILTER (WHERE l.defects <> 0), 0) AS defects,
       coalesce(sum(l.opportunities) FILTER (WHERE l.opportunities <> 0), 0) AS opportunities,
       sum(l.incidents) AS incidents, sum(l.weighted_incidents) AS weighted_incidents,
       sum(l.lines_promised) AS lines_promised, sum(l.lines_on_time) AS lines_on_time
FROM scorecards_partmonth l
JOIN rollup_key k ON l.supplier_id = k.supplier_id AND l.month = k.month -- keyed
GROUP BY l.supplier_id, l.month
