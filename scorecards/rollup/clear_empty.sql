-- Months that only stood for parts in field and have none left; the primary keys serve it.
DELETE FROM scorecards_suppliermonth m
USING rollup_key k, scorecards_policyinforce p
WHERE m.supplier_id = k.supplier_id
  AND m.month BETWEEN k.month
      AND (k.month + make_interval(months => p.field_lag_months::int + p.warranty_months::int))::date
  AND m.parts_in_field = 0 AND m.parts_in_field_given = 0
  AND NOT EXISTS (SELECT 1 FROM scorecards_partmonth g
                  WHERE g.supplier_id = m.supplier_id AND g.month = m.month)
  AND NOT EXISTS (SELECT 1 FROM scorecards_warrantymonth w
                  WHERE w.supplier_id = m.supplier_id AND w.month = m.month);
