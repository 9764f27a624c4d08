"""Formulas of the scorecard: counts in, exact fractions or frozen records out.

No module here knows Django, pandas, a database or the clock. `scipy.special`
supplies the special functions behind intervals and limits; everything that
decides whether a threshold is exceeded is integer or fraction arithmetic.
"""
