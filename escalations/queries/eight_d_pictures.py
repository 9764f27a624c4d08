"""Pictures of what an 8D is about: those that were attached to its rejects."""

from typing import Final

from escalations.models import EightD
from escalations.queries.eight_d_about import rejects_of
from suppliers.access import AnyUser
from suppliers.models import Evidence, Reject

# Enough to see what is wrong; the reject's page has all of its own.
MOST_PICTURES: Final = 24


def pictures_of(eight_d: EightD, *, user: AnyUser) -> list[Evidence]:
    """Return pictures of the rejects, oldest reject first, by the access rules of their pages.

    What is attached to a dispute is an argument and no picture of the problem.
    """
    rejects = Reject.objects.filter(rejects_of(eight_d), supplier=eight_d.episode.supplier_id)
    found = Evidence.objects.visible_to(user).filter(
        reject__in=rejects.values("pk"), dispute=None, content_type__startswith="image/"
    )
    ordered = found.select_related("reject__part").order_by("reject__detected_on", "reject", "pk")
    return list(ordered[:MOST_PICTURES])
