"""Figures and lists shaped for one screen; the only way to any number."""
