-- Rows of a file of warranty returns with the ids of what they name. Served by the unique
-- codes of the masters and warranty_return_source_key_unique.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT s.*, supplier.id AS supplier_id, part.id AS part_id, existing.id AS existing_id
FROM staged s
LEFT JOIN suppliers_supplier supplier ON supplier.code = s.supplier
LEFT JOIN suppliers_part part ON part.number = s.part
LEFT JOIN suppliers_warrantyreturn existing
    ON existing.claim = s.claim AND existing.line = s.line;
