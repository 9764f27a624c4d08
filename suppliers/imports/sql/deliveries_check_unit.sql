-- Units without a factor for the part, and pieces that come out too fine or too many.
INSERT INTO problem (number, field, code, value, params)
SELECT number, 'unit', 'unit_without_factor', unit, jsonb_build_object('part', part)
FROM resolved
WHERE unit <> '' AND pieces IS NULL AND quantity IS NOT NULL;

INSERT INTO problem (number, field, code, value, params)
SELECT number, 'quantity', 'pieces_too_fine', trim_scale(quantity)::text,
    jsonb_build_object('pieces', trim_scale(pieces)::text)
FROM resolved
WHERE unit <> '' AND pieces <> round(pieces, 3);

INSERT INTO problem (number, field, code, value, params)
SELECT number, 'quantity', 'beyond', trim_scale(quantity)::text,
    jsonb_build_object('limit', '999999999999')
FROM resolved
WHERE unit <> '' AND greatest(pieces, ordered_pieces) > 999999999999;
