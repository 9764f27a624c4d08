-- The months in which anything was received: the one after the last if anybody delivered in it, or
-- else the next later one, by one look a supplier. A mistyped year leaves no months between that
-- somebody would have to read. suppliers_delivery(supplier_id, received_on) serves each look.
WITH RECURSIVE found AS (
    SELECT rollup_first AS next_month, NULL::date AS month
    UNION ALL
    SELECT (n.month + interval '1 month')::date, n.month
    FROM found f
    CROSS JOIN LATERAL (
        SELECT coalesce((
            SELECT f.next_month
            FROM suppliers_supplier s
            CROSS JOIN LATERAL (
                SELECT FROM suppliers_delivery
                WHERE supplier_id = s.id AND received_on >= f.next_month AND received_on < rollup_end
                  AND received_on < (f.next_month + interval '1 month')::date
                ORDER BY received_on LIMIT 1
            ) d
            LIMIT 1
        ), (
            SELECT date_trunc('month', min(d.received_on)::timestamp)::date
            FROM suppliers_supplier s
            CROSS JOIN LATERAL (
                SELECT received_on FROM suppliers_delivery
                WHERE supplier_id = s.id AND received_on >= f.next_month AND received_on < rollup_end
                ORDER BY received_on LIMIT 1
            ) d
        )) AS month
    ) n
    WHERE n.month IS NOT NULL
)
SELECT month, next_month FROM found WHERE month IS NOT NULL
