"""Read models: querysets and frozen dataclasses shaped for one screen."""
