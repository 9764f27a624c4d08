"""A sheet as the HTML page that becomes the PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from scorecards.charts import Layout, MonthlyChart
from scorecards.pdf.paper import Paper
from scorecards.pdf.room import CHART_WIDTH, Contents, Room, share
from scorecards.queries.control_picture import frozen_picture
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


class Control(Enum):
    """How much of a control chart a page has room for: all, its signals in words, nothing."""

    DRAWN = "drawn"
    TOLD = "told"
    LEFT_OUT = "left out"


def page_html(
    sheet: Sheet,
    *,
    language: str | None = None,
    paper: Paper = Paper.A4,
    control: Control = Control.DRAWN,
) -> str:
    """Return the complete page, in the installation's language unless another is named.

    `control` says how much room a control chart gets that the sheet has.
    """
    with translation.override(language or settings.LANGUAGE_CODE):
        return render_to_string("pdf/scorecard.html", _context(sheet, paper, control=control))


def _context(sheet: Sheet, paper: Paper, *, control: Control) -> dict[str, Any]:
    notices, blocks = _notices(sheet), sheet_blocks(sheet.overview)
    score = score_block(sheet.overview.score, month=sheet.overview.month)
    room = _room(sheet, notices, blocks, score, paper)
    return {
        "sheet": sheet,
        "overview": sheet.overview,
        "notices": notices,
        "score": score,
        "letter": paper is Paper.LETTER,
        "blocks": [{"block": block, "chart": _chart(block, room)} for block in blocks],
        "most": room.most_rows,
        **_control(sheet, control),
        "site_url": settings.SITE_URL,
    }


def _notices(sheet: Sheet) -> list[Notice]:
    found = []
    if sheet.preliminary:
        text = _("Live figures that may still change; nothing follows from them yet.")
        found.append(Notice(tone="watch", title=_("Preliminary – not published."), text=text))
    if sheet.superseded_by is not None:
        title = _("Superseded by version %(version)d.") % {"version": sheet.superseded_by}
        text = _("Kept as it was published; use the newer version.")
        found.append(Notice(tone="bad", title=title, text=text))
    if sheet.reason:
        found.append(Notice(tone="watch", title=_("Restated:"), text=sheet.reason))
    return found


def _room(
    sheet: Sheet,
    notices: Sequence[Notice],
    blocks: Sequence[SheetBlock],
    score: ScoreBlock | None,
    paper: Paper,
) -> Room:
    overview = sheet.overview
    return share(
        Contents(
            title=overview.supplier.name,
            notices=(
                *(score.gates if score else ()),
                *(f"{notice.title} {notice.text}" for notice in notices),
            ),
            score_rows=len(score.rows) if score else 0,
            sheet_mm=paper.height_mm,
            said=tuple(f"{block.said} {block.called}" for block in blocks),
            notes=sum(block.provisional for block in blocks),
            upper_rows=max(len(overview.defects), len(overview.cases)),
            lower_rows=max(len(overview.certificates), len(sheet.expectations)),
        )
    )


def _chart(block: SheetBlock, room: Room) -> MonthlyChart:
    """Draw what the page draws, at the height that is left, with text for a smaller sheet."""
    layout = Layout(width=CHART_WIDTH, height=room.chart_height, text=12, strip=26)
    return draw_monthly(block.months, block.limits, layout=layout, rolling_name=block.rolling_name)


def _control(sheet: Sheet, shown: Control) -> dict[str, Any]:
    """Give the drawing, its limits by month, and its signals in words."""
    frozen = sheet.overview.control
    if frozen is None or shown is Control.LEFT_OUT:
        return {}
    picture = frozen_picture(frozen, layout=CONTROL)
    oldest_first = picture.rows[::-1]
    return {
        "control_told": True,
        "control": picture if shown is Control.DRAWN else None,
        "control_lines": [
            (picture.header[column], [row[column].text for row in oldest_first])
            for column in LIMIT_COLUMNS
            if column != LOWER or any(month.lower for month in frozen.months)
        ],
        "control_signals": [
            f"{row[0].text}: {row[-1].text}." for row in oldest_first if row[-1].text
        ],
    }
