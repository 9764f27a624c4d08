-- What one reject counts by itself. The newest verdict's supplier share counts; without a verdict the
-- policy's provisional rule does, of what sorting has not released. What its delivery's kind and the
-- part's phase keep out of the receipts (scorecards_received_qty) stays out of the rejects too.
-- Under a code that counts whole lots the delivery counts, less its reversals, by the share of the
-- confirmed pieces that the verdict puts on the supplier. (supplier_id, detected_on) serves a
-- supplier's month, the unique (reject_id, number) finds the newest verdict, delivery_reverses
-- what was taken back of a lot.
CREATE VIEW scorecards_judgedreject AS
SELECT
    f.*,
    CASE
        WHEN NOT f.enters THEN 0
        WHEN f.responsible_qty = 0 AND (f.decided OR f.released OR f.counts <> 'incident') THEN 0
        WHEN f.counts = 'incident' THEN 1
        WHEN f.counts = 'whole_lot' THEN greatest(f.lot_qty, f.responsible_qty)
        ELSE f.responsible_qty
    END AS counted_qty
FROM (
    SELECT
        r.id, r.supplier_id, r.plant_id, r.part_id, r.delivery_id, r.detected_on, r.complaint,
        r.severity, r.suspect_qty, r.defects, dc.counts,
        date_trunc('month', r.detected_on::timestamp)::date AS month,
        v.id IS NOT NULL AS decided,
        r.suspect_qty > 0 AND r.released_qty = r.suspect_qty AS released,
        coalesce(sp.counts_in_ppm, coalesce(d.kind, 'serial') = 'serial' AND coalesce(sp.phase, 'serial') = 'serial')
            AND coalesce(d.kind, 'serial') NOT IN ('sample', 'replacement') AS enters,
        CASE
            WHEN v.id IS NOT NULL THEN v.supplier_qty
            WHEN p.provisional = 'found_only' THEN r.confirmed_qty
            WHEN p.provisional = 'extrapolated' AND r.checked_qty > 0 THEN least(
                scorecards_share_of(r.suspect_qty, r.confirmed_qty, r.checked_qty),
                r.suspect_qty - r.released_qty)
            ELSE r.suspect_qty - r.released_qty
        END AS responsible_qty,
        CASE WHEN dc.counts = 'whole_lot' THEN scorecards_share_of(
            coalesce(d.quantity - coalesce((
                SELECT sum(back.quantity) FROM suppliers_delivery back WHERE back.reverses_id = d.id
            ), 0), r.suspect_qty),
            CASE WHEN v.confirmed_qty > 0 THEN v.supplier_qty ELSE 1 END,
            CASE WHEN v.confirmed_qty > 0 THEN v.confirmed_qty ELSE 1 END)
        END AS lot_qty
    FROM suppliers_reject r
    CROSS JOIN scorecards_policyinforce p
    JOIN suppliers_defectcode dc ON dc.id = r.defect_code_id
    LEFT JOIN suppliers_supplierpart sp ON sp.supplier_id = r.supplier_id AND sp.part_id = r.part_id
    LEFT JOIN suppliers_delivery d ON d.id = r.delivery_id
    LEFT JOIN LATERAL (
        SELECT rv.id, rv.supplier_qty, rv.confirmed_qty FROM suppliers_rejectverdict rv
        WHERE rv.reject_id = r.id ORDER BY rv.number DESC LIMIT 1
    ) v ON true
) f;
