"""Pages: fetch, call one service, answer."""
