-- What each fact contributes. The roll-up sums these views, pages list them: the rows
-- behind a figure add up to it because they are what was added.

-- The counting policy in force: the newest version (served by its unique index).
CREATE VIEW scorecards_policyinforce AS
SELECT * FROM scorecards_countingpolicy ORDER BY version DESC LIMIT 1;

-- One reading of a delivery for the counted view and for notes of changes. Samples and replacements
-- never count; pre-series only where the supplier's part says so; a reversal subtracts. PostgreSQL
-- puts these expressions into the statement that calls them.
CREATE FUNCTION scorecards_received_qty(quantity numeric, kind text, reverses boolean, counts_in_ppm boolean, phase text)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN kind IN ('sample', 'replacement') THEN 0
        WHEN NOT coalesce(counts_in_ppm, kind = 'serial' AND coalesce(phase, 'serial') = 'serial') THEN 0
        WHEN reverses THEN -quantity
        ELSE quantity
    END
$$;

CREATE FUNCTION scorecards_promised(promised_on date, reverses boolean)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (promised_on IS NOT NULL AND NOT reverses)::int
$$;

CREATE FUNCTION scorecards_on_time(
    received_on date, promised_on date, reverses boolean, quantity numeric, ordered_quantity numeric, early_days integer, late_days integer)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (promised_on IS NOT NULL AND NOT reverses AND quantity >= coalesce(ordered_quantity, quantity)
            AND received_on BETWEEN promised_on - early_days AND promised_on + late_days)::int
$$;
