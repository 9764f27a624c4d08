"""From a reference case's inputs to the product's answer, one function a group.

An answer function gets the inputs and the skeleton of what is asked (names without values);
it answers at least these names, from the formulas alone.
"""

from tests.scorecards.formulas.answers.charts import CHARTS
from tests.scorecards.formulas.answers.rates import RATES
from tests.scorecards.formulas.answers.signals import SIGNALS

ANSWERS = RATES | CHARTS | SIGNALS
