"""Read endpoints of figures, their arithmetic, and published scorecards."""

from rest_framework.routers import SimpleRouter

from scorecards.api.arithmetic import ArithmeticOfFigures
from scorecards.api.baselines import Baselines, Signals
from scorecards.api.build_months import BuildMonths
from scorecards.api.causes import Causes
from scorecards.api.delivery_months import DeliveryMonthsOfRejects
from scorecards.api.figures import Figures
from scorecards.api.peers import Peers
from scorecards.api.performance import Performance
from scorecards.api.scorecards import Scorecards
from scorecards.api.targets import Targets

router = SimpleRouter()
router.register("figures", Figures, basename="api_figure")
router.register("arithmetic", ArithmeticOfFigures, basename="api_arithmetic")
router.register("scorecards", Scorecards, basename="api_scorecard")
router.register("build-months", BuildMonths, basename="api_build_month")
router.register("delivery-months", DeliveryMonthsOfRejects, basename="api_delivery_month")
router.register("performance", Performance, basename="api_performance")
router.register("causes", Causes, basename="api_cause")
router.register("peers", Peers, basename="api_peers")
router.register("baselines", Baselines, basename="api_baseline")
router.register("signals", Signals, basename="api_signal")
router.register("targets", Targets, basename="api_target")
