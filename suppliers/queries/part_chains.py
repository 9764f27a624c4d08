"""Part numbers that follow each other: a superseded number and its successors are one family.

PPM stays per number; what is wrong with a part is looked at along the family.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from suppliers.models import Delivery, Part, Reject, Supplier, SupplierPart

# Everything that is linked with some parts, up to the roots and down again; by the key and the
# index of supersedes_id, so that it costs what these families have, not what the list of parts has.
RELATED: Final = """
WITH RECURSIVE upwards AS (
    SELECT id, supersedes_id FROM suppliers_part WHERE id = ANY(%s)
    UNION
    SELECT p.id, p.supersedes_id FROM suppliers_part p JOIN upwards u ON p.id = u.supersedes_id
), family AS (
    SELECT id FROM upwards
    UNION
    SELECT p.id FROM suppliers_part p JOIN family f ON p.supersedes_id = f.id
)
SELECT id FROM family
"""


@dataclass(frozen=True, kw_only=True)
class Family:
    """Numbers that supersede each other; `newest` is the one in use, `others` come before it."""

    newest: Part
    others: tuple[Part, ...]

    @property
    def part_ids(self) -> frozenset[int]:
        """Every part of the family."""
        return frozenset({self.newest.pk, *(part.pk for part in self.others)})


def families(part_ids: Collection[int] | None = None) -> dict[int, Family]:
    """Return the family of each part that has one, by the part's id; a part alone has no key.

    `part_ids`: only of these parts. Where two numbers succeed one, the first by number names
    the family.
    """
    if part_ids is not None and not part_ids:
        return {}
    linked = Part.objects.filter(Q(supersedes__isnull=False) | Q(superseded_by__isnull=False))
    if part_ids is not None:
        linked = linked.filter(pk__in=RawSQL(RELATED, [list(part_ids)]))  # noqa: S611  # our own text
    parts = {part.pk: part for part in linked.distinct().order_by("number")}
    by_root: dict[int, list[Part]] = defaultdict(list)
    for part in parts.values():
        by_root[_root(part, parts)].append(part)
    found = {}
    for members in by_root.values():
        family = _family(members)
        found.update({part.pk: family for part in members})
    wanted = None if part_ids is None else set(part_ids)
    return {pk: family for pk, family in found.items() if wanted is None or pk in wanted}


def families_of(supplier: Supplier, part_ids: Collection[int]) -> dict[int, Family]:
    """Return the family of each part that has one, of those numbers alone that the supplier has.

    It has what it delivered, what of it was rejected, and what is listed as its part. A number
    that a neighbour alone has names no family: whom a part was given to is not for everybody.
    """
    whole = families(part_ids)
    ids = {pk for family in whole.values() for pk in family.part_ids}
    own = _had_by(supplier, ids) | set(part_ids) if ids else set()
    return {pk: _narrowed(family, own) for pk, family in whole.items()}


def families_among(part_ids: Collection[int]) -> dict[int, Family]:
    """Return the family of each part that has one, of these numbers alone."""
    whole = families(part_ids)
    return {pk: _narrowed(family, set(part_ids)) for pk, family in whole.items()}


def _had_by(supplier: Supplier, part_ids: Collection[int]) -> set[int]:
    facts = (Delivery, Reject, SupplierPart)
    has = Q()
    for fact in facts:
        has |= Q(Exists(fact.objects.filter(supplier=supplier, part=OuterRef("pk"))))
    return set(Part.objects.filter(has, pk__in=part_ids).values_list("pk", flat=True))


def _narrowed(family: Family, own: Collection[int]) -> Family:
    """Keep the numbers of `own`; the newest is one that none of them follows, however far."""
    members = {part.pk: part for part in (family.newest, *family.others)}
    kept = sorted((part for pk, part in members.items() if pk in own), key=lambda one: one.number)
    replaced = {before for part in kept for before in _predecessors(part, members)}
    newest = next(part for part in kept if part.pk not in replaced)
    return Family(newest=newest, others=tuple(part for part in kept if part is not newest))


def _predecessors(part: Part, parts: dict[int, Part]) -> Iterator[int]:
    while part.supersedes_id is not None:
        yield part.supersedes_id
        part = parts[part.supersedes_id]


def _root(part: Part, parts: dict[int, Part]) -> int:
    while part.supersedes_id is not None:
        part = parts[part.supersedes_id]
    return part.pk


def _family(members: list[Part]) -> Family:
    replaced = {part.supersedes_id for part in members}
    newest = next(part for part in members if part.pk not in replaced)
    return Family(newest=newest, others=tuple(part for part in members if part is not newest))
