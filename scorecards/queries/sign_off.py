"""How far the sign-off of published scorecards is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import (
    Case,
    CharField,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

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
# What a standing begins with; its last one is since when it holds.
TURNS = (
    SignOff.ASKED,
    SignOff.REPLIED,
    SignOff.PASSED_ON,
    SignOff.QUERIED,
    SignOff.ACKNOWLEDGED,
)


class Standing(TextChoices):
    """Whom the sign-off of a version waits for; each version has one of them."""

    WAITING = "waiting", _("Waits for a signature")
    QUERIED = "queried", _("Queried, waits for an answer")
    PASSED_ON = "passed_on", _("Passed on to purchasing")
    NOBODY = "nobody", _("Nobody can sign")
    NOT_ASKED = "not_asked", _("Not asked for")
    SIGNED = "signed", _("Signed")


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
    def queried(self) -> bool:
        """Whether the one query of a version was asked."""
        return any(one.action == SignOff.QUERIED.value for one in self.steps)

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


def waited_since(scorecard: OuterRef | None = None) -> Subquery:
    """Return since when a scorecard's supplier is waited for: its reminders and last day count.

    That is the publication, or later where nobody could log in then or a query was answered.
    `scorecard` names the scorecard in queries of something else.
    """
    return _last_at(WAITED_SINCE, scorecard or OuterRef("pk"))


def _last_at(actions: Iterable[SignOff], scorecard: OuterRef) -> Subquery:
    steps = SignOffStep.objects.filter(
        scorecard=scorecard, action__in=[step.value for step in actions]
    )
    return Subquery(steps.order_by("-at").values("at")[:1])


def standing() -> Case:
    """Return where the sign-off of scorecards stands, one `Standing` each, for an annotation.

    A query that was answered waits for the signature again; what is passed on stays so until the
    supplier answers. Months published long after their end are not asked for.
    """
    steps = SignOffStep.objects.filter(scorecard=OuterRef("pk"))
    happened = {step: Exists(steps.filter(action=step.value)) for step in TURNS}
    passed_on = steps.filter(action=SignOff.PASSED_ON.value)
    return Case(
        When(happened[SignOff.ACKNOWLEDGED], then=Value(Standing.SIGNED.value)),
        When(
            happened[SignOff.QUERIED] & ~happened[SignOff.REPLIED],
            then=Value(Standing.QUERIED.value),
        ),
        When(~can_sign(), then=Value(Standing.NOBODY.value)),
        When(~happened[SignOff.ASKED], then=Value(Standing.NOT_ASKED.value)),
        When(
            Exists(passed_on.filter(at__gte=waited_since(OuterRef("scorecard")))),
            then=Value(Standing.PASSED_ON.value),
        ),
        default=Value(Standing.WAITING.value),
        output_field=CharField(),
    )


def standing_of(scorecard: Scorecard) -> Standing:
    """Return where the sign-off of one version stands."""
    rows = Scorecard.objects.filter(pk=scorecard.pk).annotate(standing=standing())
    return Standing(rows.values_list("standing", flat=True).get())


def stands_since() -> Subquery:
    """Return since when the sign-off of scorecards stands where it does; None where never asked."""
    return _last_at(TURNS, OuterRef("pk"))


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
