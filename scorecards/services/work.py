"""Working off what waits in PostgreSQL: several workers at once, killed at any moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from scorecards.models.work import WorkItem, WorkState
from suppliers.locking import lock_soon

Clock = Callable[[], datetime]


def work_off(
    kind: type[WorkItem],
    do: Callable[[Any], bool],
    *,
    clock: Clock,
    passing_errors: tuple[type[Exception], ...] = (),
    until: datetime | None = None,
    related: tuple[str, ...] = (),
    before: Callable[[], object] | None = None,
) -> int:
    """Do every due item of a kind, one after the other; return how many were finished.

    The attempt is counted and committed before the work. The work then runs in a second
    transaction that holds the row's lock, so that effect and completion are committed
    together, nobody else takes the item meanwhile, and a killed worker lets go of it.

    Args:
        kind: the table of the work.
        do: the work itself, on the locked row; returns whether it is finished, or only a part
            of it that should be committed now. Whatever it raises is kept with the item.
        clock: what time it is, asked before each item.
        passing_errors: reasons to stop without blaming the item (for example a missing
            library); the attempt is given back.
        until: when to begin nothing more, so that other work gets its turn; None for never.
        related: what the work reads with the row, fetched along with it.
        before: what is done before each look for the next item.
    """
    finished = 0
    while until is None or clock() < until:
        if before is not None:
            before()
        key = _claim(kind, at=clock())
        if key is None:
            break
        try:
            finished += _do(kind, key, do, clock, related)
        except passing_errors:
            _give_back(kind, key)
            raise
        except Exception as error:  # noqa: BLE001  # kept with the item, and repeated
            _note(kind, key, error)
    return finished


@transaction.atomic
def _claim(kind: type[WorkItem], *, at: datetime) -> Any:
    """Count an attempt of the item that waits longest; None when nothing is due."""
    due = kind.objects.due(at=at).order_by("next_attempt_at", "pk")
    for item in due.select_for_update(skip_locked=True, of=("self",))[:1]:
        item.count_attempt(at=at)
        return item.pk
    return None


@transaction.atomic
def _do(
    kind: type[WorkItem],
    key: Any,
    do: Callable[[Any], bool],
    clock: Clock,
    related: tuple[str, ...],
) -> bool:
    """Do one claimed item; False when another worker has it or it is finished by now."""
    rows = kind.objects.select_related(*related or (None,))
    item = lock_soon(rows.filter(pk=key, state=WorkState.WORKING))
    if item is None:
        return False
    if do(item):
        item.finish(at=clock())
        return True
    item.go_on(at=clock())
    return False


@transaction.atomic
def _note(kind: type[WorkItem], key: Any, error: Exception) -> None:
    for item in kind.objects.select_for_update().filter(pk=key, state=WorkState.WORKING):
        item.note_failure(error)


@transaction.atomic
def _give_back(kind: type[WorkItem], key: Any) -> None:
    for item in kind.objects.select_for_update().filter(pk=key, state=WorkState.WORKING):
        item.give_back()
