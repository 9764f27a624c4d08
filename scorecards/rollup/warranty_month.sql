-- Supplier × part × month of returns; suppliers_warrantyreturn(supplier_id, received_on) serves it.
INSERT INTO scorecards_warrantymonth (supplier_id, month, part_id, returned_qty, returned_provisional_qty)
SELECT w.supplier_id, w.month, w.part_id, sum(w.returned_qty), sum(w.returned_provisional_qty)
FROM scorecards_countedreturn w
JOIN rollup_key k ON w.supplier_id = k.supplier_id AND w.received_on >= k.month AND w.received_on < k.next_month -- keyed
GROUP BY w.supplier_id, w.month, w.part_id;
