"""Who delivers what, what arrived and what was wrong with it."""
