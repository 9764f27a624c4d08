"""The numbers of the roll-up's advisory locks; they only have to be our own."""

# Drains hold it shared, a rebuild exclusively.
ROLLUP_LOCK = 7_405_001
# With the supplier as second number: two drains of one supplier take turns.
SUPPLIER_LOCKS = 7_405_002
