-- Deliveries: what one contributes. Of the supplier's parts only those are looked up that do not
-- count as every other does: few, found by their unique (supplier, part) or by hash. The policy is
-- read once a statement. (supplier_id, received_on) serves a supplier's month.
CREATE OR REPLACE VIEW scorecards_counteddelivery AS
SELECT
    d.id, d.supplier_id, d.plant_id, d.part_id, d.received_on,
    date_trunc('month', d.received_on::timestamp)::date AS month,
    scorecards_received_qty(d.quantity, d.kind, d.reverses_id IS NOT NULL, sp.counts_in_ppm, sp.phase) AS received_qty,
    scorecards_promised(d.promised_on, d.reverses_id IS NOT NULL) AS promised,
    scorecards_on_time(d.received_on, d.promised_on, d.reverses_id IS NOT NULL, d.quantity, d.ordered_quantity,
                       (SELECT on_time_early_days::int FROM scorecards_policyinforce),
                       (SELECT on_time_late_days::int FROM scorecards_policyinforce)) AS on_time
FROM suppliers_delivery d
LEFT JOIN suppliers_supplierpart sp
    ON sp.supplier_id = d.supplier_id AND sp.part_id = d.part_id
    AND (sp.counts_in_ppm IS NOT NULL OR sp.phase <> 'serial');
