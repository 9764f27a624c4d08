-- Rows of a file of parts in field with the ids of what they name. Served by the unique
-- codes of the masters and field_population_key_unique.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT s.*, supplier.id AS supplier_id, part.id AS part_id, existing.id AS existing_id
FROM staged s
LEFT JOIN suppliers_supplier supplier ON supplier.code = s.supplier
LEFT JOIN suppliers_part part ON part.number = s.part
LEFT JOIN suppliers_fieldpopulation existing
    ON existing.supplier_id = supplier.id
    AND existing.part_id = part.id
    AND existing.month = s.month;
