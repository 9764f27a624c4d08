"""Moving episodes: every move is the table's, and every move is a row."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Max

from escalations import reasons
from escalations.models import Episode, EpisodeStep, Judgement
from escalations.transitions import transition
from escalations.workflow import Action, Level, State
from suppliers.models import User


class StepWriter:
    """Collects moves of locked episodes and saves them at once."""

    def __init__(self, *, at: datetime, last: dict[int, int]) -> None:
        self.at = at
        self._last = last
        self._steps: list[EpisodeStep] = []

    @classmethod
    def for_episodes(cls, episodes: Iterable[Episode], *, at: datetime) -> "StepWriter":
        """Begin with the last step numbers of these episodes (none: new ones)."""
        ids = {episode.pk for episode in episodes}
        rows = EpisodeStep.objects.filter(episode__in=ids).values("episode") if ids else None
        last = (
            {}
            if rows is None
            else dict(rows.annotate(last=Max("number")).order_by().values_list("episode", "last"))
        )
        return cls(at=at, last=last)

    def begin(
        self,
        episode: Episode,
        *,
        roles: Collection[str],
        action: Action = Action.RAISE,
        by: User | None = None,
        reason: str = "",
        because: reasons.Facts | None = None,
    ) -> EpisodeStep:
        """Add the first step of a new episode, which has its row and no steps.

        `because` are the facts of a reason of the engine's own, instead of one in words.
        """
        reason = reasons.stored(because) if because else reason
        row = transition(
            action=action, state=None, roles=roles, level=Level(episode.level), reason=reason
        )
        return self._add(
            episode,
            action,
            "",
            row.to_state,
            by=by,
            reason=reason,
            because=because,
            judgement=episode.judgement,
        )

    def move(
        self,
        episode: Episode,
        action: Action,
        *,
        roles: Collection[str],
        by: User | None = None,
        reason: str = "",
        because: reasons.Facts | None = None,
        judgement: Judgement | None = None,
        proven: bool = True,
    ) -> EpisodeStep:
        """Add a move and set the episode's new state; `because` as when it begins.

        Raises:
            NotProvenError: the move ends a level whose criteria are not all met.
            ForbiddenTransitionError: the table has no such move for these roles.
            MissingReasonError: the move is a decision and has no reason.
        """
        before = State(episode.state)
        reason = reasons.stored(because) if because else reason
        row = transition(
            action=action,
            state=before,
            roles=roles,
            level=Level(episode.level),
            reason=reason,
            approver=episode.approver,
            proven=proven,
        )
        episode.state = row.to_state.value
        episode.ended_at = self.at if row.to_state.is_final else None
        return self._add(
            episode,
            action,
            before.value,
            row.to_state,
            by=by,
            reason=reason,
            because=because,
            judgement=judgement,
        )

    def save(self) -> None:
        """Write the collected steps and the states they lead to."""
        EpisodeStep.objects.bulk_create(self._steps)
        moved = {step.episode.pk: step.episode for step in self._steps if step.from_state}
        Episode.objects.bulk_update(moved.values(), ["state", "ended_at"])
        self._steps = []

    def _add(
        self,
        episode: Episode,
        action: Action,
        before: str,
        after: State,
        *,
        by: User | None = None,
        reason: str = "",
        because: reasons.Facts | None = None,
        judgement: Judgement | None = None,
    ) -> EpisodeStep:
        number = self._last.get(episode.pk, 0) + 1
        self._last[episode.pk] = number
        step = EpisodeStep(
            episode=episode,
            number=number,
            action=action.value,
            from_state=before,
            to_state=after.value,
            at=self.at,
            by=by,
            reason=reason.strip(),
            because=because or {},
            judgement=judgement,
        )
        self._steps.append(step)
        return step
