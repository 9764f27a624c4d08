"""The Pareto of a scope with its choices: what is asked for, its drawing, and its tabs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final, TypeVar

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scorecards.enums import CauseKind, CauseMeasure
from scorecards.periods import Month, Window
from scorecards.pictures.causes import CauseLine, causes_picture, money_text
from scorecards.pictures.figure import Picture, quantity_text
from scorecards.queries.cause_question import (
    CauseQuestion,
    Reported,
    UnreportedCurrencyError,
    in_currency,
    kinds_of,
    reported,
)
from scorecards.queries.cause_records import openable
from scorecards.queries.cause_table import CauseCount, CauseTable, cause_table
from scorecards.queries.scopes import Scope, causes_address
from scorecards.views.figures import WINDOWS
from suppliers.enums import Severity

# How many causes the page of a supplier, plant or part draws by themselves; the table names all.
MOST_ON_PAGE: Final = 5
# What of an address says which causes, and which page of their records.
OF_RECORDS: Final = ("cause", "beyond", "page")
BY: Final[dict[CauseKind, Any]] = {
    CauseKind.DEFECT_CODE: gettext_lazy("by defect code"),
    CauseKind.SUPPLIER: gettext_lazy("by supplier"),
    CauseKind.PART: gettext_lazy("by part"),
    CauseKind.PLANT: gettext_lazy("by plant"),
    CauseKind.DETECTION_POINT: gettext_lazy("by detection point"),
    CauseKind.MACHINE: gettext_lazy("by machine"),
    CauseKind.SHIFT: gettext_lazy("by shift"),
}
Choice = TypeVar("Choice", Window, CauseKind, CauseMeasure)


@dataclass(frozen=True, kw_only=True)
class CausePanel:
    """The Pareto with its choices, as `scorecards/parts/causes.html` shows it.

    `unreported` says that nobody reported the currency that was asked for; then no cause is shown.
    """

    table: CauseTable
    picture: Picture
    ways: Sequence[dict[str, Any]]
    measures: Sequence[dict[str, Any]]
    currencies: Sequence[dict[str, Any]]
    unreported: str
    url: str

    @property
    def by_incidents(self) -> bool:
        """Whether incidents are counted, not pieces."""
        return self.table.asked.measure is CauseMeasure.INCIDENTS

    @property
    def by_cost(self) -> bool:
        """Whether costs are added."""
        return self.table.asked.measure is CauseMeasure.COST

    @property
    def cost(self) -> str:
        """What all causes cost, with the currency."""
        return f"{money_text(self.table.total)} {self.table.asked.currency}"

    @property
    def pieces(self) -> int:
        """How many pieces all causes have, a fraction as a whole, for its grammatical number."""
        return ceil(self.table.total)

    @property
    def incidents(self) -> int:
        """How many incidents all causes have."""
        return sum(cause.incidents for cause in self.table.causes)


def cause_panel(
    request: HttpRequest, asked: CauseQuestion, *, most: int = MOST_ON_PAGE
) -> CausePanel:
    """Return the Pareto of a question, in the currency of the address, with its choices.

    Machine, shift and cost are offered where they are reported, or were asked for.
    """
    known, unreported = reported(asked), ""
    try:
        asked = in_currency(asked, request.GET.get("currency", ""))
    except UnreportedCurrencyError as error:
        unreported = error.message
    table = cause_table(asked)
    opened = openable(table, user=request.user)
    address = f"{causes_address(asked.scope, month=asked.end)}?{query_of(asked).urlencode()}"
    lines = [_line(asked, cause, address if cause.key in opened else "") for cause in table.causes]
    return CausePanel(
        table=table,
        picture=causes_picture(
            lines,
            measure=asked.measure,
            currency=asked.currency,
            of_what=str(asked.by.label),
            title=_title(asked),
            most=most,
            rest_url=f"{address}&beyond={most}#rows",
        ),
        ways=tabs_of(request, "by", _ways(asked, known), asked.by, place="#causes"),
        measures=tabs_of(
            request, "measure", _measures(asked, known), asked.measure, place="#causes"
        ),
        currencies=tabs_of(
            request,
            "currency",
            [(one, one) for one in known.currencies],
            asked.currency,
            place="#causes",
        )
        if asked.measure is CauseMeasure.COST and (unreported or len(known.currencies) > 1)
        else [],
        unreported=unreported,
        url=address,
    )


def _ways(asked: CauseQuestion, known: Reported) -> list[tuple[str, Any]]:
    offered = {CauseKind.MACHINE: known.machine, CauseKind.SHIFT: known.shift}
    return [
        (one.value, one.label)
        for one in kinds_of(asked.scope)
        if offered.get(one, True) or one is asked.by
    ]


def _measures(asked: CauseQuestion, known: Reported) -> list[tuple[str, Any]]:
    offered = {CauseMeasure.COST: bool(known.currencies)}
    return [
        (one.value, one.label)
        for one in CauseMeasure
        if offered.get(one, True) or one is asked.measure
    ]


def asked_causes(request: HttpRequest, scope: Scope, month: Month) -> CauseQuestion:
    """Return what the address asks for, over the twelve months that a page of the scope shows."""
    return CauseQuestion(
        scope=scope,
        end=month,
        by=_choice(kinds_of(scope), request.GET.get("by"), kinds_of(scope)[0]),
        measure=_choice(CauseMeasure, request.GET.get("measure"), CauseMeasure.PIECES),
    )


def question_of(request: HttpRequest, scope: Scope, month: Month) -> CauseQuestion:
    """Return what the address asks for, over the window that it names."""
    window = _choice(Window, request.GET.get("window"), Window.ROLLING_12)
    return replace(asked_causes(request, scope, month), window=window)


def tabs_of(
    request: HttpRequest,
    name: str,
    choices: Iterable[tuple[str, Any]],
    current: str,
    *,
    place: str,
) -> list[dict[str, Any]]:
    """Return links that keep the rest of the address but the records it opens."""
    query = request.GET.copy()
    for other in OF_RECORDS:
        query.pop(other, None)
    found = []
    for value, label in choices:
        query[name] = str(value)
        found.append(
            {
                "label": label,
                "url": f"?{query.urlencode()}{place}",
                "active": value == current,
                "count": None,
            }
        )
    return found


def query_of(asked: CauseQuestion) -> QueryDict:
    """Return the parameters of an address that asks the same."""
    query = QueryDict(mutable=True)
    query.update(
        {"by": asked.by.value, "measure": asked.measure.value, "window": asked.window.value}
    )
    if asked.currency:
        query["currency"] = asked.currency
    return query


def _choice(offered: Iterable[Choice], value: str | None, usual: Choice) -> Choice:
    """Return what was chosen; what nobody offers is taken for the usual."""
    return next((one for one in offered if one.value == value), usual)


def _line(asked: CauseQuestion, cause: CauseCount, address: str) -> CauseLine:
    query = QueryDict(mutable=True)
    query["cause"] = cause.key
    return CauseLine(
        label=label_of(asked.by, cause),
        value=cause.value,
        share=cause.share,
        reached=cause.reached,
        pieces=cause.pieces,
        incidents=cause.incidents,
        cost=cause.cost,
        worst=str(Severity(cause.worst).label),
        severity=", ".join(
            f"{quantity_text(count)}\u00a0×\u00a0{severity.label}"
            for severity, count in cause.severities
        ),
        url=f"{address}&{query.urlencode()}#rows" if address else "",
    )


def label_of(by: CauseKind, cause: CauseCount) -> str:
    """Return what a cause is called on a page."""
    if by is CauseKind.DETECTION_POINT:
        return cause.name
    if not cause.key:
        return _("not reported")
    label = f"{cause.key} {cause.name}".strip()
    if not cause.numbers:
        return label
    numbers = ", ".join(cause.numbers)
    return _("%(name)s, with %(numbers)s") % {"name": label, "numbers": numbers}


def _title(asked: CauseQuestion) -> str:
    words = {
        "measure": asked.measure.label,
        "cause": BY[asked.by],
        "window": WINDOWS[asked.window],
    }
    return _("%(measure)s %(cause)s, %(window)s") % words
