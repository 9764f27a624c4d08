"""Rows that must agree with each other, checked before the database would refuse them.

Django leaves constraints that name the parent out of an inline row's own validation.
"""

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    Base = BaseInlineFormSet[Any, Any, Any]
else:  # Django's own class takes no type parameters when it runs
    Base = BaseInlineFormSet


class Together(Base):
    """Rows of one record, taken together."""

    def kept(self) -> list[dict[str, Any]]:
        """Return the values of the rows that are valid and not to be deleted."""
        return [
            form.cleaned_data
            for form in self.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]


class Periods(Together):
    """Rows whose periods may not overlap."""

    def clean(self) -> None:
        """Refuse overlapping periods."""
        super().clean()
        periods = [row["during"] for row in self.kept() if row.get("during") is not None]
        periods.sort(key=lambda period: (period.lower is not None, period.lower))
        if any(overlap(one, other) for one, other in pairwise(periods)):
            raise ValidationError(_("The dates overlap: end one entry where the next begins."))


def overlap(earlier: DateRange, later: DateRange) -> bool:
    """Whether a period reaches into one that begins no earlier; ends are excluded."""
    return earlier.upper is None or later.lower is None or later.lower < earlier.upper


class Contacts(Together):
    """People who answer for a supplier: one per responsibility, the others are deputies."""

    def clean(self) -> None:
        """Refuse two principals."""
        super().clean()
        principals = Counter(
            row.get("responsibility") for row in self.kept() if not row.get("is_deputy")
        )
        if any(number > 1 for number in principals.values()):
            raise ValidationError(
                _(
                    "One person is responsible for quality and one for purchasing; mark the others "
                    "as deputies."
                )
            )
