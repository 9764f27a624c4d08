"""How far the sign-off of published scorecards is."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from scorecards.models import Scorecard, SignOffStep
from scorecards.periods import Month
from scorecards.sign_off_steps import WAITED_SINCE, SignOff
from suppliers.access import AnyUser
from suppliers.enums import SUPPLIER_ROLES
from suppliers.models import Membership

# From the answer back to the beginning: the first of them that happened is where it stands.
FURTHEST_FIRST = (
    SignOff.ACKNOWLEDGED,
    SignOff.REPLIED,
    SignOff.QUERIED,
    SignOff.PASSED_ON,
    SignOff.REMINDED_AGAIN,
    SignOff.REMINDED,
    SignOff.VIEWED,
    SignOff.ASKED,
)


@dataclass(frozen=True, kw_only=True)
class SignOffState:
    """Where a version stands: its furthest step, whether it was viewed, and all steps."""

    step: SignOffStep | None
    viewed: SignOffStep | None
    steps: tuple[SignOffStep, ...]

    @property
    def answered(self) -> bool:
        """Whether the supplier has signed or queried."""
        return self.step is not None and self.step.action in (
            SignOff.ACKNOWLEDGED.value,
            SignOff.QUERIED.value,
        )

    @property
    def query(self) -> SignOffStep | None:
        """The query that waits for the customer's answer, None without one."""
        return self.step if self.step and self.step.action == SignOff.QUERIED.value else None

    @property
    def signed(self) -> SignOffStep | None:
        """The signature, None while there is none."""
        return next((one for one in self.steps if one.action == SignOff.ACKNOWLEDGED.value), None)


def signers() -> QuerySet[Membership]:
    """Return the memberships whose people can log in and sign for a supplier."""
    found: QuerySet[Membership] = Membership.objects.filter(
        user__is_active=True, role__in=sorted(SUPPLIER_ROLES)
    )
    return found


def can_sign() -> Q:
    """Return the condition on scorecards that somebody of the supplier can sign."""
    return Q(Exists(signers().filter(supplier=OuterRef("supplier"))))


def is_waited_for() -> Q:
    """Return the condition on scorecards that the supplier has not signed, nor queried in vain."""
    steps = SignOffStep.objects.filter(scorecard=OuterRef("pk"))
    signed, queried, replied = (
        Exists(steps.filter(action=step.value))
        for step in (SignOff.ACKNOWLEDGED, SignOff.QUERIED, SignOff.REPLIED)
    )
    return Q(~signed) & (Q(~queried) | Q(replied))


def waited_since() -> Subquery:
    """Return since when a scorecard's supplier is waited for: its reminders and last day count.

    That is the publication, or later where nobody could log in then or a query was answered.
    """
    actions = [step.value for step in WAITED_SINCE]
    steps = SignOffStep.objects.filter(scorecard=OuterRef("pk"), action__in=actions)
    return Subquery(steps.order_by("-at").values("at")[:1])


def sign_off_of(scorecard: Scorecard) -> SignOffState:
    """Return how far one version is."""
    return state_of(scorecard.sign_off_steps.select_related("by").order_by("at", "pk"))


def state_of(steps: Collection[SignOffStep]) -> SignOffState:
    """Return where steps, oldest first, have led."""
    found = {step.action: step for step in steps}
    furthest = next((found[one.value] for one in FURTHEST_FIRST if one.value in found), None)
    return SignOffState(step=furthest, viewed=found.get(SignOff.VIEWED.value), steps=tuple(steps))


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """A version in force that was to be signed and is not."""

    scorecard: Scorecard
    state: SignOffState


def unanswered(*, user: AnyUser, month: Month | None = None) -> list[Unanswered]:
    """Return what suppliers the user may see have not signed, longest waiting first."""
    rows = (
        Scorecard.objects.visible_to(user)
        .newest()
        .filter(sign_off_steps__action=SignOff.ASKED.value)
    )
    if month is not None:
        rows = rows.of_month(month)
    rows = rows.exclude(sign_off_steps__action=SignOff.ACKNOWLEDGED.value)
    steps = SignOffStep.objects.select_related("by").order_by("at", "pk")
    found = (
        rows.select_related("supplier")
        .defer("snapshot")
        .prefetch_related(Prefetch("sign_off_steps", queryset=steps))
        .order_by("published_at", "supplier__code", "pk")
    )
    return [
        Unanswered(scorecard=row, state=state_of(list(row.sign_off_steps.all()))) for row in found
    ]
