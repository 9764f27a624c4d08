"""What makes the grade of suppliers C in a month: the state at its end, not that of today."""

from collections.abc import Collection, Mapping, Sequence

from scorecards.cases import OpenCase, open_cases
from scorecards.periods import Month
from scorecards.queries.certificates import Certificates
from scorecards.queries.identity import CertificateFacts
from scorecards.queries.scores import gates
from scorecards.scoring import GateHit

Held = tuple[Mapping[int, Sequence[OpenCase]], Mapping[int, Sequence[CertificateFacts]]]


class Gates:
    """The gates of some suppliers, with a fixed number of queries a month."""

    def __init__(
        self, supplier_ids: Collection[int], *, certificates: Certificates | None = None
    ) -> None:
        """Read what does not depend on the month; whoever asks has chosen the suppliers."""
        self._ids = list(supplier_ids)
        self._certificates = certificates or Certificates(self._ids)
        self._months: dict[Month, Held] = {}

    def of(self, supplier_id: int, month: Month) -> tuple[GateHit, ...]:
        """Return the gates of a supplier at a month's end."""
        if month not in self._months:
            day = month.last_day
            self._months[month] = open_cases(self._ids, on=day), self._certificates.on(day)
        cases, certificates = self._months[month]
        return gates(
            month,
            cases=cases.get(supplier_id, ()),
            certificates=certificates.get(supplier_id, ()),
        )
