"""The numbers: periods, formulas, roll-ups, charts, scorecards."""
