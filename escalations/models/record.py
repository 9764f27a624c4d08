"""Rules on single records: which rejects wait to be judged, what was found, which case it hit."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from escalations import enums
from escalations.enums import RecordReason
from escalations.models.episode import Episode, EpisodeRowQuerySet
from escalations.models.policy import Rule
from suppliers.enums import Severity
from suppliers.models import DefectCode, Part, Plant, Reject, Supplier
from suppliers.models.corrections import track_corrections
from suppliers.models.lasting import append_only
from suppliers.models.tenancy import TenantQuerySet


class RejectToJudge(models.Model):
    """A reject that was written, corrected or removed; the database marks it by itself.

    Judging it removes the mark in the same transaction. No unique key: two writers of one
    reject must not wait for each other here.
    """

    reject = models.ForeignKey(
        Reject, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("reject to judge")
        verbose_name_plural = _("rejects to judge")

    def __str__(self) -> str:
        return str(self.reject_id)


class RecordJudgement(models.Model):
    """One rule applied to one reject; appended again only when the reject was changed.

    What was looked at is copied, so that the row reads by itself and outlives the reject, which
    an import may take back. `found` says what it was compared with: earlier incidents counted,
    the closed 8D it repeats, the controlled shipping it escaped.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="record_judgements")
    reject = models.ForeignKey(
        Reject, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    number = models.PositiveIntegerField(_("number"))
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+")
    complaint = models.CharField(_("complaint number"), max_length=120)
    detected_on = models.DateField(_("detected on"))
    severity = models.CharField(_("severity"), max_length=20, choices=Severity)
    defect_code = models.ForeignKey(DefectCode, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("suspect (pieces)"), max_digits=15, decimal_places=3)
    found = models.JSONField(_("compared with"), default=dict)
    level = models.CharField(_("level"), max_length=20, choices=enums.LEVELS, blank=True)
    fired = models.BooleanField(_("fired"))
    reason = models.CharField(_("reason"), max_length=24, choices=RecordReason)
    judged_at = models.DateTimeField(_("judged at"))

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("judgement of a reject")
        verbose_name_plural = _("judgements of rejects")
        constraints = [
            UniqueConstraint(
                fields=["reject", "rule", "number"], name="record_judgement_number_unique"
            ),
            CheckConstraint(
                condition=Q(fired=True, reason=RecordReason.FIRED) & ~Q(level="")
                | Q(fired=False) & ~Q(reason=RecordReason.FIRED),
                name="record_judgement_fired_iff_reason_says_so",
            ),
        ]
        indexes = [Index(fields=["supplier", "detected_on"], name="record_judgement_supplier")]
        triggers = append_only("record_judgement_append_only")

    def __str__(self) -> str:
        return f"{self.complaint} {self.rule_id} #{self.number}"


class RecordHitQuerySet(EpisodeRowQuerySet):
    """Rejects of cases; each is its plant's."""

    plant_path = "judgement__plant"
    plant_optional = False


@track_corrections
class RecordHit(models.Model):
    """A reject that a case is about; `judgement` is its newest evidence."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="record_hits")
    reject = models.ForeignKey(
        Reject, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+")
    judgement = models.ForeignKey(RecordJudgement, on_delete=models.PROTECT, related_name="hits")
    breaching = models.BooleanField(_("still calls for it"), default=True)
    joined_at = models.DateTimeField(_("joined at"))

    objects: models.Manager[Any] = RecordHitQuerySet.as_manager()

    class Meta:
        verbose_name = _("reject of a case")
        verbose_name_plural = _("rejects of cases")
        constraints = [
            UniqueConstraint(fields=["rule", "reject", "episode"], name="record_hit_once_a_case"),
        ]

    def __str__(self) -> str:
        return f"{self.episode} {self.judgement_id}"
