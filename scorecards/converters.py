"""Parts of addresses that are more than text: /suppliers/ACME-01/2026-10/, suppliers.csv."""

from enum import StrEnum
from typing import Any, ClassVar

from django.urls import register_converter

from scorecards.metrics import Metric
from scorecards.periods import EARLIEST, LATEST, Month
from scorecards.queries.performance_figure import PerformanceKind
from scorecards.queries.rows import RowKind
from scorecards.spreadsheets import FileForm


class MonthConverter:
    """`YYYY-MM` to a month; anything else is no address of ours.

    Neither are centuries without cars: pages look a year back and forth, and time ends at 9999.
    Addresses are written also of the year before the first that is read: a window looks back there.
    """

    regex = r"(?:19|20|21)[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> Month:
        """Read the month; Django answers 404 on a ValueError."""
        month = Month.parse(value)
        if not EARLIEST <= month <= LATEST:
            raise ValueError(f"no page shows {month}")
        return month

    def to_url(self, value: Month | str) -> str:
        """Write the month."""
        return str(value)


def _one_of(kind: type[StrEnum]) -> str:
    return "|".join(member.value for member in kind)


class EnumConverter:
    """A member of a closed vocabulary, written as its value."""

    kind: ClassVar[type[StrEnum]]

    def to_python(self, value: str) -> Any:
        """Read the member."""
        return self.kind(value)

    def to_url(self, value: Any) -> str:
        """Write its value."""
        return self.kind(value).value


class MetricConverter(EnumConverter):
    """A metric: external_ppm or warranty_ppm."""

    kind = Metric
    regex = _one_of(Metric)


class FileFormConverter(EnumConverter):
    """The ending of a file that can be downloaded."""

    kind = FileForm
    regex = _one_of(FileForm)


class RowKindConverter(EnumConverter):
    """What the rows behind a figure are."""

    kind = RowKind
    regex = _one_of(RowKind)


class PerformanceConverter(EnumConverter):
    """A figure beside the PPMs: on-time or incidents."""

    kind = PerformanceKind
    regex = _one_of(PerformanceKind)


register_converter(MonthConverter, "month")
register_converter(FileFormConverter, "form")
register_converter(MetricConverter, "metric")
register_converter(RowKindConverter, "rows")
register_converter(PerformanceConverter, "performance")
