"""Lines of published scorecards as disputes name them; what a line counts, the app above knows.

It may not be imported from here: it registers a `Publisher` when it starts.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Protocol

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from suppliers.models import Dispute, RejectVerdict, WarrantyVerdict

NAMES: Final[dict[str, Promise]] = {
    "external_ppm": gettext_lazy("external PPM"),
    "warranty_ppm": gettext_lazy("warranty PPM"),
}


@dataclass(frozen=True, kw_only=True)
class PublishedLine:
    """A metric of a published month; `key` is how a dispute keeps it."""

    metric: str
    month: str

    def __str__(self) -> str:
        return _("%(metric)s of %(month)s") % {
            "metric": NAMES.get(self.metric, self.metric),
            "month": date_format(date.fromisoformat(f"{self.month}-01"), "YEAR_MONTH_FORMAT"),
        }

    @property
    def key(self) -> str:
        """The line in one word: `2026-03/external_ppm`."""
        return f"{self.month}/{self.metric}"

    @classmethod
    def of(cls, key: str) -> "PublishedLine":
        """Read a key."""
        month, _slash, metric = key.partition("/")
        return cls(metric=metric, month=month)


@dataclass(frozen=True, kw_only=True)
class PublishedCount:
    """What a line said when it was published: version and counted pieces."""

    version: int
    counted_qty: Decimal
    published_at: datetime


class Publisher(Protocol):
    """What disputes of lines ask the app that publishes."""

    def published_count(self, line: PublishedLine, *, supplier_id: int) -> PublishedCount | None:
        """Return what the version in force says; None while the month is not published."""

    def settling_verdict(
        self, dispute: "Dispute", *, wholly: bool
    ) -> "RejectVerdict | WarrantyVerdict":
        """Return the verdict on one of the line's records that an upheld dispute led to.

        Raises:
            ValidationError: when nothing was decided since, or too little of the line went.
        """


_publishers: list[Publisher] = []


def register(publisher: Publisher) -> None:
    """Have `publisher` asked about lines."""
    _publishers[:] = [publisher]


def publisher() -> Publisher:
    """Return who knows the lines."""
    return _publishers[0]
