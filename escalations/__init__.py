"""What must happen: policies, episodes, messages."""
