-- New parts once each, however many units they bring; then what was empty of the known ones;
-- then the units.
INSERT INTO suppliers_part (
    number, name, commodity, component_opportunities, placement_opportunities,
    termination_opportunities, safety_relevant
)
SELECT DISTINCT ON (number_)
    number_, name, commodity, coalesce(component_opportunities, 0),
    coalesce(placement_opportunities, 0), coalesce(termination_opportunities, 0),
    coalesce(safety_relevant, false)
FROM accepted
WHERE existing_id IS NULL
ORDER BY number_, number;

UPDATE suppliers_part p
SET name = coalesce(nullif(p.name, ''), a.name),
    commodity = coalesce(nullif(p.commodity, ''), a.commodity),
    safety_relevant = p.safety_relevant OR coalesce(a.safety_relevant, false),
    component_opportunities = coalesce(
        nullif(p.component_opportunities, 0), a.component_opportunities, 0),
    placement_opportunities = coalesce(
        nullif(p.placement_opportunities, 0), a.placement_opportunities, 0),
    termination_opportunities = coalesce(
        nullif(p.termination_opportunities, 0), a.termination_opportunities, 0)
FROM accepted a
WHERE a.existing_id = p.id
    AND (
        (p.name = '' AND a.name <> '')
        OR (p.commodity = '' AND a.commodity <> '')
        OR (a.safety_relevant AND NOT p.safety_relevant)
        OR (p.component_opportunities = 0 AND a.component_opportunities > 0)
        OR (p.placement_opportunities = 0 AND a.placement_opportunities > 0)
        OR (p.termination_opportunities = 0 AND a.termination_opportunities > 0)
    );

INSERT INTO suppliers_partunit (part_id, unit, factor)
SELECT p.id, a.unit, a.factor
FROM accepted a
JOIN suppliers_part p ON p.number = a.number_
WHERE a.factor IS NOT NULL AND a.stored_factor IS NULL;

SELECT count(*), NULL::numeric FROM accepted;
