"""Mails: what they say, how they are rendered and sent."""
