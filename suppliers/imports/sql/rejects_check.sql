-- Quantities must fit together, as the constraints of the table demand.
INSERT INTO problem (number, field, code, value, params)
SELECT r.number, w.field, w.code, trim_scale(w.value)::text,
    jsonb_build_object('other', trim_scale(w.other)::text)
FROM resolved r
CROSS JOIN LATERAL (VALUES
    ('checked_qty', 'checked_above_suspect', r.checked_qty, r.suspect_qty,
        r.checked_qty > r.suspect_qty),
    ('confirmed_qty', 'confirmed_above_checked', r.confirmed_qty, r.checked_qty,
        r.confirmed_qty > r.checked_qty),
    ('released_qty', 'confirmed_released_above_suspect', r.released_qty, r.suspect_qty,
        r.confirmed_qty + r.released_qty > r.suspect_qty),
    ('defects', 'defects_below_confirmed', r.defects, r.confirmed_qty,
        r.defects < r.confirmed_qty),
    ('cost_currency', 'cost_without_currency', NULL, r.cost,
        r.cost IS NOT NULL AND r.cost_currency = '' AND NOT EXISTS (
            SELECT FROM problem p WHERE p.number = r.number AND p.field = 'cost_currency'))
) w (field, code, value, other, wrong)
WHERE w.wrong;
