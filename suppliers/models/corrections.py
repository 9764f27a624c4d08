"""The audit of rows that carry their own beginning: facts, cases, measures."""

from typing import Any

import pghistory
from django.db import models

from suppliers.models.lasting import never_emptied


def track_corrections(model: type[models.Model]) -> Any:
    """Keep what a row said before each change and at its removal.

    Its insertion is not repeated: what it said first is in the first event, or still in the row.
    """
    return pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old),
        pghistory.DeleteEvent(),
        meta={"triggers": [never_emptied("corrections_never_emptied")]},
    )(model)
