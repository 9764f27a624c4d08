"""Pages: fetch what the user may see, ask one query, answer."""
