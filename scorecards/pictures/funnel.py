"""Suppliers side by side as a picture: the funnel around the common rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from scorecards.charts import NARROW, WIDE, Drawing, FunnelDot, FunnelLine, funnel_chart
from scorecards.formulas.funnel import LEVELS, bands_at
from scorecards.formulas.quantities import MILLION, Quantity
from scorecards.pictures.figure import Cell, Picture, compact_text, ppm_text, quantity_text

STEPS = 48
# Of more suppliers than these the table tells those outside; a list of all stands beside it.
MOST_ROWS = 200
KINDS = ("band-95", "band-998")


@dataclass(frozen=True, kw_only=True)
class FunnelSupplier:
    """One supplier in words: its counts, and whether it lies outside."""

    code: str
    name: str
    counted: Quantity
    volume: Quantity
    outside: bool
    url: str = ""

    @property
    def rate(self) -> Fraction:
        """Counted ÷ volume."""
        return Fraction(self.counted) / Fraction(self.volume)


def funnel_picture(
    suppliers: Sequence[FunnelSupplier], *, center: Fraction, tau_squared: float, title: str
) -> Picture:
    """Return the picture of suppliers with volume around the rate `center` (per part)."""
    dots = [_dot(one) for one in suppliers]
    told = suppliers if len(suppliers) <= MOST_ROWS else [one for one in suppliers if one.outside]
    lines = _lines(suppliers, center, tau_squared)
    return Picture(
        name="funnel",
        title=title,
        description=_(
            "PPM against volume, a point a supplier, with the limits that chance alone explains "
            "around the common rate of %(center)s PPM; small volumes scatter more."
        )
        % {"center": ppm_text(center * MILLION)},
        wide=_drawn(dots, lines, narrow=False),
        narrow=_drawn(dots, lines, narrow=True),
        legend=[
            ("dot", _("supplier")),
            ("crowd", _("supplier")),
            ("flag", _("outside the 99.8 % limits")),
            ("center", _("common rate")),
            ("band-95", _("95 % limits")),
            ("band-998", _("99.8 % limits")),
        ],
        header=[_("Supplier"), "PPM", _("Counted"), _("Volume"), _("Outside")],
        rows=[_row(one) for one in told],
        note="" if told is suppliers else _left_out(),
        said=dots[0].readout if dots else "",
        spots_name=_("Suppliers"),
    )


def _left_out() -> str:
    return _(
        "The numbers are of the suppliers outside the 99.8 % limits; the list has all of them."
    )


def _drawn(dots: Sequence[FunnelDot], lines: Sequence[FunnelLine], *, narrow: bool) -> Drawing:
    layout = NARROW if narrow else WIDE
    return funnel_chart(dots, lines=lines, layout=layout, number=ppm_text, volume=compact_text)


def _dot(one: FunnelSupplier) -> FunnelDot:
    ppm = one.rate * MILLION
    words = _("%(code)s %(name)s: %(ppm)s PPM · %(counted)s of %(volume)s") % {
        "code": one.code,
        "name": one.name,
        "ppm": ppm_text(ppm),
        "counted": quantity_text(one.counted),
        "volume": quantity_text(one.volume),
    }
    return FunnelDot(
        label=one.code,
        volume=float(one.volume),
        ppm=float(ppm),
        outside=one.outside,
        readout=words,
        url=one.url,
    )


def _lines(
    suppliers: Sequence[FunnelSupplier], center: Fraction, tau_squared: float
) -> list[FunnelLine]:
    """The common rate, and both limits on both sides over the volumes there are."""
    volumes = [float(one.volume) for one in suppliers]
    if not volumes:
        return []
    ppm = float(center * MILLION)
    low, high = min(volumes) * 0.9, max(volumes) * 1.1
    sizes = [low * (high / low) ** (step / (STEPS - 1)) for step in range(STEPS)]
    words = _("Common rate %(ppm)s") % {"ppm": ppm_text(center * MILLION)}
    lines = [FunnelLine(kind="center", name=words, points=((low, ppm),))]
    exact = [Fraction(round(size)) or Fraction(1) for size in sizes]
    for kind, level in zip(KINDS, LEVELS, strict=True):
        pairs = bands_at(sizes=exact, center=center, tau_squared=tau_squared, level=level)
        bands = [wide if tau_squared else plain for plain, wide in pairs]
        upper = tuple((s, b.upper * MILLION) for s, b in zip(sizes, bands, strict=True))
        lower = tuple((s, b.lower * MILLION) for s, b in zip(sizes, bands, strict=True))
        lines += [
            FunnelLine(kind=kind, name=f"{level * 100:g} %", points=upper),
            FunnelLine(kind=kind, name="", points=lower),
        ]
    return lines


def _row(one: FunnelSupplier) -> list[Cell]:
    return [
        Cell(text=f"{one.code} {one.name}", numeric=False, url=one.url),
        Cell(text=ppm_text(one.rate * MILLION)),
        Cell(text=quantity_text(one.counted)),
        Cell(text=quantity_text(one.volume)),
        Cell(text=_("yes") if one.outside else _("no"), numeric=False),
    ]
