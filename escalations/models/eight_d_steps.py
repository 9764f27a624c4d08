"""What an 8D consists of: steps with drafts and frozen revisions, moves, scores, files."""

from functools import reduce
from operator import or_
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from escalations import eight_d_enums as enums
from escalations.eight_d_workflow import (
    HANDED_IN,
    MILESTONES,
    STEPS,
    TRANSITIONS,
    WRITABLE,
    Action,
    Discipline,
    StepState,
    Subject,
)
from escalations.models.eight_d import EightD, rows_of
from escalations.models.episode import EpisodeRowQuerySet
from suppliers.models import User
from suppliers.models.evidence import random_key
from suppliers.models.lasting import append_only


def _quoted(values: Any) -> str:
    return ", ".join(sorted(f"'{value.value}'" for value in values))


def _steps_before() -> str:
    """Return each step and the one that must have been submitted first, as SQL rows."""
    pairs = ((one, one.before) for one in STEPS)
    return ", ".join(f"('{one.value}', '{before.value}')" for one, before in pairs if before)


class EightDRowQuerySet(EpisodeRowQuerySet):
    """Rows that hang on an 8D."""

    supplier_path = "eight_d__episode__supplier"
    plant_path = "eight_d__episode__plant"


class EightDStep(models.Model):
    """A step as it stands: its draft, and the state its moves led to.

    `version` grows with every save; whoever saves names the version they had seen, so that two
    people who write at once never overwrite each other unseen. A step nobody has begun has no row.
    """

    eight_d = models.ForeignKey(EightD, on_delete=models.PROTECT, related_name="steps")
    discipline = models.CharField(_("step"), max_length=8, choices=enums.DISCIPLINES)
    state = models.CharField(
        _("state"), max_length=12, choices=enums.STEP_STATES, default=StepState.DRAFT.value
    )
    content = models.JSONField(_("content"), default=dict)
    version = models.PositiveIntegerField(_("version"), default=1)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(_("saved at"))

    objects: models.Manager[Any] = EightDRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("8D step")
        verbose_name_plural = _("8D steps")
        constraints = [
            UniqueConstraint(fields=["eight_d", "discipline"], name="eight_d_step_once"),
            CheckConstraint(
                condition=Q(discipline__in=[one.value for one in Discipline]),
                name="eight_d_step_known",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="eight_d_step_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="eight_d_step_begins_as_draft",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__state__df=StepState.DRAFT.value),
                func=(
                    "RAISE check_violation USING MESSAGE = 'a step begins as a draft',"
                    " CONSTRAINT = 'eight_d_step_begins_as_draft';"
                ),
            ),
            # generated from the one table in eight_d_workflow.py
            pgtrigger.Trigger(
                name="eight_d_step_moves_by_the_table",
                operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
                func=(
                    f"IF (OLD.state, NEW.state) NOT IN ({rows_of(Subject.STEP)}) THEN"  # noqa: S608  # our own table
                    " RAISE check_violation USING MESSAGE = 'a step may not go from ' ||"
                    " OLD.state || ' to ' || NEW.state,"
                    " CONSTRAINT = 'eight_d_step_moves_by_the_table'; END IF;"
                    f" IF NEW.state = '{StepState.SUBMITTED.value}' AND EXISTS (SELECT 1 FROM"
                    f" (VALUES {_steps_before()}) AS known (step, before)"
                    " WHERE known.step = NEW.discipline AND NOT EXISTS (SELECT 1 FROM"
                    " escalations_eightdstep earlier WHERE earlier.eight_d_id = NEW.eight_d_id"
                    " AND earlier.discipline = known.before"
                    f" AND earlier.state IN ({_quoted(HANDED_IN)}))) THEN"
                    " RAISE check_violation USING MESSAGE = 'the step before has not been"
                    " submitted', CONSTRAINT = 'eight_d_step_in_order'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="eight_d_step_written_as_draft",
                operation=pgtrigger.UpdateOf("content"),  # type: ignore[no-untyped-call]
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__content__df=pgtrigger.F("new__content")),
                func=(
                    f"IF OLD.state NOT IN ({_quoted(WRITABLE)}) THEN RAISE check_violation"
                    " USING MESSAGE = 'a step that was submitted is not written any more',"
                    " CONSTRAINT = 'eight_d_step_written_as_draft'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.eight_d} {self.get_discipline_display()}"


class EightDRevision(models.Model):
    """What was submitted, as it was submitted; `files` lists names and hashes."""

    eight_d = models.ForeignKey(EightD, on_delete=models.PROTECT, related_name="revisions")
    discipline = models.CharField(_("step"), max_length=8, choices=enums.DISCIPLINES)
    number = models.PositiveIntegerField(_("revision"))
    content = models.JSONField(_("content"))
    files = models.JSONField(_("files"), default=list)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("submitted at"))
    on_behalf = models.BooleanField(_("on behalf of the supplier"), default=False)

    objects: models.Manager[Any] = EightDRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            UniqueConstraint(
                fields=["eight_d", "discipline", "number"], name="eight_d_revision_number_unique"
            ),
        ]
        triggers = append_only("eight_d_revision_append_only")

    def __str__(self) -> str:
        return f"{self.eight_d} {self.get_discipline_display()} #{self.number}"

    def get_absolute_url(self) -> str:
        """Return the address of the frozen revision."""
        return reverse("eight_d_revision", args=[self.eight_d.number, self.discipline, self.number])


def _in_the_table() -> Q:
    """Rows that repeat a move of eight_d_workflow.py: subject, action, from, to."""
    rows = [
        Q(
            subject=row.subject.value,
            action=row.action.value,
            from_state__in=sorted(row.from_states) or [""],
            to_state=row.to_state.value,
        )
        for row in TRANSITIONS
    ]
    return reduce(or_, rows)


class EightDMove(models.Model):
    """One move of an 8D: who, when, why; messages hang on it.

    `on` is the day of it in the 8D's calendar, by which the clocks run; `until` the date asked
    for or granted.
    """

    eight_d = models.ForeignKey(EightD, on_delete=models.PROTECT, related_name="moves")
    number = models.PositiveIntegerField(_("number"))
    subject = models.CharField(_("what"), max_length=12, choices=enums.SUBJECTS)
    discipline = models.CharField(_("step"), max_length=8, choices=enums.DISCIPLINES, blank=True)
    action = models.CharField(_("action"), max_length=8, choices=enums.ACTIONS)
    from_state = models.CharField(_("from"), max_length=12, choices=enums.STATES, blank=True)
    to_state = models.CharField(_("to"), max_length=12, choices=enums.STATES)
    at = models.DateTimeField(_("at"))
    on = models.DateField(_("on"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on_behalf = models.BooleanField(_("on behalf of the supplier"), default=False)
    comment = models.TextField(_("comment"), blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    revision = models.ForeignKey(
        EightDRevision, on_delete=models.PROTECT, null=True, blank=True, related_name="moves"
    )

    objects: models.Manager[Any] = EightDRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("move of an 8D")
        verbose_name_plural = _("moves of 8Ds")
        constraints = [
            UniqueConstraint(fields=["eight_d", "number"], name="eight_d_move_number_unique"),
            CheckConstraint(condition=_in_the_table(), name="eight_d_move_in_the_table"),
            CheckConstraint(
                condition=Q(subject=Subject.REPORT.value, discipline="")
                | Q(subject=Subject.STEP.value) & ~Q(discipline="")
                | Q(
                    subject=Subject.EXTENSION.value,
                    discipline__in=[one.value for one in MILESTONES],
                ),
                name="eight_d_move_about_its_step",
            ),
            CheckConstraint(
                condition=Q(action__in=[Action.ASK.value, Action.GRANT.value], until__isnull=False)
                | ~Q(action__in=[Action.ASK.value, Action.GRANT.value]) & Q(until__isnull=True),
                name="eight_d_move_until_iff_extension",
            ),
        ]
        triggers = append_only("eight_d_move_append_only")

    def __str__(self) -> str:
        return f"{self.eight_d} #{self.number}"


class EightDScore(models.Model):
    """Points for the ten criteria from one side; the newest of a side is in force."""

    eight_d = models.ForeignKey(EightD, on_delete=models.PROTECT, related_name="scores")
    side = models.CharField(_("side"), max_length=8, choices=enums.SIDES)
    points = models.JSONField(_("points"))
    comment = models.TextField(_("comment"), blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects: models.Manager[Any] = EightDRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("score of an 8D")
        verbose_name_plural = _("scores of 8Ds")
        constraints = [
            CheckConstraint(
                condition=Q(side__in=[side for side, _name in enums.SIDES]),
                name="eight_d_score_side_known",
            ),
        ]
        triggers = append_only("eight_d_score_append_only")

    def __str__(self) -> str:
        return f"{self.eight_d} {self.get_side_display()}"


class EightDFile(models.Model):
    """A file attached to a step; what is attached stays."""

    eight_d = models.ForeignKey(EightD, on_delete=models.PROTECT, related_name="files")
    discipline = models.CharField(_("step"), max_length=8, choices=enums.DISCIPLINES)
    file = models.FileField(_("file"), upload_to=random_key)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), db_default=Now())

    objects: models.Manager[Any] = EightDRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an 8D")
        verbose_name_plural = _("files of 8Ds")
        constraints = [
            UniqueConstraint(
                fields=["eight_d", "discipline", "sha256"], name="eight_d_file_once_per_step"
            ),
        ]
        triggers = append_only("eight_d_file_append_only")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address that gives the file to whoever may see the 8D."""
        return reverse("eight_d_file", args=[self.eight_d.number, self.pk])
