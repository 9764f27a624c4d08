"""Suppliers above 50 or 100 PPM whose facts arrive in waves, each published as it arrives."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from escalations.enums import Audience, MessageState
from escalations.models import MailPreference, Message
from scorecards.models import PublicationRequest, Scorecard, StaleKey
from scorecards.queries.published import last_ended_month
from scorecards.services.requests import request_publication
from suppliers.enums import Role
from suppliers.models import Supplier, User
from tests.cast import person
from tests.factories import (
    DefectCodeFactory,
    DeliveryFactory,
    MembershipFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierFactory,
)

# Above 50 PPM of what was received, and above 100.
PIECES = 100_000
REJECTED = {1: 7, 2: 14}
EIGHT_D, CS1 = "8d", "cs1"
# Of so many suppliers one has people who can log in, and one is above 100 PPM.
WITH_LOG_IN, ABOVE_100 = 10, 3


class Told(NamedTuple):
    """Who is told that levels were raised; nobody is a row as well."""

    supplier_id: int
    audience: str
    recipient_id: int | None


class Waves:
    """What is going to happen, and how much of it has begun."""

    def __init__(self, *, episodes: int, waves: int) -> None:
        with transaction.atomic():
            self.sqe, self.buyer = person(Role.SQE), person(Role.BUYER)
            levels = list(_levels(episodes))
            suppliers = SupplierFactory.create_batch(len(levels))
            self.levels: dict[Supplier, int] = dict(zip(suppliers, levels, strict=True))
            self.members: dict[int, User] = {
                supplier.pk: person(Role.SUPPLIER_MEMBER, supplier)
                for supplier in suppliers[::WITH_LOG_IN]
            }
            self._where: dict[str, Any] = {"plant": PlantFactory(), "part": PartFactory()}
            self._defect = DefectCodeFactory()
            # mails of this run are all about levels: nobody is reminded
            MailPreference.objects.bulk_create(
                MailPreference(user=user, reminders=False)
                for user in (self.sqe, self.buyer, *self.members.values())
            )
        # so old that nobody is asked to sign it
        self.month = last_ended_month(at=timezone.now()).minus(2)
        size = -(-len(suppliers) // waves)
        self._coming = [suppliers[at : at + size] for at in range(0, len(suppliers), size)]
        self._begun: list[list[Supplier]] = []

    @property
    def cases(self) -> list[tuple[int, str]]:
        """Supplier and level of every case in the end."""
        return [
            (supplier.pk, level)
            for supplier, levels in self.levels.items()
            for level in (EIGHT_D, CS1)[:levels]
        ]

    @property
    def told(self) -> list[Told]:
        """Who will have been told in the end: once of each supplier, whatever its levels."""
        return [told for supplier in self.levels for told in self._told_of(supplier)]

    def mails(self, suppliers: list[Supplier] | None = None) -> int:
        """Return how many mails these suppliers cause; None for all."""
        chosen = list(self.levels) if suppliers is None else suppliers
        return sum(told.recipient_id is not None for one in chosen for told in self._told_of(one))

    def begin_next(self, *, sent: int) -> None:
        """Let the next wave come once the last one is being mailed."""
        before = self.mails([one for wave in self._begun[:-1] for one in wave])
        if self._coming and (not self._begun or sent > before):
            self._begin(self._coming.pop(0))

    def begin_all(self) -> None:
        """Let whatever is left come at once."""
        while self._coming:
            self._begin(self._coming.pop(0))

    def is_over(self) -> bool:
        """Whether everything that has begun is rolled up, published, judged and told."""
        unsent = [MessageState.WAITING, MessageState.SENDING]
        return not (
            StaleKey.objects.exists()
            or PublicationRequest.objects.unfinished().exists()
            or Scorecard.objects.filter(judged__isnull=True).exists()
            or Message.objects.filter(state__in=unsent).exists()
        )

    @transaction.atomic
    def _begin(self, suppliers: list[Supplier]) -> None:
        """Deliver, reject, and ask for the month; each wave is asked for by somebody else."""
        day = self.month.first_day.replace(day=9)
        for supplier in suppliers:
            where = {"supplier": supplier, **self._where}
            DeliveryFactory(**where, received_on=day, quantity=PIECES)
            reject = RejectFactory(
                **where,
                detected_on=day,
                suspect_qty=REJECTED[self.levels[supplier]],
                defect_code=self._defect,
            )
            RejectVerdictFactory(reject=reject, decided_by=self.sqe)
        by = MembershipFactory(role=Role.AUDITOR).user
        request_publication(months=[self.month], by=by, at=timezone.now())
        self._begun.append(suppliers)

    def _told_of(self, supplier: Supplier) -> list[Told]:
        member = self.members.get(supplier.pk)
        return [
            Told(supplier.pk, Audience.PURCHASING.value, self.buyer.pk),
            Told(supplier.pk, Audience.QUALITY.value, self.sqe.pk),
            Told(supplier.pk, Audience.SUPPLIER.value, None if member is None else member.pk),
        ]


def _levels(episodes: int) -> Iterator[int]:
    """Yield for each supplier how many levels it reaches, until there are so many episodes."""
    number, left = 0, episodes
    while left:
        number += 1
        levels = 2 if number % ABOVE_100 == 0 and left > 1 else 1
        left -= levels
        yield levels
