"""Charts as pure geometry: series and limits in, frozen dataclasses out.

No Django, no clock, no colours: templates/components/charts draws the result, the same
way in a page and in a PDF.
"""

from scorecards.charts.monthly import MonthlyChart, Slot, monthly_chart
from scorecards.charts.series import NARROW, WIDE, Layout, Limit, MonthValue
from scorecards.charts.sparkline import Sparkline, sparkline

__all__ = [
    "NARROW",
    "WIDE",
    "Layout",
    "Limit",
    "MonthValue",
    "MonthlyChart",
    "Slot",
    "Sparkline",
    "monthly_chart",
    "sparkline",
]
