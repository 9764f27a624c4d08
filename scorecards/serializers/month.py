"""A month as the API reads and writes it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from scorecards.periods import EARLIEST, LATEST, InvalidMonthError, Month


class MonthField(serializers.CharField):
    """A calendar month, written like 2026-03; of those that pages have addresses for."""

    def to_internal_value(self, data: Any) -> Any:
        """Read the month."""
        try:
            month = Month.parse(super().to_internal_value(data))
        except InvalidMonthError as error:
            raise serializers.ValidationError(_("Write a month like 2026-03.")) from error
        if not EARLIEST <= month <= LATEST:
            text = _("Write a month from %(first)s to %(last)s.")
            raise serializers.ValidationError(text % {"first": EARLIEST, "last": LATEST})
        return month

    def to_representation(self, value: Any) -> str:
        """Write the month of its first day."""
        return str(Month.of(value))
