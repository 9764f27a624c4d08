-- Every row that is not valid, by what becomes of it: unmapped is only what names a master or a unit
-- not known here and has no worse problem, a conflict only what has none of either. `problem` is
-- small unless the file is bad.
CREATE TEMP TABLE verdict ON COMMIT DROP AS
SELECT
    number,
    CASE
        WHEN bool_or(code <> ALL(%(unmapped)s)
            AND code NOT IN ('stored_differs', 'row_differs', 'repeats_row')) THEN 'rejected'
        WHEN bool_or(code = ANY(%(unmapped)s)) THEN 'unmapped'
        WHEN bool_or(code IN ('stored_differs', 'row_differs')) THEN 'conflict'
        ELSE 'duplicate'
    END AS outcome
FROM problem
GROUP BY number;
