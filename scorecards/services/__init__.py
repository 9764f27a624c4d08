"""What changes published scorecards and their documents."""
