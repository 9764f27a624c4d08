"""What a supplier's figures can be narrowed to, as far as a reader sees any of it."""

from django.db.models import Q, QuerySet

from scorecards.models import CountedReject, PartMonth, WarrantyMonth
from suppliers.access import AnyUser
from suppliers.models import DefectCode, FieldPopulation, Part, Plant, Supplier


def plants_of(supplier: Supplier, *, user: AnyUser) -> QuerySet[Plant]:
    """Return the plants at which `user` may see anything of the supplier."""
    seen = PartMonth.objects.visible_to(user).filter(supplier=supplier)
    return Plant.objects.filter(pk__in=seen.values("plant"))


def parts_of(supplier: Supplier, *, user: AnyUser) -> QuerySet[Part]:
    """Return the parts of which the supplier delivered, or got back, or has any in the field."""
    own = {"supplier": supplier}
    return Part.objects.filter(
        Q(pk__in=PartMonth.objects.visible_to(user).filter(**own).values("part"))
        | Q(pk__in=WarrantyMonth.objects.visible_to(user).filter(**own).values("part"))
        | Q(pk__in=FieldPopulation.objects.visible_to(user).filter(**own).values("part"))
    )


def codes_of(supplier: Supplier, *, user: AnyUser) -> QuerySet[DefectCode]:
    """Return the defect codes that rejects of the supplier name, of those `user` may see."""
    seen = CountedReject.objects.visible_to(user).filter(supplier=supplier)
    return DefectCode.objects.filter(pk__in=seen.values("reject__defect_code"))
