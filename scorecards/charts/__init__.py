"""Charts as pure geometry: series and limits in, frozen dataclasses out.

No Django, no clock, no colours: templates/components/charts draws the result, the same
way in a page and in a PDF.
"""

from scorecards.charts.control import ControlPoint, ControlWords, control_chart
from scorecards.charts.drawing import Drawing
from scorecards.charts.funnel import FunnelDot, FunnelLine, funnel_chart
from scorecards.charts.heat import HeatCell, HeatRow, heat_map
from scorecards.charts.monthly import MonthlyChart, Slot, monthly_chart
from scorecards.charts.pareto import ParetoBar, pareto
from scorecards.charts.series import NARROW, WIDE, Layout, Limit, MonthValue
from scorecards.charts.sparkline import Sparkline, sparkline

__all__ = [
    "NARROW",
    "WIDE",
    "ControlPoint",
    "ControlWords",
    "Drawing",
    "FunnelDot",
    "FunnelLine",
    "HeatCell",
    "HeatRow",
    "Layout",
    "Limit",
    "MonthValue",
    "MonthlyChart",
    "ParetoBar",
    "Slot",
    "Sparkline",
    "control_chart",
    "funnel_chart",
    "heat_map",
    "monthly_chart",
    "pareto",
    "sparkline",
]
