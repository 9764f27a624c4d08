-- Rows of a part file beside what is stored: `completes` when the row fills something in that
-- is empty there, or brings a unit. Served by the unique part numbers and part_unit_unique.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT
    s.*,
    existing.id AS existing_id,
    existing.name AS stored_name,
    existing.commodity AS stored_commodity,
    existing.safety_relevant AS stored_safety_relevant,
    existing.component_opportunities AS stored_component_opportunities,
    existing.placement_opportunities AS stored_placement_opportunities,
    existing.termination_opportunities AS stored_termination_opportunities,
    unit.factor AS stored_factor,
    (s.name <> '' AND existing.name = '')
        OR (s.commodity <> '' AND existing.commodity = '')
        OR (s.safety_relevant AND NOT existing.safety_relevant)
        OR (s.component_opportunities > 0 AND existing.component_opportunities = 0)
        OR (s.placement_opportunities > 0 AND existing.placement_opportunities = 0)
        OR (s.termination_opportunities > 0 AND existing.termination_opportunities = 0)
        OR (s.factor IS NOT NULL AND unit.id IS NULL) AS completes
FROM staged s
LEFT JOIN suppliers_part existing ON existing.number = s.number_
LEFT JOIN suppliers_partunit unit
    ON s.unit <> '' AND unit.part_id = existing.id AND unit.unit = s.unit;
