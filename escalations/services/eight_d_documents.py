"""Taking over an 8D that another system wrote, as drafts."""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from escalations import eight_d_wording as wording
from escalations.eight_d_checks import ShapeError, storable
from escalations.eight_d_workflow import WRITABLE, Discipline, StepState
from escalations.models import EightD
from escalations.queries.eight_d_report import FORMAT, FORMAT_VERSION
from escalations.services.eight_d import save_draft
from escalations.services.eight_d_moves import demand_open, demand_writer, locked
from suppliers.models import User

MOST_BYTES = 2 * 1024 * 1024


@transaction.atomic
def take_over(
    *, eight_d: EightD, text: bytes, by: User, at: datetime, other_number: str = ""
) -> list[Discipline]:
    """Write the steps of a document as drafts, all or none; return the steps that were written.

    Steps that are in review or accepted are left as they are. Nothing is submitted. A document
    of another supplier is never taken; one that has another number only where `other_number`
    says which, so that nobody takes the wrong file unknowingly.

    Raises:
        ValidationError: on `document`, with everything that is wrong with it.
        ForbiddenStepError: the 8D is closed, or not this user's to write.
    """
    found = locked(eight_d)
    demand_open(found)
    demand_writer(found, by)
    document = _document(text)
    _demand_same(document, found, other_number=other_number.strip())
    steps = _steps(document)
    kept = {step.discipline: step for step in found.steps.all()}
    written, wrong = [], []
    for discipline, content in steps.items():
        step = kept.get(discipline.value)
        if step is not None and StepState(step.state) not in WRITABLE:
            continue
        seen = 0 if step is None else step.version
        try:
            save_draft(
                eight_d=found, discipline=discipline, content=content, seen=seen, by=by, at=at
            )
        except ShapeError as error:
            wrong += [
                f"{wording.title(discipline)}: {wording.named(discipline, problem)}"
                for problem in error.problems
            ]
        written.append(discipline)
    if wrong:
        raise ValidationError({"document": wrong})
    return written


def _document(text: bytes) -> dict[str, Any]:
    if len(text) > MOST_BYTES:
        raise _refused(_("The file is larger than 2 MB; it cannot be an 8D."))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(_("This is no JSON: %(error)s") % {"error": str(error)[:200]}) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _refused(_("This is no 8D: “format” must be “%(name)s”.") % {"name": FORMAT})
    if found.get("version") != FORMAT_VERSION:
        raise _refused(_("Only version %(known)d is known.") % {"known": FORMAT_VERSION})
    return found


def _demand_same(document: dict[str, Any], eight_d: EightD, *, other_number: str) -> None:
    """Refuse what another supplier wrote, and what another 8D says unless it was named."""
    supplier, theirs = eight_d.episode.supplier.code, _told(document, "supplier")
    if theirs.casefold() != supplier.casefold():
        message = (
            _(
                "“supplier” says %(theirs)s, and %(number)s is an 8D of %(own)s. Choose the file "
                "of this supplier, or open the 8D the file belongs to."
            )
            if theirs
            else _(
                "“supplier” is missing, so nobody can tell whose 8D this is. Write the supplier's "
                "code (%(own)s) into the file, if it is the right one."
            )
        )
        words = {"theirs": theirs, "number": eight_d.number, "own": supplier}
        raise _refused(message % words)
    number = _told(document, "number")
    if number in ("", eight_d.number, other_number):
        return
    message = _(
        "“number” says %(theirs)s, and this is %(own)s. If the file is meant for %(own)s all the "
        "same, write its number here and choose the file again."
    ) % {"theirs": number, "own": eight_d.number}
    raise ValidationError({"other_number": message})


def _told(document: dict[str, Any], name: str) -> str:
    told = document.get(name, "")
    return storable(str(told)).strip()[:80] if isinstance(told, str | int) else ""


def _steps(found: dict[str, Any]) -> dict[Discipline, Any]:
    steps = found.get("steps")
    if not isinstance(steps, dict) or not steps:
        raise _refused(_("There are no “steps” in it."))
    unknown = sorted(set(steps) - {one.value for one in Discipline})
    if unknown:
        raise _refused(_("There is no step “%(name)s”.") % {"name": storable(unknown[0])[:40]})
    bare = [name for name, step in steps.items() if not isinstance(step, dict)]
    if bare:
        raise _refused(_("Step “%(name)s” has no “content”.") % {"name": bare[0]})
    return {Discipline(name): step.get("content", {}) for name, step in steps.items()}


def _refused(message: str) -> ValidationError:
    return ValidationError({"document": message})
