"""What changes escalations: evaluating, deciding, telling."""
