-- Supplier × plant × part × month of what was received; its rejects come next (rejects.sql). What
-- nobody counted is left to the columns' defaults.
-- Whether a kind counts is the same for all deliveries of a lane, so lanes are asked, not lines; kinds
-- that never count are not added up at all. The parts that do not count as all others do are few.
-- One month after the other, so that the sums of each find room in the processor's cache:
-- suppliers_delivery(supplier_id, received_on) serves a supplier's month and, in PostgreSQL 18, a
-- month of all suppliers. Pieces have three decimals, so their thousandths add up exactly as whole
-- numbers; lines promised and, from the 33rd bit on, lines on time are counted by one sum, since every
-- sum more takes room and time for every lane. Names and types are those of the columns: a rebuild
-- makes a table of what is selected.
INSERT INTO scorecards_partmonth (
    supplier_id, plant_id, part_id, month, lines_promised, lines_on_time,
    opportunities, -- opportunities
    received_qty)
SELECT supplier_id, plant_id, part_id, month, (lines & 4294967295)::int AS lines_promised, (lines >> 32)::int AS lines_on_time,
       coalesce(received_qty * per_unit, 0)::numeric(24, 3) AS opportunities, -- opportunities
       received_qty::numeric(15, 3) AS received_qty
FROM (
    SELECT month, next_month, supplier_id AS rollup_supplier FROM rollup_key -- keyed
    SELECT month, next_month FROM rollup_months -- whole
) k
CROSS JOIN LATERAL (
    SELECT l.supplier_id, l.plant_id, l.part_id, l.lines,
           CASE WHEN (l.supplier_id, l.part_id) IN (SELECT supplier_id, part_id FROM scorecards_exceptionalpart) THEN (
               SELECT CASE WHEN scorecards_kind_counts('serial', p.counts_in_ppm, p.phase) THEN l.serial ELSE 0 END
                    + CASE WHEN scorecards_kind_counts('pre_series', p.counts_in_ppm, p.phase) THEN l.pre_series ELSE 0 END -- pre_series
               FROM scorecards_exceptionalpart p
               WHERE p.supplier_id = l.supplier_id AND p.part_id = l.part_id
           ) ELSE l.serial END * 0.001 AS received_qty
    FROM (
        SELECT d.supplier_id, d.plant_id, d.part_id,
               scorecards_whole_sum((d.net_qty * 1000)::bigint) FILTER (WHERE d.kind = 'serial') AS serial,
               scorecards_whole_sum((d.net_qty * 1000)::bigint) FILTER (WHERE d.kind = 'pre_series') AS pre_series, -- pre_series
               scorecards_whole_sum(CASE WHEN d.was_on_time THEN 4294967297 WHEN d.was_promised THEN 1 ELSE 0 END) AS lines
        FROM scorecards_deliveryline d
        WHERE d.received_on >= k.month AND d.received_on < k.next_month
          AND d.supplier_id = k.rollup_supplier -- keyed
        GROUP BY d.supplier_id, d.plant_id, d.part_id
    ) l
) d
LEFT JOIN ( -- opportunities
    SELECT id AS part_id, component_opportunities::bigint + placement_opportunities + termination_opportunities AS per_unit -- opportunities
    FROM suppliers_part -- opportunities
    WHERE component_opportunities > 0 OR placement_opportunities > 0 OR termination_opportunities > 0 -- opportunities
) o USING (part_id) -- opportunities
