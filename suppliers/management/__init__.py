"""Commands of the suppliers app."""
