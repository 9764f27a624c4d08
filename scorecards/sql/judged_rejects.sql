-- What one reject counts. The newest verdict's supplier share counts; without a verdict the
-- policy's provisional rule does. What its delivery's kind and the part's phase keep out of the
-- receipts (scorecards_received_qty) stays out of the rejects too. (supplier_id, detected_on)
-- serves a supplier's month, the unique (reject_id, number) finds the newest verdict.
CREATE OR REPLACE VIEW scorecards_judgedreject AS
SELECT
    f.*,
    CASE
        WHEN NOT f.enters THEN 0
        WHEN f.responsible_qty = 0 AND (f.decided OR f.counts <> 'incident') THEN 0
        WHEN f.counts = 'incident' THEN 1
        WHEN f.counts = 'whole_lot' THEN greatest(coalesce(f.lot_qty, f.suspect_qty), f.responsible_qty)
        ELSE f.responsible_qty
    END AS counted_qty
FROM (
    SELECT
        r.id, r.supplier_id, r.plant_id, r.part_id, r.detected_on, r.complaint,
        r.severity, r.suspect_qty, r.defects, dc.counts, d.quantity AS lot_qty,
        date_trunc('month', r.detected_on::timestamp)::date AS month,
        v.id IS NOT NULL AS decided,
        coalesce(sp.counts_in_ppm, coalesce(d.kind, 'serial') = 'serial' AND coalesce(sp.phase, 'serial') = 'serial')
            AND coalesce(d.kind, 'serial') NOT IN ('sample', 'replacement') AS enters,
        CASE
            WHEN v.id IS NOT NULL THEN v.supplier_qty
            WHEN p.provisional = 'found_only' THEN r.confirmed_qty
            WHEN p.provisional = 'extrapolated' AND r.checked_qty > 0
                THEN round(r.confirmed_qty * r.suspect_qty / r.checked_qty)
            ELSE r.suspect_qty
        END AS responsible_qty
    FROM suppliers_reject r
    CROSS JOIN scorecards_policyinforce p
    JOIN suppliers_defectcode dc ON dc.id = r.defect_code_id
    LEFT JOIN suppliers_supplierpart sp ON sp.supplier_id = r.supplier_id AND sp.part_id = r.part_id
    LEFT JOIN suppliers_delivery d ON d.id = r.delivery_id
    LEFT JOIN LATERAL (
        SELECT rv.id, rv.supplier_qty FROM suppliers_rejectverdict rv
        WHERE rv.reject_id = r.id ORDER BY rv.number DESC LIMIT 1
    ) v ON true
) f;
