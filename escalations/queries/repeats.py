"""What a repeat of a closed 8D climbs from, and the level that an earlier repeat began."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from escalations.enums import RuleKind, RuleScope
from escalations.models import ControlledShipping, Episode, RecordHit, Rule
from escalations.queries.forbidding import holding, released
from escalations.workflow import LADDER, Level
from suppliers.models import Reject
from suppliers.queries.part_chains import families


def level_held(reject: Reject) -> Level | None:
    """Return the hardest level that holds for a reject's part at its plant; None for none.

    Numbers that superseded each other are one part, as in what repeats an 8D. A stop of shipments
    stands beside the levels that repeats climb.
    """
    cases = (
        holding([reject.supplier_id])
        .filter(level__in=LADDER)
        .filter(
            Q(part=None) | Q(part__in=_family(reject)), Q(plant=None) | Q(plant=reject.plant_id)
        )
    )
    levels = [Level(level) for level in cases.values_list("level", flat=True)]
    return max(levels, key=lambda level: level.rank, default=None)


def level_begun(reject: Reject, rule: Rule, *, eight_d: str) -> Level | None:
    """Return the level that the first repeat of a closed 8D called for, while its case goes on.

    Of the same part (at the same plant, where the rule judges each by itself). A case goes on in
    the level 2 that took its controlled shipping over; None where no such case is open.
    """
    hits = RecordHit.objects.filter(
        rule__kind=RuleKind.REPEAT_DEFECT,
        episode__supplier=reject.supplier_id,
        judgement__part__in=_family(reject),
        judgement__found__eight_d=eight_d,
    ).exclude(judgement__level="")
    if rule.scope == RuleScope.SUPPLIER_PLANT:
        hits = hits.filter(judgement__plant=reject.plant_id)
    first = hits.filter(episode__in=_going_on(reject.supplier_id)).order_by("pk").first()
    return None if first is None else Level(first.judgement.level)


def _going_on(supplier_id: int) -> Any:
    """Return the supplier's cases that are open, and those that a level 2 still open took over."""
    over = released([supplier_id]).values("pk")
    open_ = Episode.objects.filter(supplier=supplier_id).unfinished().exclude(pk__in=over)
    taken = ControlledShipping.objects.filter(followed_by__episode__in=open_.values("pk"))
    return Episode.objects.filter(Q(pk__in=open_.values("pk")) | Q(pk__in=taken.values("episode")))


def _family(reject: Reject) -> Collection[int]:
    found = families({reject.part_id}).get(reject.part_id)
    return {reject.part_id} if found is None else found.part_ids
