-- Units need factors; what is stored and not empty is never overwritten.
INSERT INTO problem (number, field, code, value, params)
SELECT number, 'unit', 'unit_needs_factor', unit, '{}'
FROM resolved
WHERE unit <> '' AND factor IS NULL AND lower(unit) <> ALL (%(piece_units)s)
    AND NOT EXISTS (
        SELECT FROM problem p WHERE p.number = resolved.number AND p.field = 'factor'
    );

INSERT INTO problem (number, field, code, value, params)
SELECT number, 'factor', 'factor_without_unit', trim_scale(factor)::text, '{}'
FROM resolved
WHERE unit = '' AND factor IS NOT NULL;

INSERT INTO problem (number, field, code, value, params)
SELECT r.number, w.field, 'stored_differs', w.value, jsonb_build_object('stored', w.stored)
FROM resolved r
CROSS JOIN LATERAL (VALUES
    ('name', r.name, r.stored_name,
        r.name <> r.stored_name AND '' NOT IN (r.name, r.stored_name)),
    ('commodity', r.commodity, r.stored_commodity,
        r.commodity <> r.stored_commodity AND '' NOT IN (r.commodity, r.stored_commodity)),
    ('safety_relevant', 'no', 'yes', r.stored_safety_relevant AND NOT r.safety_relevant),
    ('component_opportunities', r.component_opportunities::text,
        r.stored_component_opportunities::text,
        r.component_opportunities <> r.stored_component_opportunities
            AND r.stored_component_opportunities > 0),
    ('placement_opportunities', r.placement_opportunities::text,
        r.stored_placement_opportunities::text,
        r.placement_opportunities <> r.stored_placement_opportunities
            AND r.stored_placement_opportunities > 0),
    ('termination_opportunities', r.termination_opportunities::text,
        r.stored_termination_opportunities::text,
        r.termination_opportunities <> r.stored_termination_opportunities
            AND r.stored_termination_opportunities > 0),
    ('factor', trim_scale(r.factor)::text, trim_scale(r.stored_factor)::text,
        r.factor <> r.stored_factor)
) w (field, value, stored, differs)
WHERE r.existing_id IS NOT NULL AND w.differs;

-- Rows of one part with different units agree on everything else, or none of them counts.
WITH first AS (
    SELECT DISTINCT ON (number_) * FROM resolved WHERE number_ <> '' ORDER BY number_, number
), differing AS (
    SELECT r.number_, f.number AS first, min(r.number) AS other
    FROM resolved r
    JOIN first f ON f.number_ = r.number_
    WHERE (r.name, r.commodity, r.safety_relevant, r.component_opportunities,
        r.placement_opportunities, r.termination_opportunities)
        IS DISTINCT FROM (f.name, f.commodity, f.safety_relevant, f.component_opportunities,
        f.placement_opportunities, f.termination_opportunities)
    GROUP BY r.number_, f.number
)
INSERT INTO problem (number, field, code, value, params)
SELECT r.number, 'number', 'row_differs', r.number_,
    jsonb_build_object('row', (CASE WHEN r.number = d.first THEN d.other ELSE d.first END)::text)
FROM resolved r
JOIN differing d ON d.number_ = r.number_;
