"""What a case takes with it when it ends: of its 8D, the steps that are not accepted."""

from django.utils.translation import gettext as _

from escalations.eight_d_enums import DISCIPLINE_NAMES
from escalations.eight_d_workflow import StepState
from escalations.models import EightD
from escalations.queries.eight_d_turns import needed, states_of


def ends_with_case(eight_d: EightD) -> str:
    """Say which steps nobody will be asked for once the case has ended; "" where none are left."""
    states = states_of(eight_d)
    left = [one for one in needed(states) if states.get(one) is not StepState.ACCEPTED]
    if not eight_d.is_open or not left:
        return ""
    return _(
        "Ending the case also ends %(number)s: nobody is asked any more for what is not accepted "
        "(%(steps)s)."
    ) % {
        "number": eight_d.number,
        "steps": ", ".join(str(DISCIPLINE_NAMES[one]) for one in left),
    }
