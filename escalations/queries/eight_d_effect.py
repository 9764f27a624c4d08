"""Whether the actions of an 8D work, and whether what a closed one was about came back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q

from escalations.models import EightD, EpisodeHit
from escalations.queries.eight_d_about import Abouts, about, closed_at
from escalations.queries.eight_d_clocks import day_of
from escalations.workflow import State
from scorecards.models import ADDS, CountedReject, Scorecard, SupplierMonth
from scorecards.periods import Month
from suppliers import access
from suppliers.models import Part, Reject
from suppliers.queries.part_chains import families

# Months that must have been published after the verification without the defect.
CLEAN_MONTHS: Final = 3
REPEAT_WITHIN: Final = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class EffectMonth:
    """A published month after the verification; `found` says how often the defect came back.

    Without deliveries (`delivered`) a month shows nothing: no repeat was possible.
    """

    month: Month
    found: int
    breached: bool
    delivered: bool

    @property
    def clean(self) -> bool:
        """Whether the month shows no repeat."""
        return self.delivered and not self.found and not self.breached


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The published months since the actions were verified, oldest first."""

    months: Sequence[EffectMonth]

    @property
    def clean_in_a_row(self) -> int:
        """How many months up to the newest are clean and follow each other."""
        count = 0
        for month in reversed(self.months):
            if not month.clean or month.month != self.months[-1].month.minus(count):
                break
            count += 1
        return count

    @property
    def shown(self) -> bool:
        """Whether enough months show no repeat."""
        return self.clean_in_a_row >= CLEAN_MONTHS


@dataclass(frozen=True, kw_only=True)
class FoundAgain:
    """A reject with the defect of an 8D on one of its parts, whatever its number is by now."""

    reject_pk: int
    complaint: str
    part: str
    defect: str
    on: date


def effect_of(eight_d: EightD) -> Effect:
    """Return what the months published after the month of verification show."""
    if eight_d.verified_at is None:
        return Effect(months=())
    after = Month.of(day_of(eight_d, eight_d.verified_at)).last_day
    supplier = eight_d.episode.supplier_id
    published = sorted(
        set(
            Scorecard.objects.filter(supplier=supplier, month__gt=after).values_list(
                "month", flat=True
            )
        )
    )
    breached = set(
        EpisodeHit.objects.filter(
            episode=eight_d.episode, breaching=True, month__gt=after
        ).values_list("month", flat=True)
    )
    delivered = set(
        SupplierMonth.objects.filter(
            supplier=supplier, month__gt=after, received_qty__gt=0
        ).values_list("month", flat=True)
    )
    found = [Month.of(row.on) for row in found_again(eight_d, after=after)]
    return Effect(
        months=[
            EffectMonth(
                month=Month.of(month),
                found=found.count(Month.of(month)),
                breached=month in breached,
                delivered=month in delivered,
            )
            for month in published
        ]
    )


def found_again(eight_d: EightD, *, after: date, until: date | None = None) -> list[FoundAgain]:
    """Return rejects of the same parts and defects detected after a day, oldest first."""
    matching = _same_defects(eight_d)
    if matching is None:
        return []
    rows = CountedReject.objects.filter(
        ADDS,
        matching,
        supplier=eight_d.episode.supplier_id,
        detected_on__gt=after,
    )
    if until is not None:
        rows = rows.filter(detected_on__lte=until)
    return [
        FoundAgain(reject_pk=pk, complaint=complaint, part=part, defect=defect, on=on)
        for pk, complaint, part, defect, on in rows.order_by("detected_on", "reject").values_list(
            "reject",
            "reject__complaint",
            "part__number",
            "reject__defect_code__name",
            "detected_on",
        )
    ]


def repeated(eight_d: EightD) -> list[FoundAgain]:
    """Return what a closed 8D was about and was found again within a year of its closing."""
    closed = closed_on(eight_d)
    if closed is None:
        return []
    return found_again(eight_d, after=closed, until=closed + REPEAT_WITHIN)


def seen_again(found: Sequence[FoundAgain], *, user: access.AnyUser) -> list[FoundAgain]:
    """Return those of the rejects that the user may see."""
    pks = [one.reject_pk for one in found]
    seen = set(Reject.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True))
    return [one for one in found if one.reject_pk in seen]


def closed_before(
    *,
    supplier_id: int,
    part_id: int,
    defect_code: str,
    on: date,
    within: timedelta = REPEAT_WITHIN,
    abouts: Abouts | None = None,
) -> EightD | None:
    """Return the newest 8D, closed at most 365 days before, about this part and defect.

    Numbers of a part that superseded each other are one part. `within` is how long before,
    where a rule says something else than 365 days; `abouts` keeps what was read for others.
    """
    known = Abouts() if abouts is None else abouts
    closed = _closed(supplier_id, on, within=within)
    if not closed:
        return None
    family = families({part_id}).get(part_id)
    ids = {part_id} if family is None else family.part_ids
    numbers = set(Part.objects.filter(pk__in=ids).values_list("number", flat=True))
    wanted = {(number, defect_code) for number in numbers}
    return next((one for one in closed if wanted & known.of(one)), None)


def closed_on(eight_d: EightD) -> date | None:
    """Return the day it was closed, or ended with its case; None where that was taken back."""
    moment = closed_at(eight_d)
    return None if moment is None else day_of(eight_d, moment)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A closed 8D, and the day it or its case was closed."""

    eight_d: EightD
    on: date | None


def earlier(eight_d: EightD) -> list[Earlier]:
    """Return closed 8Ds that this one repeats: same parts and defects within 365 days."""
    own = about(eight_d)
    parts = _related({part for part, _code in own})
    codes = {code for _part, code in own}
    return [
        Earlier(eight_d=one, on=closed_on(one))
        for one in _closed(eight_d.episode.supplier_id, eight_d.requested_on)
        if one.pk != eight_d.pk
        and any(part in parts and code in codes for part, code in about(one))
    ]


def _closed(supplier_id: int, on: date, *, within: timedelta = REPEAT_WITHIN) -> list[EightD]:
    """Return the reports closed before a day and not longer before, the newest first."""
    ended = Q(closed_at__isnull=False) | Q(episode__state=State.CLOSED.value)
    rows = EightD.objects.filter(ended, episode__supplier=supplier_id)
    days = [(day, one) for one in rows.select_related("episode") if (day := closed_on(one))]
    days = [(day, one) for day, one in days if on - within <= day < on]
    return [one for _day, one in sorted(days, key=lambda each: (each[0], each[1].pk), reverse=True)]


def _related(numbers: Collection[str]) -> set[str]:
    """Return part numbers and those they superseded or were superseded by."""
    ids = set(Part.objects.filter(number__in=numbers).values_list("pk", flat=True))
    chained = {pk for family in families(ids).values() for pk in family.part_ids} if ids else set()
    return set(Part.objects.filter(pk__in=ids | chained).values_list("number", flat=True))


def _same_defects(eight_d: EightD) -> Q | None:
    """Return what finds rejects of the same parts and defects; None where none are known."""
    keys: dict[str, set[str]] = {}
    for part, code in about(eight_d):
        keys.setdefault(part, set()).add(code)
    found: Q | None = None
    for part, codes in keys.items():
        one = Q(part__number__in=_related({part}), reject__defect_code__code__in=codes)
        found = one if found is None else found | one
    return found
