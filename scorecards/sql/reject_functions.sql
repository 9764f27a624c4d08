-- A share of pieces: whole where all are whole pieces, else to the third decimal, as pieces are kept.
CREATE OR REPLACE FUNCTION scorecards_share_of(quantity numeric, part numeric, whole numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT round(
        quantity * part / whole,
        CASE WHEN quantity % 1 = 0 AND part % 1 = 0 AND whole % 1 = 0 THEN 0 ELSE 3 END)
$$;

-- The number that a part began with, along those that it supersedes; the primary key serves it.
CREATE OR REPLACE FUNCTION scorecards_first_number(part bigint)
RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH RECURSIVE before AS (
        SELECT id, supersedes_id FROM suppliers_part WHERE id = part
        UNION
        SELECT p.id, p.supersedes_id FROM before b JOIN suppliers_part p ON p.id = b.supersedes_id
    )
    SELECT id FROM before WHERE supersedes_id IS NULL
$$;
