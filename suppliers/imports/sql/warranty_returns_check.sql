-- A part is built, fails and comes back, in this order.
INSERT INTO problem (number, field, code, value, params)
SELECT r.number, w.field, w.code, w.day::text, jsonb_build_object('other', w.other::text)
FROM resolved r
CROSS JOIN LATERAL (VALUES
    ('failed_on', 'after_received', r.failed_on, r.received_on),
    ('built_on', 'after_received', r.built_on, r.received_on),
    ('built_on', 'built_after_failed', r.built_on, r.failed_on)
) w (field, code, day, other)
WHERE w.day > w.other;
