"""What is owed: by whom, until when, and the one thing to do about it.

The one registry that "Today", "Our quality" and the reminders ask, so that they never disagree.
Each subject registers a provider when the app starts (`register`).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings

from escalations.enums import Audience
from escalations.workflow import Level

if TYPE_CHECKING:
    from suppliers.access import AnyUser


@dataclass(frozen=True, kw_only=True)
class LocalDay:
    """By whose clock a date is kept: the time zone, and the day it is there."""

    zone: str
    today: date

    @classmethod
    def at(cls, at: datetime, *, zone: str = "") -> Self:
        """Return the day in a time zone; without one the company's."""
        zone = zone or settings.TIME_ZONE
        return cls(zone=zone, today=at.astimezone(ZoneInfo(zone)).date())

    def of(self, at: datetime) -> date:
        """Return the day it was there at another moment."""
        return at.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Of what is asked. `user` sees what it may see; None is the clock, which sees all.

    `supplier_ids` narrows it further; None does not. What belongs to no supplier is left out
    where they are named. Without `notices` what only asks to look is left out: whoever lists
    deadlines has no use for it.
    """

    at: datetime
    user: "AnyUser | None" = None
    supplier_ids: Collection[int] | None = None
    notices: bool = True

    def local(self, zone: str = "") -> LocalDay:
        """Return the day in a time zone; without one the company's."""
        return LocalDay.at(self.at, zone=zone)

    def rows(self, rows: Any, *, supplier: str = "supplier") -> Any:
        """Return those of the rows of a tenant's QuerySet that are asked for."""
        seen = rows if self.user is None else rows.visible_to(self.user)
        if self.supplier_ids is None:
            return seen
        return seen.filter(**{f"{supplier}__in": list(self.supplier_ids)})


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One thing that somebody owes, in the active language.

    Attributes:
        key: names it for ever ("8d-12-d3"); what was reminded of is found by it.
        owner: who owes it.
        what: what is owed, with the name of what it is about ("D3 containment, 8D-2026-00042").
        action: the one next action, as on a button.
        url: where that is done.
        else_action: what may be done instead; "" for nothing.
        else_url: where that is done.
        since: since when.
        local: by whose clock it is owed, and the day it is there.
        due_on: the last day; None where there is none.
        level: the escalation level it belongs to; "" for none.
        why: one more fact, for example the figure; may be empty.
        supplier_id: None for what belongs to no supplier.
        reminded: whether reminders are sent of it from here; a few have their own.
        notice: whether it only asks to look, and nothing follows from it.
    """

    key: str
    owner: Audience
    what: str
    action: str
    url: str
    since: date
    local: LocalDay
    due_on: date | None = None
    level: str = ""
    why: str = ""
    supplier_id: int | None = None
    supplier_code: str = ""
    supplier_name: str = ""
    reminded: bool = True
    notice: bool = False
    else_action: str = ""
    else_url: str = ""

    @property
    def rank(self) -> int:
        """How hard the level is; -1 without one."""
        return Level(self.level).rank if self.level else -1

    @property
    def is_late(self) -> bool:
        """Whether the last day has passed where its date is kept."""
        return self.due_on is not None and self.due_on < self.local.today

    @property
    def is_due_today(self) -> bool:
        """Whether this is the last day where its date is kept."""
        return self.due_on == self.local.today


Provider = Callable[[Scope], Iterable[Owed]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add what a subject says is owed; it may ask the database a fixed number of times."""
    if provider not in _providers:
        _providers.append(provider)


def owed(scope: Scope) -> list[Owed]:
    """Return everything that is owed now, the most urgent first."""
    found = [one for provider in _providers for one in provider(scope)]
    return sorted(found, key=_urgency)


def _urgency(one: Owed) -> tuple[Any, ...]:
    """Late first, then what is due today, then the rest; of each the hardest level, then dates."""
    now = 0 if one.is_late else 1 if one.is_due_today else 2
    return (now, -one.rank, one.due_on or date.max, one.since, one.key)
