"""Raising what an episode demands: an 8D with its clocks, or controlled shipping."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import override

from escalations import reasons
from escalations.deadlines import Allowance, due_dates
from escalations.models import EightD, Episode, Series
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.breach_lanes import EVERY_PART
from escalations.queries.clock_versions import clocks_in_force
from escalations.queries.facts import (
    MOST_PARTS,
    BreachFacts,
    facts_at,
    facts_by_supplier,
    facts_of_records,
    findings_of,
    with_finding,
)
from escalations.services.numbers import numbers_on
from escalations.services.shipping_entry import enter_all
from escalations.workflow import Level
from scorecards.metrics import Metric
from scorecards.periods import Window
from suppliers.models import User


def raise_measures(
    episodes: Sequence[Episode],
    *,
    at: datetime,
    by: User | None = None,
    reason: str = "",
) -> None:
    """Add the 8D or the controlled shipping that each new episode demands.

    `at` is when it began to hold: it was raised, or a proposal was approved. `by` and `reason` are
    of the person who enters controlled shipping by hand.
    """
    facts = _facts(episodes)
    # of all at once: their country and time zone set the clocks
    prefetch_related_objects(episodes, "supplier")
    eight_ds = [episode for episode in episodes if episode.level == Level.EIGHT_D.value]
    if eight_ds:
        allowances = clocks_in_force().by_severity
        reports = [_eight_d(episode, facts[episode.pk], allowances, at=at) for episode in eight_ds]
        numbers = numbers_on(Series.EIGHT_D, [one.requested_on for one in reports])
        for report, number in zip(reports, numbers, strict=True):
            report.number = number
        EightD.objects.bulk_create(reports)
    enter_all(episodes, facts=facts, at=at, by=by, reason=reason)


def _facts(episodes: Sequence[Episode]) -> dict[int, BreachFacts]:
    """Read once per metric, window and month; a month's episodes share very few of them."""
    found: dict[int, BreachFacts] = {}
    wanted: dict[tuple[str, str, date], list[Episode]] = {}
    for episode in episodes:
        if not episode.is_figure:
            found[episode.pk] = facts_of_records(episode, most=_most(episode))
            continue
        window = Window.MONTH.value if episode.judgement is None else episode.judgement.window
        wanted.setdefault((episode.metric, window, episode.first_month), []).append(episode)
    for (metric, window, _first), group in wanted.items():
        by_supplier = facts_by_supplier(
            metric=Metric(metric),
            window=Window(window),
            month=group[0].newest_month,
            supplier_ids=[episode.supplier_id for episode in group],
            most=EVERY_PART if any(_needs_every_part(e) for e in group) else MOST_PARTS,
        )
        found |= {
            episode.pk: facts_at(
                episode,
                by_supplier.get(episode.supplier_id, BreachFacts()),
                most=_most(episode),
            )
            for episode in group
        }
    findings = findings_of(episodes)
    return {
        episode.pk: with_finding(episode, found[episode.pk], findings.get(episode.pk))
        for episode in episodes
    }


def _most(episode: Episode) -> int:
    """Return how many parts it names: what controlled shipping leaves out, nobody inspects."""
    return EVERY_PART if episode.level in SHIPPING_LEVELS else MOST_PARTS


def _needs_every_part(episode: Episode) -> bool:
    """Whether it looks for its own among all of them, or has all of them inspected."""
    about = episode.plant_id or episode.part_id
    return about is not None or episode.level in SHIPPING_LEVELS


def _eight_d(
    episode: Episode,
    facts: BreachFacts,
    allowances: Mapping[str, Allowance],
    *,
    at: datetime,
) -> EightD:
    # The plant that was hit sets the calendar; without one the supplier's own country.
    country = facts.plant_country or episode.supplier.country
    time_zone = facts.plant_time_zone or episode.supplier.time_zone or "UTC"
    # The day it is where the clock runs, which may be ahead of another plant's.
    today = at.astimezone(ZoneInfo(time_zone)).date()
    allowance = allowances[facts.severity]
    due = due_dates(start=today, country=country, allowance=allowance)
    with override(settings.LANGUAGE_CODE):
        problem = "\n".join(
            filter(None, [facts.said, reasons.prefilled(episode.judgement, facts.rows)])
        )
    return EightD(
        episode=episode,
        facts=facts.rows,
        problem=problem,
        requested_on=today,
        calendar_country=country,
        time_zone=time_zone,
        severity=facts.severity,
        d3_days=allowance.d3,
        d5_days=allowance.d5,
        d6_days=allowance.d6,
        d8_days=allowance.d8,
        d3_due_on=due.d3,
        d5_due_on=due.d5,
        d6_due_on=due.d6,
        d8_due_on=due.d8,
    )
