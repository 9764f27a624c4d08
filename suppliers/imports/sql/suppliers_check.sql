-- What is stored and not empty is never overwritten: a difference is a conflict to be decided.
INSERT INTO problem (number, field, code, value, params)
SELECT r.number, w.field, 'stored_differs', w.value, jsonb_build_object('stored', w.stored)
FROM resolved r
CROSS JOIN LATERAL (VALUES
    ('name', r.name, r.stored_name, r.name <> r.stored_name AND r.name <> ''),
    ('country', r.country, r.stored_country,
        r.country <> r.stored_country AND '' NOT IN (r.country, r.stored_country)),
    ('time_zone', r.time_zone, r.stored_time_zone,
        r.time_zone <> r.stored_time_zone AND r.time_zone <> ''),
    ('tier', r.tier::text, r.stored_tier::text, r.tier <> r.stored_tier),
    ('group', r."group", r.stored_group, r."group" <> r.stored_group AND r."group" <> ''),
    ('active', CASE WHEN r.active THEN 'yes' ELSE 'no' END,
        CASE WHEN r.stored_active THEN 'yes' ELSE 'no' END, r.active <> r.stored_active)
) w (field, value, stored, differs)
WHERE r.existing_id IS NOT NULL AND w.differs AND w.field = ANY (%(provided)s);
