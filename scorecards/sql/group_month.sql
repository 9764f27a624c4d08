-- Groups: a month uses the group that the supplier belonged to at its end, as tiers do. The
-- exclusion constraint on memberships serves the join; without overlaps nothing counts twice.
CREATE VIEW scorecards_groupmonth AS
SELECT
    gm.group_id, m.month,
    sum(m.received_qty) AS received_qty, sum(m.counted_qty) AS counted_qty,
    sum(m.provisional_qty) AS provisional_qty, sum(m.suspect_qty) AS suspect_qty,
    sum(m.defects) AS defects, sum(m.opportunities) AS opportunities,
    sum(m.incidents) AS incidents, sum(m.weighted_incidents) AS weighted_incidents,
    sum(m.lines_promised) AS lines_promised, sum(m.lines_on_time) AS lines_on_time,
    sum(m.returned_qty) AS returned_qty,
    sum(m.returned_provisional_qty) AS returned_provisional_qty,
    sum(m.parts_in_field) AS parts_in_field, sum(m.parts_in_field_given) AS parts_in_field_given
FROM scorecards_suppliermonth m
JOIN suppliers_suppliergroupmembership gm ON gm.supplier_id = m.supplier_id
    AND gm.during @> (m.month + interval '1 month' - interval '1 day')::date
GROUP BY gm.group_id, m.month;
