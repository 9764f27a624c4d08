"""Pages of the escalations app."""
