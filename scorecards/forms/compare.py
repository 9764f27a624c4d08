"""What suppliers are compared by."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from scorecards.enums import METRICS
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from suppliers.models import Tier

WINDOWS = [
    (Window.ROLLING_12.value, _("12 months")),
    (Window.ROLLING_6.value, _("6 months")),
    (Window.ROLLING_3.value, _("3 months")),
    (Window.MONTH.value, _("Month")),
]


class CompareForm(forms.Form):
    """Metric, window, tier and month; what is missing or unknown takes the first choice."""

    metric = forms.ChoiceField(label=_("Metric"), choices=METRICS, required=False)
    window = forms.ChoiceField(label=_("Window"), choices=WINDOWS, required=False)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    month = forms.ChoiceField(label=_("Month"), required=False)

    def __init__(self, *args: Any, months: Iterable[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tiers = {str(tier.level): tier for tier in Tier.objects.order_by("level")}
        tier_field: Any = self.fields["tier"]
        tier_field.choices = [
            ("", _("all tiers")),
            *((level, tier.name) for level, tier in self.tiers.items()),
        ]
        month_field: Any = self.fields["month"]
        month_field.choices = [(str(m), date_format(m.first_day, "F Y")) for m in months]
        self.is_valid()

    @property
    def chosen_metric(self) -> Metric:
        """The metric to compare."""
        return Metric(self.cleaned_data.get("metric") or Metric.EXTERNAL_PPM)

    @property
    def chosen_window(self) -> Window:
        """The window to compare over."""
        return Window(self.cleaned_data.get("window") or Window.ROLLING_12)

    @property
    def chosen_tier(self) -> Tier | None:
        """The tier whose suppliers are compared; None for all."""
        return self.tiers.get(self.cleaned_data.get("tier", ""))
