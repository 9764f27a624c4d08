"""What is owed on 8Ds: the supplier's next step, and what waits for the customer."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from escalations.answering import Answer, answer_by
from escalations.deadlines import Clock, Moved, next_owed
from escalations.eight_d_enums import DISCIPLINE_NAMES, MILESTONE_NAMES
from escalations.eight_d_workflow import Action, Discipline, StepState
from escalations.enums import Audience
from escalations.models import EightD
from escalations.owed import LocalDay, Owed, Scope
from escalations.queries.eight_d import with_steps
from escalations.queries.eight_d_clocks import clocks_from, moves_of
from escalations.queries.eight_d_closing import closable_since
from escalations.queries.eight_d_turns import Turn, turn_of


def owed_on_eight_ds(scope: Scope) -> Iterator[Owed]:
    """Yield each step a supplier owes next, and each review, wish and closing that waits."""
    rows = scope.rows(EightD.objects.unfinished(), supplier="episode__supplier")
    found = list(with_steps(rows).order_by("pk"))
    moves = moves_of([eight_d.pk for eight_d in found])
    for eight_d in found:
        local = scope.local(eight_d.time_zone)
        supplier = turn_of(eight_d)
        if supplier.step is not None and not supplier.customer:
            clocks = clocks_from(eight_d, moves[eight_d.pk], today=local.today)
            yield _step(eight_d, supplier, clocks, local=local)
        customer = turn_of(eight_d, for_customer=True)
        if customer.step is not None and customer.customer:
            yield _review(eight_d, moves[eight_d.pk], local=local)
        elif customer.step is None and (ready := closable_since(eight_d)) is not None:
            yield _closing(eight_d, ready, local=local)
        for wish in _wishes(moves[eight_d.pk]):
            yield _wish(eight_d, wish, local=local)


def _step(eight_d: EightD, turn: Turn, clocks: Sequence[Clock], *, local: LocalDay) -> Owed:
    step = turn.step or Discipline.D1
    clock = next_owed(clocks)
    return _owed(
        eight_d,
        local=local,
        key=clock.milestone.value if clock else step.value,
        owner=Audience.SUPPLIER,
        what=str(MILESTONE_NAMES[clock.milestone] if clock else DISCIPLINE_NAMES[step]),
        action=_("Write %(step)s") % {"step": step.value.upper()},
        url=_url(eight_d, step),
        since=eight_d.requested_on,
        # while the customer reviews, a date moves on with every day, and nobody is reminded of it
        due_on=clock.due_on if clock and (clock.overdue or not clock.stands_still) else None,
        reminded=clock is None or not clock.stands_still,
        why=_("The date stands still while the customer reviews.")
        if clock and clock.stands_still
        else "",
    )


def _review(eight_d: EightD, moves: Sequence[Moved], *, local: LocalDay) -> Owed:
    """The step in review that is due first; containment is looked at before everything."""
    handed_in = {one.discipline: one.on for one in moves if one.action is Action.SUBMIT}
    waiting = {
        Discipline(one.discipline): one
        for one in eight_d.steps.all()
        if one.state == StepState.SUBMITTED.value
    }
    dates = {one: _review_by(eight_d, one, handed_in[one]) for one in waiting}
    step = min(waiting, key=lambda one: (dates[one], list(Discipline).index(one)))
    name, stands = DISCIPLINE_NAMES[step], waiting[step]
    return _owed(
        eight_d,
        local=local,
        key=f"review-{step.value}-{stands.version}",
        owner=Audience.QUALITY,
        what=_("Review of %(step)s") % {"step": name},
        action=_("Review %(step)s") % {"step": step.value.upper()},
        url=_url(eight_d, step),
        since=handed_in[step],
        due_on=dates[step],
    )


def _review_by(eight_d: EightD, step: Discipline, since: date) -> date:
    contains = step is Discipline.D3
    answer = Answer.CONTAINMENT_REVIEW if contains else Answer.STEP_REVIEW
    return answer_by(since, answer, country=eight_d.calendar_country)


def _wish(eight_d: EightD, wish: Moved, *, local: LocalDay) -> Owed:
    name = DISCIPLINE_NAMES[wish.discipline]
    return _owed(
        eight_d,
        local=local,
        key=f"extension-{wish.discipline.value}-{wish.on:%Y%m%d}",
        owner=Audience.QUALITY,
        what=_("Later date asked for %(step)s") % {"step": name},
        action=_("Answer"),
        url=f"{eight_d.get_absolute_url()}#dates",
        since=wish.on,
        due_on=answer_by(wish.on, Answer.LATER_DATE, country=eight_d.calendar_country),
    )


def _closing(eight_d: EightD, since: date, *, local: LocalDay) -> Owed:
    return _owed(
        eight_d,
        local=local,
        key="close",
        owner=Audience.QUALITY,
        what=_("Closing: every condition is met"),
        action=_("Close the 8D"),
        url=f"{eight_d.get_absolute_url()}#close",
        since=since,
        due_on=answer_by(since, Answer.CLOSING, country=eight_d.calendar_country),
    )


def _owed(eight_d: EightD, *, key: str, what: str, **rest: Any) -> Owed:
    supplier = eight_d.episode.supplier
    return Owed(
        key=f"8d-{eight_d.pk}-{key}",
        what=f"{what}, {eight_d.number}",
        level=eight_d.episode.level,
        supplier_id=supplier.pk,
        supplier_code=supplier.code,
        supplier_name=supplier.name,
        **rest,
    )


def _url(eight_d: EightD, step: Discipline) -> str:
    return reverse("eight_d_step", args=[eight_d.number, step.value])


def _wishes(moves: Sequence[Moved]) -> list[Moved]:
    """Return the wishes for a later date that wait for an answer."""
    said = [move for move in moves if move.action in (Action.ASK, Action.GRANT, Action.REFUSE)]
    newest = {move.discipline: move for move in said}
    return [move for move in newest.values() if move.action is Action.ASK]
