"""The form of the 8D's working days: a row per severity, a field per date."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.deadlines import MOST_DAYS, Allowance
from escalations.queries.clock_versions import SEVERITIES, severity_name
from suppliers.forms.quantities import reason_field

DATES = {"d3": "D3", "d5": "D4–D5", "d6": "D6", "d8": "D8"}


@dataclass(frozen=True, kw_only=True)
class SeverityRow:
    """A line of the table: the four fields of a severity, and what is wrong with them together."""

    name: str
    fields: list[Any]
    errors: list[str]


class ClockForm(forms.Form):
    """Working days from the request, by severity."""

    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    reason = reason_field(_("Why"), help_text=_("Stays with the version for ever."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for severity in SEVERITIES:
            for date, name in DATES.items():
                field = forms.IntegerField(min_value=1, max_value=MOST_DAYS, label=name)
                field.widget.attrs["aria-label"] = f"{severity_name(severity)}: {name}"
                self.fields[_key(severity, date)] = field

    @staticmethod
    def begun(by_severity: Mapping[str, Allowance], *, seen: int) -> dict[str, Any]:
        """Return what the form begins with."""
        days = {
            _key(severity, date): getattr(one, date)
            for severity, one in by_severity.items()
            for date in DATES
        }
        return {"seen": seen, **days}

    @property
    def rows(self) -> Iterator[SeverityRow]:
        """The lines of the table."""
        for severity in SEVERITIES:
            yield SeverityRow(
                name=severity_name(severity),
                fields=[self[_key(severity, date)] for date in DATES],
                errors=list(self.together.get(severity or "unknown", [])),
            )

    @property
    def by_severity(self) -> dict[str, Allowance]:
        """What was typed in."""
        given = self.cleaned_data
        return {
            severity: Allowance(**{date: given[_key(severity, date)] for date in DATES})
            for severity in SEVERITIES
        }

    @property
    def together(self) -> dict[str, list[str]]:
        """What a service said of a severity's days; kept beside the fields."""
        found: dict[str, list[str]] = getattr(self, "_together", {})
        return found

    def refuse(self, problems: Mapping[str, list[str]]) -> None:
        """Show what a service refused: at the reason, or at a severity's line."""
        self._together = {name: said for name, said in problems.items() if name != "reason"}
        for said in problems.get("reason", []):
            self.add_error("reason", said)


def _key(severity: str, date: str) -> str:
    return f"{severity or 'unknown'}_{date}"
