"""Why a person may not begin a case, or approve one: another holds what it would hold."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from escalations import wording
from escalations.models import Episode
from escalations.queries.level_2 import level_2_sharing
from escalations.queries.shipping_lanes import LaneKey, lanes_from
from suppliers.services.records import ConflictError


class CaseOpenError(ConflictError):
    """A case of this scope, metric and level is open already: `episode`."""

    def __init__(self, episode: Episode) -> None:
        super().__init__(self.says(episode))
        self.episode = episode

    def says(self, episode: Episode) -> str:
        """Return what is wrong and how to mend it."""
        return _(
            "Case %(number)s (%(level)s) is open for this already. Go on with that one, or choose "
            "another plant, part, subject or level."
        ) % {"number": episode.number, "level": wording.level_name(episode.level)}


class OpenForOtherPartsError(CaseOpenError):
    """A case of several other parts is open: `episode`; one more of several cannot be."""

    def says(self, episode: Episode) -> str:
        """Return what is wrong and how to mend it."""
        return _(
            "Case %(number)s (%(level)s) is open for other parts, and only one case of several "
            "parts can be. Name one part here, and begin a case of its own for each of the others."
        ) % {"number": episode.number, "level": wording.level_name(episode.level)}


class HeldTwiceError(CaseOpenError):
    """Another controlled shipping level 2 inspects some of this: `episode` is its case."""

    def __init__(self, episode: Episode, *, shared: Sequence[str] = ()) -> None:
        self.shared = shared
        super().__init__(episode)

    def says(self, episode: Episode) -> str:
        """Return what is wrong and how to mend it."""
        return _(
            "Case %(number)s holds %(what)s at controlled shipping level 2 already. A second "
            "level 2 would have the same inspected twice: go on with that case, or name parts "
            "that it does not cover."
        ) % {"number": episode.number, "what": ", ".join(self.shared) or _("this")}


class HeldAtLevel2Error(CaseOpenError):
    """Controlled shipping level 2 holds what a level 1 would hold: `episode` is its case."""

    def says(self, episode: Episode) -> str:
        """Return what is wrong and how to mend it."""
        return _(
            "Case %(number)s holds this at controlled shipping level 2 already. Level 1 beside it "
            "would have the same inspected twice: go on with that case, or name parts that it "
            "does not cover."
        ) % {"number": episode.number}


def demand_not_held_twice(
    lanes: Collection[LaneKey],
    *,
    supplier_id: int,
    metric: str,
    beside: Episode | None = None,
) -> None:
    """Refuse what a level 2 in force inspects already, with its case; `beside` is one's own.

    Raises:
        HeldTwiceError: another level 2 covers some of it.
    """
    found = level_2_sharing(lanes, supplier_id=supplier_id, metric=metric, beside=beside)
    if found is not None:
        episode, shared = found
        raise HeldTwiceError(episode, shared=[str(lane) for lane in lanes_from(shared)])
