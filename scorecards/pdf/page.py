"""A sheet as the HTML page that becomes the PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from scorecards.charts import Layout, MonthlyChart
from scorecards.pdf.fit import ALL, FULL, Control, Fit, Size
from scorecards.pdf.paper import Paper
from scorecards.pdf.room import CHART_WIDTH, Contents, Room, share
from scorecards.queries.changed_rows import changed_rows
from scorecards.queries.control_picture import frozen_picture
from scorecards.queries.judged_causes import judged_parts
from scorecards.queries.score_block import ScoreBlock, score_block
from scorecards.queries.sheet import Sheet
from scorecards.queries.sheet_blocks import SheetBlock, sheet_blocks
from scorecards.templatetags.figures import draw_monthly


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a reader has to know before the figures; `tone` is a status word of the styles."""

    tone: str
    title: str
    text: str


# Flat, beside its words: what matters is which points lie outside.
CONTROL: Final = Layout(width=440, height=112, text=11, strip=26, short=True)
# Of the picture's table: lower and upper limit; values stand above, the centre on its line.
LOWER: Final = 4
LIMIT_COLUMNS: Final = (LOWER, 6)


NEWEST_SIGNALS: Final = 2
# Of the detail's chart by month where room is scarce; flatter, its words would meet.
SMALL_HEIGHT: Final = 140.0
# The reason of a restatement in the detail, beside what the first page says of it.
TIMES_AS_LONG: Final = 5


def page_html(
    sheet: Sheet,
    *,
    language: str | None = None,
    paper: Paper = Paper.A4,
    fit: Fit = FULL,
) -> str:
    """Return the complete page, in the installation's language unless another is named.

    `fit` says how much of what a crowded sheet has is printed.
    """
    with translation.override(language or settings.LANGUAGE_CODE):
        return render_to_string("pdf/scorecard.html", _context(sheet, paper, fit))


def _context(sheet: Sheet, paper: Paper, fit: Fit) -> dict[str, Any]:
    notices, blocks = _notices(sheet, fit), sheet_blocks(sheet.overview)
    score = score_block(sheet.overview.score, month=sheet.overview.month)
    gates = score.gates if score else ()
    room = _room(sheet, notices, blocks, score, paper, fit)
    changed = changed_rows(sheet.changes, month=sheet.overview.month)
    return {
        "sheet": sheet,
        "overview": sheet.overview,
        "notices": notices,
        "score": score,
        "letter": paper is Paper.LETTER,
        "blocks": [
            {
                "block": block,
                "chart": _chart(block, room.chart_height) if block.shows_chart else None,
                "detail_chart": _detail_chart(block, room, fit),
            }
            for block in blocks
        ],
        "judged_parts": judged_parts(sheet.overview),
        "most": room.most_rows,
        "gates": gates[: fit.gates],
        "gates_left": len(gates[fit.gates :]),
        "fit": fit,
        "detail_rows": ALL if fit.rows is None else fit.rows,
        "changed": changed[: fit.shown(len(changed))],
        "changed_in_all": len(changed),
        "reason": _reason_in_detail(sheet, fit),
        **_control(sheet, fit),
        "site_url": settings.SITE_URL,
    }


def _reason_in_detail(sheet: Sheet, fit: Fit) -> str:
    """Return the reason of a restatement that the first page does not say in full."""
    if len(sheet.reason) <= fit.words:
        return ""
    return Truncator(sheet.reason).chars(fit.words * TIMES_AS_LONG)


def _notices(sheet: Sheet, fit: Fit) -> list[Notice]:
    found = []
    if sheet.preliminary:
        text = _("Live figures that may still change; nothing follows from them yet.")
        found.append(Notice(tone="watch", title=_("Preliminary – not published."), text=text))
    if sheet.superseded_by is not None:
        title = _("Superseded by version %(version)d.") % {"version": sheet.superseded_by}
        text = _("Kept as it was published; use the newer version.")
        found.append(Notice(tone="bad", title=title, text=text))
    if sheet.reason:
        text = Truncator(sheet.reason).chars(fit.words)
        found.append(Notice(tone="watch", title=_("Restated:"), text=text))
    return found


def _room(
    sheet: Sheet,
    notices: Sequence[Notice],
    blocks: Sequence[SheetBlock],
    score: ScoreBlock | None,
    paper: Paper,
    fit: Fit,
) -> Room:
    overview = sheet.overview
    return share(
        Contents(
            title=overview.supplier.name,
            notices=(
                *(score.gates[: fit.gates] if score else ()),
                *(f"{notice.title} {notice.text}" for notice in notices),
            ),
            score_rows=len(score.rows) if score else 0,
            sheet_mm=paper.height_mm,
            dense=fit.dense,
            said=tuple(f"{block.said} {block.called}" for block in blocks),
            notes=sum(block.provisional for block in blocks),
            upper_rows=max(len(overview.defects), len(overview.cases)),
            lower_rows=max(len(overview.certificates), len(sheet.expectations)),
        ),
        at_most=fit.front_rows,
    )


def _detail_chart(block: SheetBlock, room: Room, fit: Fit) -> MonthlyChart | None:
    """Draw a metric that the first page has no chart of; None where there is no room."""
    if block.external or not block.drawn or fit.series is Size.LEFT_OUT:
        return None
    small = fit.series is Size.SMALL
    return _chart(block, min(SMALL_HEIGHT, room.chart_height) if small else room.chart_height)


def _chart(block: SheetBlock, height: float) -> MonthlyChart:
    """Draw what the page draws, at the height that is left, with text for a smaller sheet."""
    layout = Layout(width=CHART_WIDTH, height=height, text=12, strip=26)
    return draw_monthly(block.months, block.limits, layout=layout, rolling_name=block.rolling_name)


def _control(sheet: Sheet, fit: Fit) -> dict[str, Any]:
    """Give the drawing, its limits by month, and its signals in words; the newest where dense."""
    frozen = sheet.overview.control
    if frozen is None or fit.control is Control.LEFT_OUT:
        return {}
    picture = frozen_picture(frozen, layout=CONTROL)
    oldest_first = picture.rows[::-1]
    signals = [f"{row[0].text}: {row[-1].text}." for row in oldest_first if row[-1].text]
    return {
        "control_told": True,
        "control": picture if fit.control is Control.DRAWN else None,
        "control_lines": [
            (picture.header[column], [row[column].text for row in oldest_first])
            for column in LIMIT_COLUMNS
            if column != LOWER or any(month.lower for month in frozen.months)
        ],
        "control_signals": signals[-NEWEST_SIGNALS:] if fit.dense else signals,
    }
