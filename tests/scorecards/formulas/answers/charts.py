"""Control charts: limits, signals, exact limits, choice."""

from collections.abc import Sequence
from typing import Any

from scorecards.formulas.attribute_charts import (
    Basis,
    ChartKind,
    ChartPoint,
    Sample,
    Side,
    baseline,
    estimate_basis,
    plot,
    samples,
)
from scorecards.formulas.chart_choice import ChartChoice, choose_chart
from scorecards.formulas.dispersion import dispersion, estimate_laney_basis, sigma_z
from scorecards.formulas.exact_limits import (
    TAIL,
    overdispersed_basis,
    overdispersed_limit,
    poisson_limits,
    predictive_p,
)
from scorecards.formulas.intervals import upper_bound
from scorecards.formulas.run_rules import all_flagged
from tests.scorecards.formulas.answers.rates import counts_at_the_edge

Answer = dict[str, Any]


def periods_of(inputs: Answer) -> tuple[Sample, ...]:
    sizes = inputs.get("sizes", inputs.get("units"))
    if sizes is not None:
        sizes = [size * inputs.get("opportunities_per_unit", 1) for size in sizes]
    return samples(counts=inputs["counts"], sizes=sizes)


def baseline_of(inputs: Answer, periods: Sequence[Sample]) -> tuple[Sample, ...]:
    return baseline(
        periods=periods, first=inputs.get("baseline_points"), excluded=inputs.get("excluded", [])
    )


def basis_of(inputs: Answer, accepted: Sequence[Sample]) -> Basis:
    name = inputs["chart"].lower()
    kind = ChartKind(name.rstrip("'"))
    estimate = estimate_laney_basis if name.endswith("'") else estimate_basis
    basis = estimate(kind=kind, periods=accepted, standard=inputs.get("standard_center"))
    assert basis is not None
    return basis


def chart(inputs: Answer, asked: Answer) -> Answer:
    periods = periods_of(inputs)
    accepted = baseline_of(inputs, periods)
    basis = basis_of(inputs, accepted)
    points = plot(basis=basis, periods=periods, sigmas=inputs.get("k", 3))
    scale = 1_000_000 if basis.kind is ChartKind.DPMO else 1
    return (
        {"center": basis.center * scale}
        | _columns(points)
        | _widening(basis, accepted)
        | _exact(basis, periods)
    )


def _columns(points: Sequence[ChartPoint]) -> Answer:
    return {
        "value": [point.value for point in points],
        "cl": [point.center for point in points],
        "sigma": [point.sigma for point in points],
        "lcl": [point.lcl for point in points],
        "ucl": [point.ucl for point in points],
        "z": [point.z for point in points],
        "above_ucl": [point.number for point in points if point.outside is Side.ABOVE],
        "below_lcl": [point.number for point in points if point.outside is Side.BELOW],
        "rules": {
            rule.value: found for rule, found in all_flagged(z=[p.z for p in points]).items()
        },
    }


def _widening(basis: Basis, accepted: Sequence[Sample]) -> Answer:
    test = dispersion(basis=basis, periods=accepted)
    return {
        "sigma_z": sigma_z(basis=basis, periods=accepted),
        "sigma_z_screened": sigma_z(basis=basis, periods=accepted, screened=True),
        "dispersion": test
        and {
            "chi2": test.chi_squared,
            "df": test.degrees,
            "index": test.index,
            "p_over": test.p_over,
        },
    }


def _exact(basis: Basis, periods: Sequence[Sample]) -> Answer:
    limits = [
        poisson_limits(mean=float(basis.center * period.size)) if period.size else None
        for period in periods
    ]
    numbered = list(enumerate(zip(periods, limits, strict=True), start=1))
    return {
        "exact_limit_counts": [
            limit
            and {
                "signal_if_above": limit.above,
                "signal_if_below": limit.below,
                "p_above": limit.p_above,
                "p_below": limit.p_below,
            }
            for limit in limits
        ],
        "exact_above": [n for n, (p, limit) in numbered if limit and p.count > limit.above],
        "exact_below": [
            n for n, (p, limit) in numbered if limit and limit.below and p.count < limit.below
        ],
    }


def exact_limits(inputs: Answer, asked: Answer) -> Answer:
    periods = periods_of(inputs)
    accepted = baseline_of(inputs, periods)
    if "p_upper" in asked:
        new = periods[inputs["baseline_points"] :]
        p = [predictive_p(baseline=accepted, period=period) for period in new]
        first = inputs["baseline_points"] + 1
        signals = [
            n for n, value in enumerate(p, start=first) if value is not None and value <= TAIL
        ]
        return {"p_upper": p, "signals": signals}
    basis = overdispersed_basis(baseline=accepted)
    assert basis is not None
    limits = [overdispersed_limit(basis=basis, size=period.size) for period in periods]
    return {
        "u0": basis.center,
        "phi": basis.variance,
        "alpha": basis.shape,
        "signal_if_above": limits,
        "signals": [
            number
            for number, (period, limit) in enumerate(zip(periods, limits, strict=True), start=1)
            if limit is not None and period.count > limit
        ],
    }


def edges(inputs: Answer, asked: Answer) -> Answer:
    if "chart" not in inputs:
        return counts_at_the_edge(inputs)
    periods = periods_of(inputs)
    accepted = baseline_of(inputs, periods)
    basis = basis_of(inputs, accepted)
    answer = chart(inputs, asked)
    for name in ("ucl", "lcl"):
        answer[name] = answer[name][0]
    return answer | _unusable(basis, accepted, periods)


def _unusable(basis: Basis, accepted: Sequence[Sample], periods: Sequence[Sample]) -> Answer:
    found = sum(period.count for period in accepted)
    units = sum(period.size for period in accepted)
    bound = upper_bound(count=found, exposure=units)
    one = Sample(count=samples(counts=[1])[0].count, size=periods[-1].size)
    return {
        "limits_usable": basis.usable,
        "verdict": "ok" if basis.usable else "baseline has no defects: no 3-sigma limits",
        "upper95_rate_ppm": bound and bound.upper_ppm,
        "predictive_p_of_1_or_more": predictive_p(baseline=accepted, period=one),
    }


CHOICES = {
    ChartChoice.NO_LIMITS: "no_limits",
    ChartChoice.RARE_EVENT: "rare_event",
    ChartChoice.EXACT_LIMITS: "{}_exact_limits",
    ChartChoice.SIGMA_LIMITS: "{}",
    ChartChoice.LANEY: "laney_{}_prime",
}


def chart_choice(inputs: Answer, asked: Answer) -> Answer:
    kind = ChartKind(inputs["chart"].lower().rstrip("'"))
    chosen = choose_chart(periods=baseline_of(inputs, periods_of(inputs)), kind=kind)
    return {
        "choice": CHOICES[chosen.choice].format(kind.value),
        "median_expected_count": chosen.median_expected,
        "total_baseline_defects": chosen.defects,
        "valid_periods": chosen.valid_periods,
    }


CHARTS = {
    "F_dpmo_chart": chart,
    "F_shewhart": chart,
    "G_laney": chart,
    "F2_exact_limits": exact_limits,
    "N_edge_cases": edges,
    "O_chart_choice": chart_choice,
}
