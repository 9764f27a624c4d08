"""The sign-off of a published scorecard: every step a row that is never changed."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from scorecards.models.scorecard import SHORTEST_REASON, Scorecard
from scorecards.sign_off_steps import ANSWERS, STATED, SignOff
from suppliers.models import User
from suppliers.models.lasting import append_only
from suppliers.models.tenancy import TenantQuerySet

STEPS = [
    (SignOff.ASKED.value, _("Sign-off asked for")),
    (SignOff.VIEWED.value, _("Viewed")),
    (SignOff.REMINDED.value, _("Reminded")),
    (SignOff.REMINDED_AGAIN.value, _("Reminded again")),
    (SignOff.PASSED_ON.value, _("Passed on to purchasing")),
    (SignOff.QUERIED.value, _("Queried")),
    (SignOff.REPLIED.value, _("Query answered")),
    (SignOff.ACKNOWLEDGED.value, _("Signed")),
]
# What was signed is what was published, whoever inserts.
SAME_HASH = (
    "IF NEW.sha256 <> (SELECT sha256 FROM scorecards_scorecard WHERE id = NEW.scorecard_id) THEN "
    "RAISE check_violation USING MESSAGE = 'the hash is not that of the published scorecard',"
    " CONSTRAINT = 'sign_off_of_what_was_published'; END IF; RETURN NEW;"
)


class SignOffQuerySet(TenantQuerySet):
    """Steps of sign-offs; they are as visible as their scorecard."""

    supplier_path = "scorecard__supplier"


class SignOffStep(models.Model):
    """One step of a version's sign-off; `name` and `statement` are what somebody wrote."""

    scorecard = models.ForeignKey(
        Scorecard, on_delete=models.PROTECT, related_name="sign_off_steps"
    )
    action = models.CharField(_("step"), max_length=16, choices=STEPS)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    statement = models.TextField(_("statement"), blank=True, default="")
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects: models.Manager[Any] = SignOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-off step")
        verbose_name_plural = _("sign-off steps")
        constraints = [
            UniqueConstraint(fields=["scorecard", "action"], name="sign_off_step_once"),
            CheckConstraint(
                condition=Q(action__in=[step.value for step in SignOff]),
                name="sign_off_step_known",
            ),
            CheckConstraint(
                condition=~Q(action__in=sorted(step.value for step in ANSWERS | STATED))
                | Q(by__isnull=False) & ~Q(name=""),
                name="sign_off_answered_by_name",
            ),
            CheckConstraint(
                condition=~Q(action__in=sorted(step.value for step in STATED))
                | Q(GreaterThanOrEqual(Length(Trim("statement")), SHORTEST_REASON)),
                name="sign_off_query_with_statement",
            ),
        ]
        triggers = [
            *append_only("sign_off_append_only"),
            pgtrigger.Trigger(
                name="sign_off_of_what_was_published",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=SAME_HASH,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id} {self.action}"
