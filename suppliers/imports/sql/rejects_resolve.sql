-- Rows of a reject file with the ids of what they name. Served by the unique codes of the
-- masters and reject_source_key_unique.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT
    s.*,
    supplier.id AS supplier_id,
    plant.id AS plant_id,
    part.id AS part_id,
    defect.id AS defect_code_id,
    NULL::bigint AS delivery_id,
    existing.id AS existing_id
FROM staged s
LEFT JOIN suppliers_supplier supplier ON supplier.code = s.supplier
LEFT JOIN suppliers_plant plant ON plant.code = s.plant
LEFT JOIN suppliers_part part ON part.number = s.part
LEFT JOIN suppliers_defectcode defect ON defect.code = s.defect_code
LEFT JOIN suppliers_reject existing
    ON existing.plant_id = plant.id
    AND existing.complaint = s.complaint
    AND existing.line = s.line;
