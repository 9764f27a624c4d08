"""The QuerySet every tenant-owned model builds on."""

from typing import Any, ClassVar, Self

from django.db import models

from suppliers import access


class TenantQuerySet(models.QuerySet[Any]):
    """Rows that belong to a supplier; `supplier_path` leads from the row to the supplier's id."""

    supplier_path: ClassVar[str] = "supplier"
    plant_path: ClassVar[str | None] = None
    plant_optional: ClassVar[bool] = False

    def visible_to(self, user: access.AnyUser) -> Self:
        """Only what `user` may see: a supplier's people their own rows, outsiders none."""
        return self.filter(
            access.rows_visible_to(
                user,
                supplier_path=self.supplier_path,
                plant_path=self.plant_path,
                plant_optional=self.plant_optional,
            )
        )


class PlantTenantQuerySet(TenantQuerySet):
    """Rows of a supplier at a plant: memberships narrowed to plants see those plants' rows."""

    plant_path = "plant"
