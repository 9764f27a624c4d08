"""What somebody who is narrowed to plants sees of a supplier's case: single facts of those alone.

Totals of the supplier (figures, levels, how far an exit is) are shown to everybody who sees the
supplier. Rows that name a plant are shown to whoever answers for that plant, or for all of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from escalations.eight_d_schema import Content
from escalations.eight_d_workflow import Discipline
from escalations.models import ControlledShipping, EightD, ShippingLetter, ShippingScope
from escalations.queries.shipping_lanes import Lane
from suppliers import access
from suppliers.models import Plant

Facts = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The codes and ids of the plants whose facts are shown; None: of every plant."""

    codes: frozenset[str] | None = None
    ids: frozenset[int] | None = None

    @classmethod
    def to(cls, user: "access.AnyUser | None", supplier_id: int) -> Self:
        """Return what the user sees of a supplier's; None is the clock, which sees all."""
        ids = None if user is None else access.plants_shown_to(user, supplier_id)
        if ids is None:
            return cls()
        codes = Plant.objects.filter(pk__in=ids).values_list("code", flat=True)
        return cls(codes=frozenset(codes), ids=ids)

    def of(self, facts: Facts) -> list[dict[str, Any]]:
        """Return the facts that name no plant, or one that is shown."""
        return [dict(row) for row in facts if self._is_shown(row.get("plant", ""))]

    def hides(self, facts: Facts) -> bool:
        """Whether some of the facts are of other plants."""
        return any(not self._is_shown(row.get("plant", "")) for row in facts)

    def lanes(self, lanes: Sequence[Lane]) -> list[Lane]:
        """Return the parts at plants that are shown, and those covered at every plant."""
        return [lane for lane in lanes if lane.plant is None or self.sees(lane.plant.pk)]

    def sees(self, plant_id: int) -> bool:
        """Whether rows of this plant are shown."""
        return self.ids is None or plant_id in self.ids

    def text(self, text: str, facts: Facts) -> str:
        """Return a text without the lines that were made of facts of other plants."""
        hidden = [row for row in facts if not self._is_shown(row.get("plant", ""))]
        return "\n".join(
            line
            for line in text.splitlines()
            if not any(row["part"] in line and row["plant"] in line for row in hidden)
        )

    def content(self, discipline: Discipline, content: Content, facts: Facts) -> Content:
        """Return what a step says; of the problem (D2) without other plants' quantities."""
        if self.codes is None or discipline is not Discipline.D2:
            return content
        affected: Any = content.get("affected") or []
        problem = str(content.get("problem", ""))
        return content | {
            "problem": self.text(problem, facts),
            "affected": [row for row in affected if self._is_shown(row.get("plant", ""))],
        }

    def _is_shown(self, plant: str) -> bool:
        return self.codes is None or plant in {"", *self.codes}


def shown_by_supplier(supplier_ids: Collection[int], *, user: access.AnyUser) -> dict[int, Shown]:
    """Return what the user sees of several suppliers, in at most one query."""
    who = access.standing(user)
    plants = who.limited_to_plants or frozenset()
    codes = (
        frozenset(Plant.objects.filter(pk__in=plants).values_list("code", flat=True))
        if plants
        else frozenset()
    )
    return {
        one: Shown()
        if access.plants_shown_to(user, one) is None
        else Shown(codes=codes, ids=plants)
        for one in supplier_ids
    }


def may_write_all(eight_d: EightD, discipline: Discipline, *, user: access.AnyUser) -> bool:
    """Whether a step shows the user everything, so that saving it loses nothing unseen."""
    if discipline is not Discipline.D2:
        return True
    shown = Shown.to(user, eight_d.episode.supplier_id)
    if shown.codes is None:
        return True
    written: Any = [
        row
        for step in eight_d.steps.filter(discipline=discipline.value)
        for row in step.content.get("affected") or []
    ]
    return not shown.hides([*eight_d.facts, *written])


def covers_only_shown(shipping: ControlledShipping, *, user: access.AnyUser) -> bool:
    """Whether everything a controlled shipping covers is at plants the user answers for."""
    ids = access.plants_shown_to(user, shipping.episode.supplier_id)
    if ids is None:
        return True
    # asked anew: what was fetched along with it may itself be narrowed
    covered = ShippingScope.objects.filter(shipping=shipping).values_list("plant", flat=True)
    return all(plant in ids for plant in covered)


def letters_shown(
    shipping: ControlledShipping, *, user: access.AnyUser
) -> Sequence[ShippingLetter]:
    """Return the letters, which name every plant, to whoever answers for all of them."""
    if not covers_only_shown(shipping, user=user):
        return []
    rows = ShippingLetter.objects.filter(shipping=shipping)
    return list(rows.select_related("shipping", "sent_by", "pdf").order_by("sent_at", "pk"))
