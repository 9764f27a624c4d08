"""Daily summaries: what may wait, told once a day in one mail."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.formats import date_format

from escalations.bell import ring
from escalations.enums import Audience, MessageEvent, MessageKind, MessageState
from escalations.models import Message
from escalations.queries.preferences import Wishes, wishes_of
from escalations.services.occasions import SEND, message_id
from suppliers.models import User

Clock = Callable[[], datetime]

# In the recipient's own morning, or when quiet hours end later.
MORNING = time(7)


def sum_up(*, clock: Clock) -> int:
    """Write the daily summaries whose hour has come; return how many. Never twice, never empty."""
    at = clock()
    waiting = Message.objects.filter(state=MessageState.COLLECTED)
    people = list(waiting.order_by().values_list("recipient", flat=True).distinct())
    wishes = wishes_of([pk for pk in people if pk is not None])
    return sum(_sum_up(pk, wish, at=at) for pk, wish in wishes.items() if _is_time(wish, at))


def _is_time(wish: Wishes, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(wish.zone)).time()
    return local >= MORNING and (wish.quiet is None or not wish.quiet.holds(at))


@transaction.atomic
def _sum_up(user_id: int, wish: Wishes, *, at: datetime) -> bool:
    """Put what one person has waiting into one mail, unless today's has been written."""
    # whoever comes second waits here, and finds the summary written
    person = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    day = at.astimezone(ZoneInfo(wish.zone)).date()
    name = f"digest-{day:%Y-%m-%d}"
    today = Message.objects.filter(
        kind=MessageKind.DIGEST, recipient=person, about_id=day.toordinal()
    )
    rows = Message.objects.filter(state=MessageState.COLLECTED, recipient=person)
    waiting = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if not waiting or today.exists():
        return False
    digest = _digest(person, Audience(waiting[0].audience), name, day, at)
    rows.filter(pk__in=[row.pk for row in waiting]).update(
        state=MessageState.SUMMED_UP.value, digest=digest
    )
    transaction.on_commit(partial(ring, SEND))
    return True


def _digest(person: User, audience: Audience, name: str, day: date, at: datetime) -> Message:
    digest: Message = Message.objects.create(
        kind=MessageKind.DIGEST.value,
        event=MessageEvent.DIGEST.value,
        audience=audience.value,
        about_id=day.toordinal(),
        about_name=date_format(day, "Y-m-d"),
        month=day.replace(day=1),
        recipient=person,
        address=person.email,
        language=person.language,
        message_id=message_id(name, MessageEvent.DIGEST, audience, person),
        state=MessageState.WAITING.value,
        due_at=at,
        created_at=at,
    )
    return digest
