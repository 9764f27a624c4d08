"""From a file to facts: read in a limited child, checked and loaded by set-based SQL.

`kinds` says what a file can hold, `columns` which column feeds which field, `child` reads,
`stage`, `check` and `load` are the three steps in the database, `run` strings them together.
"""
