"""A figure split by supplier, plant, part, commodity or defect code: month and twelve months."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window, window_months
from scorecards.queries.figures import (
    Key,
    Series,
    WindowFigure,
    monthly_counts,
    ranked_keys,
    window_figure,
)
from suppliers.models import DefectCode, Part, Plant, Supplier

MODELS: Final[dict[ScopeKind, Any]] = {
    ScopeKind.PLANT: Plant,
    ScopeKind.PART: Part,
    ScopeKind.SUPPLIER: Supplier,
    ScopeKind.DEFECT_CODE: DefectCode,
}
LABELS: Final = {
    ScopeKind.PLANT: "code",
    ScopeKind.PART: "number",
    ScopeKind.SUPPLIER: "code",
    ScopeKind.DEFECT_CODE: "code",
}
# How many rows of a file are read together.
AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a slice is called; `note` is what else tells it apart, empty for most."""

    label: str
    name: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One of what shares a figure, with its figures over the month and twelve months.

    `note` says what kind of defect a code is and how it counts; `target_ppm` is what was agreed
    for a part of a supplier, None for anything else.
    """

    key: Key
    label: str
    name: str
    note: str
    series: Series
    end: Month
    target_ppm: Decimal | None = None

    @cached_property
    def month(self) -> WindowFigure:
        """The figure of the last month."""
        return self._over(Window.MONTH, self.end)

    @cached_property
    def rolling_12(self) -> WindowFigure:
        """The figure of twelve months."""
        return self._over(Window.ROLLING_12, self.end)

    @cached_property
    def trend(self) -> tuple[Fraction | None, ...]:
        """PPM of each of the twelve months, oldest first."""
        twelve = window_months(Window.ROLLING_12, end=self.end)
        return tuple(self._over(Window.MONTH, month).ppm for month in twelve)

    def _over(self, window: Window, end: Month) -> WindowFigure:
        return window_figure(self.series, metric=Metric.EXTERNAL_PPM, window=window, end=end)


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """What shares a figure, most rejected pieces first; figures are read for the rows shown.

    `plant`, `part`: only what concerns it. `targets` are those of the slices by their key. What
    neither delivered nor failed in the twelve months that end with `end` is left out.
    """

    scope: ScopeKind
    suppliers: QuerySet[Supplier]
    end: Month
    plant: int | None = None
    part: int | None = None
    among: Collection[Key] | None = None
    targets: Mapping[int, Decimal] = field(default_factory=dict)

    @cached_property
    def keys(self) -> list[Key]:
        """All of them, in order."""
        return ranked_keys(
            self.scope,
            suppliers=self.suppliers,
            first=self.end.minus(11),
            last=self.end,
            keys=self.among,
            plant=self.plant,
            part=self.part,
        )

    def rows(self, keys: Sequence[Key]) -> list[Slice]:
        """Return the slices of these keys, in their order, with a fixed number of queries."""
        counts = monthly_counts(
            metric=Metric.EXTERNAL_PPM,
            scope=self.scope,
            suppliers=self.suppliers,
            keys=keys,
            plant=self.plant,
            part=self.part,
            first=self.end.minus(11),
            last=self.end,
        )
        names = _names(self.scope, keys)
        return [self._slice(key, names[key], counts.get(key, {})) for key in keys]

    def all_rows(self) -> Iterator[Slice]:
        """Yield every slice, some at a time, for files."""
        for start in range(0, len(self.keys), AT_ONCE):
            yield from self.rows(self.keys[start : start + AT_ONCE])

    def _slice(self, key: Key, named: Named, series: Series) -> Slice:
        return Slice(
            key=key,
            label=named.label,
            name=named.name,
            note=named.note,
            series=series,
            end=self.end,
            target_ppm=self.targets.get(key),
        )


def _names(scope: ScopeKind, keys: Sequence[Key]) -> dict[Key, Named]:
    if scope is ScopeKind.COMMODITY:
        return {key: Named(label=key) for key in keys}
    found = MODELS[scope].objects.in_bulk(keys)
    return {
        key: Named(label=getattr(of, LABELS[scope]), name=of.name, note=_note(of))
        for key, of in found.items()
    }


def _note(of: Any) -> str:
    if not isinstance(of, DefectCode):
        return ""
    words = {"category": of.get_category_display(), "rule": of.get_counts_display()}
    return _("%(category)s · counts: %(rule)s") % words
