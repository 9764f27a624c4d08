"""A month as the API reads and writes it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from scorecards.periods import InvalidMonthError, Month

# As in the addresses of pages: centuries with cars.
EARLIEST, LATEST = 1900, 2200


class MonthField(serializers.CharField):
    """A calendar month, written like 2026-03."""

    def to_internal_value(self, data: Any) -> Any:
        """Read the month."""
        try:
            return Month.parse(super().to_internal_value(data))
        except InvalidMonthError as error:
            raise serializers.ValidationError(_("Write a month like 2026-03.")) from error

    def to_representation(self, value: Any) -> str:
        """Write the month of its first day."""
        return str(Month.of(value))
