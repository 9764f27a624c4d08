"""Why a person may not begin a case, or approve one: another holds what it would hold."""

from django.utils.translation import gettext as _

from escalations import wording
from escalations.models import Episode
from suppliers.services.records import ConflictError


class CaseOpenError(ConflictError):
    """A case of this scope, metric and level is open already: `episode`."""

    def __init__(self, episode: Episode) -> None:
        super().__init__(self.says(episode))
        self.episode = episode

    @staticmethod
    def says(episode: Episode) -> str:
        """Return what is wrong and how to mend it."""
        return _(
            "Case %(number)s (%(level)s) is open for this already. Go on with that one, or choose "
            "another plant, part, subject or level."
        ) % {"number": episode.number, "level": wording.level_name(episode.level)}


class HeldAtLevel2Error(CaseOpenError):
    """Controlled shipping level 2 holds what a level 1 would hold: `episode` is its case."""

    @staticmethod
    def says(episode: Episode) -> str:
        """Return what is wrong and how to mend it."""
        return _(
            "Case %(number)s holds this at controlled shipping level 2 already. Level 1 beside it "
            "would have the same inspected twice: go on with that case, or name parts that it "
            "does not cover."
        ) % {"number": episode.number}
