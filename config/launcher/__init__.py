"""Brings the product up from nothing: packages, database, broker, web, worker and beat.

Runs on the system's Python before anything is installed, so it imports the
standard library alone, and neither Django nor the rest of this project.
"""
