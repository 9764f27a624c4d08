"""A supplier's external PPM before and after, as of an action: did the rate change?"""

from fractions import Fraction
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scorecards.forms.two_periods import TwoPeriodsForm, usual_periods
from scorecards.formulas.two_periods import RateComparison
from scorecards.queries.months import activity_span
from scorecards.queries.two_periods import two_periods as compared
from scorecards.templatetags.figures import percent, ppm
from scorecards.views.months import running_month
from scorecards.views.scopes import supplier_scope
from suppliers.access import is_internal
from suppliers.models import Supplier

BAD_REQUEST = 400
# A smaller chance says no more.
LEAST_CHANCE = 0.001


@require_safe
@login_required
def two_periods(request: HttpRequest, code: str) -> HttpResponse:
    """Compare two periods of a supplier, perhaps at one plant or of one part."""
    scope = supplier_scope(request, code)
    own = Supplier.objects.filter(pk=scope.key)
    span = activity_span(own, running=running_month())
    context: dict[str, Any] = {
        "supplier": scope.supplier,
        "scope": scope,
        "internal": is_internal(request.user),
    }
    if span is None:
        return render(request, "scorecards/two_periods.html", context)
    asked = {name: request.GET[name] for name in TwoPeriodsForm.base_fields if name in request.GET}
    choices = span.choices(span.default)
    form = TwoPeriodsForm(usual_periods(span.default, earliest=span.first) | asked, months=choices)
    context |= {"form": form, "month": span.default, "narrowed": scope.narrowed}
    # a history of some months has no earlier quarter to compare with: nothing was asked wrongly
    if form.is_valid():
        found = compared(scope, before=form.before, after=form.after)
        context |= {"found": found, "words": _words(found.comparison)}
    status = BAD_REQUEST if form.errors and asked else 200
    return render(request, "scorecards/two_periods.html", context, status=status)


def _words(comparison: RateComparison | None) -> dict[str, str]:
    """Return the chance, and the later rate as a multiple of the earlier with its range."""
    if comparison is None:
        return {}
    least = comparison.p_two_sided < LEAST_CHANCE
    chance = percent(Fraction(max(comparison.p_two_sided, LEAST_CHANCE)))
    return {
        "chance": _("less than %(chance)s") % {"chance": chance} if least else chance,
        "ratio": _times(comparison.rate_ratio),
        "low": _times(comparison.ratio_upper) or "0",
        "high": _times(comparison.ratio_lower),
    }


def _times(earlier_by_later: float | None) -> str:
    """Write the inverse of a ratio in as many digits as a PPM; empty where it is unbounded."""
    return ppm(Fraction(1 / earlier_by_later)) if earlier_by_later else ""
