"""How figures and scorecards are asked for and written in the API."""
