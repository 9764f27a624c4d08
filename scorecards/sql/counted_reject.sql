-- Rejects: what each counts, and which of several reports of an issue is its incident. Takes the
-- place of the view of the same name in counted_views.sql.

-- What one reject counts. The newest verdict's supplier share counts; without a verdict the
-- policy's provisional rule does. (supplier_id, detected_on) serves a supplier's month, the unique
-- (reject_id, number) finds the newest verdict.
CREATE VIEW scorecards_judgedreject AS
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
        coalesce(sp.counts_in_ppm, coalesce(sp.phase, 'serial') = 'serial')
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

-- An issue is one incident however many plants and lines report it: the first report in the month
-- that counts. (supplier_id, complaint) finds the others; only where there is an earlier one is
-- asked what it counts.
CREATE OR REPLACE VIEW scorecards_countedreject AS
SELECT
    r.id, r.supplier_id, r.plant_id, r.part_id, r.detected_on, r.month, r.decided,
    r.counted_qty,
    CASE WHEN r.decided THEN 0 ELSE r.counted_qty END AS provisional_qty,
    CASE WHEN r.enters THEN r.suspect_qty ELSE 0 END AS suspect_qty,
    CASE WHEN r.enters THEN coalesce(r.defects, r.counted_qty) ELSE 0 END AS defects,
    i.incident AS incidents,
    i.incident * CASE r.severity
        WHEN 'sorting' THEN 1 WHEN 'line_disturbance' THEN 3 WHEN 'line_stop' THEN 10
        WHEN 'customer_plant' THEN 30 WHEN 'field' THEN 100 ELSE 0
    END AS weighted_incidents
FROM scorecards_judgedreject r
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN r.counted_qty <= 0 THEN 0
        WHEN NOT EXISTS (
            SELECT 1 FROM suppliers_reject other
            WHERE other.supplier_id = r.supplier_id AND other.complaint = r.complaint
              AND date_trunc('month', other.detected_on::timestamp)::date = r.month
              AND other.id < r.id
        ) THEN 1
        WHEN EXISTS (
            SELECT 1 FROM scorecards_judgedreject other
            WHERE other.supplier_id = r.supplier_id AND other.complaint = r.complaint
              AND other.month = r.month AND other.id < r.id AND other.counted_qty > 0
        ) THEN 0
        ELSE 1
    END AS incident
) i;
