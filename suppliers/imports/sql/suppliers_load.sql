-- New suppliers; then what was empty of the known ones; then tiers and groups where the
-- supplier had none: valid for all time, because the file says nothing about their beginning.
INSERT INTO suppliers_supplier (code, name, country, time_zone, archived_at)
SELECT code, name, country, coalesce(nullif(time_zone, ''), 'UTC'),
    CASE WHEN active IS FALSE THEN %(at)s::timestamptz END
FROM accepted
WHERE existing_id IS NULL;

UPDATE suppliers_supplier s
SET country = CASE WHEN s.country = '' THEN a.country ELSE s.country END,
    time_zone = CASE WHEN s.time_zone = 'UTC' THEN coalesce(nullif(a.time_zone, ''), 'UTC')
        ELSE s.time_zone END
FROM accepted a
WHERE a.existing_id = s.id
    AND (
        (s.country = '' AND a.country <> '')
        OR (s.time_zone = 'UTC' AND a.time_zone NOT IN ('', 'UTC'))
    );

INSERT INTO suppliers_suppliertier (supplier_id, tier_id, during)
SELECT s.id, t.id, daterange(NULL, NULL)
FROM accepted a
JOIN suppliers_supplier s ON s.code = a.code
JOIN suppliers_tier t ON t.level = a.tier
WHERE NOT EXISTS (SELECT FROM suppliers_suppliertier st WHERE st.supplier_id = s.id);

INSERT INTO suppliers_suppliergroupmembership (supplier_id, group_id, during)
SELECT s.id, g.id, daterange(NULL, NULL)
FROM accepted a
JOIN suppliers_supplier s ON s.code = a.code
JOIN suppliers_suppliergroup g ON g.name = a."group"
WHERE a."group" <> ''
    AND NOT EXISTS (SELECT FROM suppliers_suppliergroupmembership m WHERE m.supplier_id = s.id);

SELECT count(*), NULL::numeric FROM accepted;
