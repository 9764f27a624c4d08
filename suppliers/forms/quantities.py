"""Fields for pieces and reasons, as several forms have them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LIMIT = Decimal(999_999_999_999)
REASON = 2_000


class PiecesField(forms.DecimalField):
    """Pieces, 0 or more, with up to three decimals; an empty optional one is 0."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", 0)
        super().__init__(max_value=LIMIT, max_digits=15, decimal_places=3, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> Decimal:
        """Return the pieces."""
        cleaned: Decimal | None = super().clean(value)
        return Decimal(0) if cleaned is None else cleaned

    def prepare_value(self, value: Any) -> Any:
        """Write 12 and not 12.000."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


WHY = _("Reason")


def reason_field(label: Any = WHY, **options: Any) -> forms.CharField:
    """Return a field for why; it stays with the record."""
    options.setdefault("help_text", _("Stays with the record for ever. The supplier can read it."))
    return forms.CharField(
        label=label,
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        **options,
    )
