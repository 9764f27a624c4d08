"""Since when the action behind a controlled shipping is verified, and by which 8Ds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from escalations.models import ControlledShipping, EightD, ShippingScope
from escalations.workflow import State
from suppliers.queries.part_chains import families

NEVER_HELD = [state.value for state in (State.WITHDRAWN, State.PROPOSED, State.DECLINED)]


@dataclass(frozen=True, kw_only=True)
class Reports:
    """The 8Ds of suppliers, and the numbers of the parts that controlled shippings cover."""

    by_supplier: Mapping[int, Sequence[EightD]]
    parts: Mapping[int, frozenset[str]]

    @classmethod
    def of(cls, shippings: Sequence[ControlledShipping]) -> "Reports":
        """Read them in three queries."""
        found: dict[int, list[EightD]] = defaultdict(list)
        held = EightD.objects.filter(
            episode__supplier__in={one.episode.supplier_id for one in shippings}
        ).exclude(episode__state__in=NEVER_HELD)
        for report in held.select_related("episode"):
            found[report.episode.supplier_id].append(report)
        return cls(by_supplier=found, parts=_parts(shippings) if found else {})

    def verified_on(self, shipping: ControlledShipping) -> date | None:
        """Return since when its corrective action is verified; None while it is not.

        By the 8Ds on the same metric that name a part it covers, whichever number the part has
        by now; where none does, by those of the same case: same supplier, plant and part. Each
        of them that goes on must be verified. One that has ended since the entry speaks for it
        where it was verified, and never against it.
        """
        about = [
            one
            for one in self.by_supplier.get(shipping.episode.supplier_id, ())
            if one.episode.metric == shipping.episode.metric and _speaks(one, shipping)
        ]
        covered = self.parts.get(shipping.pk, frozenset())
        named = [one for one in about if covered & {fact["part"] for fact in one.facts}]
        verified = [one.verified_at for one in named or about if named or _same_case(one, shipping)]
        if not verified or None in verified:
            return None
        zone = _zone(shipping)
        days: list[date] = [moment.astimezone(zone).date() for moment in verified if moment]
        return max(days)


def _speaks(report: EightD, shipping: ControlledShipping) -> bool:
    """Whether it goes on, or was verified and has ended since the entry."""
    if report.is_open:
        return True
    ended = report.ended_at
    since = ended is None or ended.astimezone(_zone(shipping)).date() >= shipping.entered_on
    return report.verified_at is not None and since


def _same_case(report: EightD, shipping: ControlledShipping) -> bool:
    one, other = report.episode, shipping.episode
    return (one.plant_id, one.part_id) == (other.plant_id, other.part_id)


def _zone(shipping: ControlledShipping) -> ZoneInfo:
    return ZoneInfo(shipping.episode.supplier.time_zone)


def _parts(shippings: Sequence[ControlledShipping]) -> dict[int, frozenset[str]]:
    """Return the numbers of the parts covered, with those they superseded or that followed."""
    scopes = ShippingScope.objects.filter(shipping__in=shippings)
    rows = list(scopes.values_list("shipping", "part", "part__number"))
    chained = families({part for _shipping, part, _number in rows})
    covered: dict[int, set[str]] = defaultdict(set)
    for shipping, part, number in rows:
        covered[shipping].add(number)
        if part in chained:
            family = chained[part]
            covered[shipping] |= {one.number for one in (family.newest, *family.others)}
    return {shipping: frozenset(numbers) for shipping, numbers in covered.items()}
