-- Rows of a delivery file with the ids of what they name, pieces by unit, and the row that
-- already has their key. Served by the unique codes of the masters, part_unit_unique and
-- delivery_source_key_unique.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT
    s.*,
    supplier.id AS supplier_id,
    plant.id AS plant_id,
    part.id AS part_id,
    s.quantity * factor.pieces AS pieces,
    s.ordered_quantity * factor.pieces AS ordered_pieces,
    NULL::bigint AS reverses_id,
    NULL::int AS reverses_number,
    existing.id AS existing_id
FROM staged s
LEFT JOIN suppliers_supplier supplier ON supplier.code = s.supplier
LEFT JOIN suppliers_plant plant ON plant.code = s.plant
LEFT JOIN suppliers_part part ON part.number = s.part
LEFT JOIN suppliers_partunit unit ON s.unit <> '' AND unit.part_id = part.id AND unit.unit = s.unit
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN s.unit = '' THEN 1
        ELSE coalesce(unit.factor, CASE WHEN lower(s.unit) = ANY (%(piece_units)s) THEN 1 END)
    END AS pieces
) factor
-- LIMIT makes it one look-up per row, whose time does not grow with the years that are stored
LEFT JOIN LATERAL (
    SELECT d.id FROM suppliers_delivery d
    WHERE d.plant_id = plant.id AND d.document = s.document AND d.line = s.line AND d.lot = s.lot
    LIMIT 1
) existing ON true;
