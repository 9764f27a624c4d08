"""Published lines as disputes are about them: a metric of a supplier's published month."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils.translation import gettext as _

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import CountedReject, CountedReturn, Scorecard, SupplierMonth
from scorecards.periods import Month, months
from scorecards.queries.published import published_overview
from scorecards.queries.scopes import Scope
from suppliers.enums import DisputeAction
from suppliers.models import Dispute, RejectVerdict, Supplier, WarrantyVerdict
from suppliers.models.disputes import OPEN_DISPUTES
from suppliers.published_lines import PublishedCount, PublishedLine
from suppliers.quantities import pieces, plain

# A supplier and the month its line is of.
Line = tuple[int, Month]
Verdict = RejectVerdict | WarrantyVerdict

# metric → the view of its records, the column that counts them, the record, and its verdicts
RECORDS: Final[dict[Metric, tuple[Any, str, str, Any]]] = {
    Metric.EXTERNAL_PPM: (CountedReject, "counted_qty", "reject", RejectVerdict),
    Metric.WARRANTY_PPM: (CountedReturn, "returned_qty", "warranty_return", WarrantyVerdict),
}


class SupplierLines:
    """Answers what disputes of lines ask (`suppliers.published_lines.Publisher`)."""

    def published_count(self, line: PublishedLine, *, supplier_id: int) -> PublishedCount | None:
        """Return what the version in force says; None while the month is not published."""
        version = version_at(line, supplier_id=supplier_id)
        return None if version is None else count_of(version, metric_of(line))

    def settling_verdict(self, dispute: Dispute, *, wholly: bool) -> Verdict:
        """Return the newest verdict on a record of the line since it was disputed or appealed.

        What the published records count now must be less than was published; where the dispute
        is upheld wholly, less by the claimed pieces at least.

        Raises:
            ValidationError: on `action`, saying what is missing.
        """
        line = PublishedLine.of(dispute.published_line)
        verdict = _newest_verdict(dispute, line)
        if verdict is None:
            raise ValidationError(
                {
                    "action": _(
                        "Decide the records that no longer count first; nothing of this line was "
                        "decided since it was disputed."
                    )
                }
            )
        _check_less(dispute, line, wholly=wholly)
        return verdict


def metric_of(line: PublishedLine) -> Metric:
    """Return the metric of a line."""
    return Metric(line.metric)


def month_of(line: PublishedLine) -> Month:
    """Return the month of a line."""
    return Month.parse(line.month)


def line_of(metric: Metric, month: Month) -> PublishedLine:
    """Return the line of a metric in a month."""
    return PublishedLine(metric=metric.value, month=str(month))


def version_at(
    line: PublishedLine, *, supplier_id: int, at: datetime | None = None
) -> Scorecard | None:
    """Return the version of the line's scorecard in force at a moment, None for now."""
    versions = Scorecard.objects.of_month(month_of(line)).filter(supplier=supplier_id)
    if at is not None:
        versions = versions.filter(published_at__lte=at)
    found: Scorecard | None = versions.order_by("-version").first()
    return found


def count_of(version: Scorecard, metric: Metric) -> PublishedCount:
    """Return what a version says its month counts."""
    overview = published_overview(version)
    shown = next(each for each in overview.metrics if each.metric is metric)
    return PublishedCount(
        version=version.version,
        counted_qty=shown.month.counted,
        published_at=version.published_at,
    )


def counted_now(line: PublishedLine, *, supplier_id: int, until: datetime | None = None) -> Decimal:
    """Return what the line's records count today; of those alone that were recorded until then."""
    view, counts, record, _verdicts = RECORDS[metric_of(line)]
    rows = view.objects.filter(supplier=supplier_id, month=month_of(line).first_day)
    if until is not None:
        rows = rows.filter(**{f"{record}__recorded_at__lte": until})
    total: Decimal = rows.aggregate(total=Sum(counts))["total"] or Decimal(0)
    return total


def counted_of_published(line: PublishedLine, *, supplier_id: int, at: datetime) -> Decimal:
    """Return what the records count now that the version in force at `at` was of; all if none."""
    version = version_at(line, supplier_id=supplier_id, at=at)
    until = None if version is None else version.cut_off_at
    return counted_now(line, supplier_id=supplier_id, until=until)


# Scopes that hold a piece of a supplier's month.
PIECES: Final = frozenset(
    {ScopeKind.PLANT, ScopeKind.PART, ScopeKind.COMMODITY, ScopeKind.DEFECT_CODE}
)


def claimed_of_lines(
    metric: Metric, *, scope: Scope, first: Month, last: Month
) -> dict[Line, Decimal]:
    """Return the pieces claimed of a scope's published lines, by supplier and month.

    None of a plant's, a part's, a commodity's or a defect code's: a line is about all of a
    supplier's month.
    """
    if scope.kind in PIECES or scope.narrowed:
        return {}
    claims = _open_claims(metric, first, last)
    return {line: claims[line] for line in counted_of_lines(metric, claims, scope=scope)}


def counted_of_lines(
    metric: Metric, lines: Collection[Line], *, scope: Scope
) -> dict[Line, Decimal]:
    """Return what each of these suppliers' months counts, of those in the scope."""
    if not lines:
        return {}
    rows = SupplierMonth.objects.filter(
        scope.rows,
        supplier__in={supplier for supplier, _month in lines},
        month__in={month.first_day for _supplier, month in lines},
    ).values_list("supplier", "month", RECORDS[metric][1])
    counted = {(supplier, Month.of(month)): quantity for supplier, month, quantity in rows}
    return {line: quantity for line, quantity in counted.items() if line in lines}


def _open_claims(metric: Metric, first: Month, last: Month) -> dict[Line, Decimal]:
    keys = {line_of(metric, month).key: month for month in months(first, last)}
    claims = Dispute.objects.filter(state__in=OPEN_DISPUTES, published_line__in=keys)
    return {
        (each.supplier_id, keys[each.published_line]): each.still_claimed_qty for each in claims
    }


def disputes_of_month(supplier: Supplier, month: Month) -> Sequence[Dispute]:
    """Return the disputes of a published month's lines, the newest first."""
    keys = [line_of(metric, month).key for metric in Metric]
    found = Dispute.objects.filter(supplier=supplier, published_line__in=keys)
    return list(found.select_related("supplier").order_by("-opened_at", "-pk"))


def _newest_verdict(dispute: Dispute, line: PublishedLine) -> Verdict | None:
    view, _counts, record, verdicts = RECORDS[metric_of(line)]
    asked = dispute.steps.filter(action__in=[DisputeAction.OPEN, DisputeAction.APPEAL])
    since = asked.order_by("-number").values_list("at", flat=True).first()
    rows = view.objects.filter(supplier=dispute.supplier_id, month=month_of(line).first_day)
    found: Verdict | None = (
        verdicts.objects.filter(**{f"{record}__in": rows.values("pk")}, decided_at__gte=since)
        .order_by("-decided_at", "-pk")
        .first()
    )
    return found


def _check_less(dispute: Dispute, line: PublishedLine, *, wholly: bool) -> None:
    version = version_at(line, supplier_id=dispute.supplier_id, at=dispute.opened_at)
    if version is None:  # a dispute is opened of what was published
        return
    published = count_of(version, metric_of(line)).counted_qty
    now = counted_now(line, supplier_id=dispute.supplier_id, until=version.cut_off_at)
    asked = _counted_when_asked(dispute, published)
    most = min(published - dispute.claimed_qty, asked)
    words = {
        name: pieces(quantity, plain(quantity))
        for name, quantity in (
            ("asked", asked),
            ("published", published),
            ("now", now),
            ("most", max(most, Decimal(0))),
        )
    }
    if wholly and now > most:
        message = _(
            "Upheld means that at most %(most)s may still count, of the %(published)s that were "
            "published; by the verdicts it is %(now)s. Otherwise uphold it partly."
        )
    elif not wholly and now >= asked:
        message = _(
            "Partly upheld means that less counts than the %(asked)s when it was disputed or "
            "appealed; by the verdicts it is %(now)s. Otherwise reject the dispute."
        )
    else:
        return
    raise ValidationError({"action": message % words})


def _counted_when_asked(dispute: Dispute, published: Decimal) -> Decimal:
    """Return what counted when it was disputed or, later, appealed; never more than published."""
    last = dispute.counted_qty if dispute.appealed_qty is None else dispute.appealed_qty
    return published if last is None else min(published, last)
