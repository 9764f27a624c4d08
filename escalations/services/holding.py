"""The one order in which what controlled shipping changes is locked."""

from collections.abc import Collection

from escalations.models import ControlledShipping, Episode
from suppliers.models import Supplier


def hold(supplier_ids: Collection[int]) -> None:
    """Lock suppliers, their controlled shippings and their cases until the transaction ends.

    In this order, each by its key, and all of it before any number is taken: the counters come
    last everywhere. Whoever enters, takes over or ends controlled shipping begins here, and so does
    an escape, which may propose level 2. The supplier's row makes them
    take turns: a level 1 cannot come while a level 2 that would forbid it is being approved.
    """
    if not supplier_ids:
        return
    suppliers = Supplier.objects.filter(pk__in=supplier_ids)
    shippings = ControlledShipping.objects.filter(episode__supplier__in=supplier_ids).unfinished()
    cases = Episode.objects.filter(supplier__in=supplier_ids).unfinished()
    for rows, no_key in ((suppliers, True), (shippings, False), (cases, False)):
        locked = rows.select_for_update(of=("self",), no_key=no_key).order_by("pk")
        list(locked.values_list("pk", flat=True))
