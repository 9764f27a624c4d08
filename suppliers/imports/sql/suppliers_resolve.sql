-- Rows of a supplier file beside what is stored: `completes` when the row fills something in
-- that is empty there. Served by the unique codes of suppliers, tiers and groups.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT
    s.*,
    existing.id AS existing_id,
    tier.id AS tier_id,
    grp.id AS group_id,
    existing.name AS stored_name,
    existing.country AS stored_country,
    -- UTC is the default nobody chose
    nullif(existing.time_zone, 'UTC') AS stored_time_zone,
    existing.archived_at IS NULL AS stored_active,
    now_in.level AS stored_tier,
    now_in.grp AS stored_group,
    (s.country <> '' AND existing.country = '')
        OR (s.time_zone NOT IN ('', 'UTC') AND existing.time_zone = 'UTC')
        OR (s.tier IS NOT NULL AND now_in.level IS NULL)
        OR (s."group" <> '' AND now_in.grp IS NULL) AS completes
FROM staged s
LEFT JOIN suppliers_supplier existing ON existing.code = s.code
LEFT JOIN suppliers_tier tier ON tier.level = s.tier
LEFT JOIN suppliers_suppliergroup grp ON grp.name = s."group"
CROSS JOIN LATERAL (
    SELECT
        (
            SELECT t.level FROM suppliers_suppliertier st JOIN suppliers_tier t ON t.id = st.tier_id
            WHERE st.supplier_id = existing.id
            ORDER BY st.during @> %(today)s::date DESC, st.during DESC LIMIT 1
        ) AS level,
        (
            SELECT g.name FROM suppliers_suppliergroupmembership m
            JOIN suppliers_suppliergroup g ON g.id = m.group_id
            WHERE m.supplier_id = existing.id
            ORDER BY m.during @> %(today)s::date DESC, m.during DESC LIMIT 1
        ) AS grp
) now_in;
