"""8D steps in time taken apart: the figure of the score, and the steps that add up to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from escalations.models import EightD
from escalations.queries.eight_d_clocks import OwedStep, owed_between
from scorecards.periods import Month, Window, window_months
from scorecards.responsiveness import OwedSteps, owed_steps
from scorecards.scoring import PER, Criterion
from suppliers.access import AnyUser
from suppliers.models import Supplier


@dataclass(frozen=True, kw_only=True)
class InTime:
    """Steps whose date fell in a window; `steps` are those of 8Ds that the reader sees."""

    supplier: Supplier
    window: Window
    first: Month
    end: Month
    counts: OwedSteps
    steps: Sequence[OwedStep]

    @property
    def value_pct(self) -> Fraction | None:
        """Percent of the owed steps that came in time; None where none was owed."""
        if not self.counts.owed:
            return None
        return Fraction(self.counts.in_time * PER[Criterion.EIGHT_D], self.counts.owed)

    @property
    def seen(self) -> OwedSteps:
        """What the steps that the reader sees add up to."""
        return OwedSteps(
            in_time=sum(step.clock.in_time for step in self.steps), owed=len(self.steps)
        )

    @property
    def agrees(self) -> bool:
        """Whether the steps add up to the figure: not for whoever sees some plants' 8Ds alone."""
        return self.seen == self.counts


def eight_d_in_time(*, supplier: Supplier, window: Window, end: Month, user: AnyUser) -> InTime:
    """Return the figure as the score counts it; whoever asks has fetched the supplier."""
    first = window_months(window, end=end)[0]
    span = (first.first_day, end.last_day)
    nothing = OwedSteps(in_time=0, owed=0)
    return InTime(
        supplier=supplier,
        window=window,
        first=first,
        end=end,
        counts=owed_steps([supplier.pk], *span).get(supplier.pk, nothing),
        steps=_visible(owed_between([supplier.pk], *span), user),
    )


def _visible(steps: Sequence[OwedStep], user: AnyUser) -> list[OwedStep]:
    """Keep the steps of 8Ds that `user` may see, the latest date first."""
    known = {step.eight_d.pk for step in steps}
    seen = set(EightD.objects.visible_to(user).filter(pk__in=known).values_list("pk", flat=True))
    kept = [step for step in steps if step.eight_d.pk in seen]
    return sorted(kept, key=lambda step: (step.clock.due_on, step.eight_d.number), reverse=True)
