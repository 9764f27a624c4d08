"""What a mail says is forbidden now: by all of a supplier's cases that its reader may open."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from escalations import wording
from escalations.enums import Audience, MessageEvent
from escalations.queries.after_escapes import business_waits, until_decided
from escalations.queries.forbidding import lanes_by_level, levels_forbidding, released
from escalations.queries.notice import Notice
from escalations.workflow import Level
from suppliers import access

# So many parts and plants are named in one line.
MOST_LANES = 6


def forbidden_after(told: Notice) -> list[str]:
    """Say what is forbidden now, whichever open case forbids it; the hardest first."""
    supplier_id, reader = told.supplier.pk, told.message.recipient
    levels = levels_forbidding(supplier_id, user=reader)
    if told.event is MessageEvent.RAISED:
        # what this mail tells of, whatever became of it before it went out
        over = set(released([supplier_id]).values_list("pk", flat=True))
        levels |= {step.episode.level for step in told.steps if step.episode_id not in over}
    purchasing = told.audience is Audience.PURCHASING
    waits = purchasing and bool(business_waits([supplier_id], user=reader))
    asked = [until_decided()] if waits else []
    if found := [*asked, *forbidden_by(levels, lanes_by_level(supplier_id, user=reader))]:
        return found
    after = told.message.level_after
    return [wording.forbidden("" if after and Level(after) in wording.FORBIDDING else after)]


def forbidden_now(supplier_id: int, *, user: "access.AnyUser | None") -> list[str]:
    """Return what a supplier's cases forbid now, as far as the reader may open them."""
    levels = levels_forbidding(supplier_id, user=user)
    return forbidden_by(levels, lanes_by_level(supplier_id, user=user))


def forbidden_by(levels: Collection[str], lanes: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what these levels forbid, the hardest first, with the parts and plants concerned."""
    forbidding = wording.FORBIDDING & {Level(level) for level in levels}
    return [
        " ".join(filter(None, [wording.forbidden(one.value), _shortened(lanes.get(one.value, []))]))
        for one in sorted(forbidding, key=lambda one: -one.rank)
    ]


def _shortened(lanes: Sequence[str]) -> str:
    """Name the first parts and plants, and how many there are beside them."""
    shown, rest = lanes[:MOST_LANES], len(lanes) - MOST_LANES
    more = [_("and %(count)d more") % {"count": rest}] if rest > 0 else []
    return f"({'; '.join([*shown, *more])})" if shown else ""
