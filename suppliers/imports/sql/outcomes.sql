-- Every row that is not valid, by what becomes of it: a conflict is only what has no worse
-- problem. `problem` is small unless the file is bad.
CREATE TEMP TABLE verdict ON COMMIT DROP AS
SELECT
    number,
    CASE
        WHEN bool_or(code NOT IN ('stored_differs', 'row_differs', 'repeats_row')) THEN 'rejected'
        WHEN bool_or(code IN ('stored_differs', 'row_differs')) THEN 'conflict'
        ELSE 'duplicate'
    END AS outcome
FROM problem
WHERE NOT warning
GROUP BY number;
