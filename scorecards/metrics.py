"""The figures that have a numerator, a denominator and a threshold (no Django here)."""

from enum import StrEnum


class Metric(StrEnum):
    """A parts-per-million figure."""

    EXTERNAL_PPM = "external_ppm"
    WARRANTY_PPM = "warranty_ppm"
