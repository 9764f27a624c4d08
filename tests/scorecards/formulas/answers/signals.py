"""Run rules, run lengths, rare events, EWMA, CUSUM, and suppliers side by side."""

import re
from collections.abc import Collection
from typing import Any

from scorecards.formulas.attribute_charts import Sample
from scorecards.formulas.cusum import (
    RunLengthMethod,
    poisson_cusum,
    poisson_cusum_run_length,
    reference_count,
    tabular_cusum,
)
from scorecards.formulas.ewma import EwmaPoint, ewma_of_rates, ewma_of_values
from scorecards.formulas.funnel import Funnel, FunnelRow, funnel
from scorecards.formulas.rare_events import (
    TransformedLimits,
    event_limits,
    gap_chart,
    time_chart,
)
from scorecards.formulas.run_length import (
    BEYOND_3,
    FOUR_OF_5_BEYOND_1,
    TWO_OF_3_BEYOND_2,
    SideRule,
    exact_limit_run_length,
    rules_run_length,
    run_of,
    sigma_limit_run_length,
)
from scorecards.formulas.run_rules import all_flagged
from scorecards.formulas.shrinkage import (
    GammaPrior,
    likelihood_prior,
    log_likelihood,
    moments_prior,
    posterior,
    rank_suppliers,
    ranks,
    shrunken_rate,
)
from tests.scorecards.formulas.answers.charts import periods_of

Answer = dict[str, Any]


def rules(inputs: Answer, asked: Answer) -> Answer:
    z = [None if value is None else float(value) for value in inputs["z"]]
    return {rule.value: found for rule, found in all_flagged(z=z).items()}


def run_lengths(inputs: Answer, asked: Answer) -> Answer:
    if "rulesets" in inputs:
        return {name: _rules_row(name, inputs["shifts"]) for name in inputs["rulesets"]}
    if "mean_counts" in inputs:
        return {"rows": [_poisson_row(mean) for mean in inputs["mean_counts"]]}
    mean = inputs["mean"]
    before = sigma_limit_run_length(mean=mean, true_mean=mean)
    after = sigma_limit_run_length(mean=mean, true_mean=inputs["shifted_mean"])
    return {
        "ucl": before.ucl,
        "min_count_signalling": before.signals_from,
        "arl0": before.run_length,
        "arl1": after.run_length,
    }


WESTERN_ELECTRIC = {
    "1": BEYOND_3,
    "2": TWO_OF_3_BEYOND_2,
    "3": FOUR_OF_5_BEYOND_1,
    "4": run_of(length=8),
}
NELSON = {"1": BEYOND_3, "2": run_of(length=9), "5": TWO_OF_3_BEYOND_2, "6": FOUR_OF_5_BEYOND_1}


def _rules_of(name: str) -> list[SideRule]:
    run = re.search(r"(\d+)-run", name)
    if run:
        return [BEYOND_3, run_of(length=int(run[1]))]
    table = WESTERN_ELECTRIC if name.startswith("WE") else NELSON
    numbers = re.findall(r"(\d)(?:\((\d+)\))?", name)
    return [run_of(length=int(run)) if run else table[rule] for rule, run in numbers]


def _rules_row(name: str, shifts: list[Any]) -> Answer:
    chosen = _rules_of(name)
    return {str(shift): rules_run_length(rules=chosen, shift=float(shift)) for shift in shifts}


def _poisson_row(mean: Any) -> Answer:
    plain = sigma_limit_run_length(mean=mean, true_mean=mean)
    doubled = sigma_limit_run_length(mean=mean, true_mean=2 * mean)
    exact = exact_limit_run_length(mean=mean, true_mean=mean)
    exact_doubled = exact_limit_run_length(mean=mean, true_mean=2 * mean)
    return {
        "mean": mean,
        "ucl_3sigma": plain.ucl,
        "lcl_3sigma": plain.lcl,
        "min_count_signalling": plain.signals_from,
        "p_false_high": plain.p_high,
        "p_false_low": plain.p_low,
        "arl0": plain.run_length,
        "exact_U": exact.signals_from - 1,
        "exact_L": None if exact.signals_to is None else exact.signals_to + 1,
        "exact_p_high": exact.p_high,
        "exact_p_low": exact.p_low,
        "exact_arl0": exact.run_length,
        "arl_x2": doubled.run_length_above,
        "exact_arl_x2": exact_doubled.run_length_above,
    }


def rare_events(inputs: Answer, asked: Answer) -> Answer:
    if "between" not in inputs:
        tail = float(inputs["alpha_each_side"])
        return {str(r): _event(inputs["ppm"], r, tail) for r in inputs["r"]}
    return _times(inputs["between"]) if "y_mean" in asked else _gaps(inputs["between"])


def _event(ppm: Any, events: int, tail: float) -> Answer:
    limits = event_limits(ppm=ppm, events=events, tail=tail)
    return {
        "signal_bad_if_below": limits.bad_below,
        "signal_good_if_above": limits.good_above,
        "p_bad": limits.p_bad,
        "p_good": limits.p_good,
    }


def _gaps(between: list[int]) -> Answer:
    chart = gap_chart(between=between)
    return {
        "mean": chart.mean,
        "p": chart.share,
        "sigma": chart.sigma,
        "kaminsky_ucl": chart.sigma_ucl,
        "kaminsky_lcl": chart.sigma_lcl,
        "exact_median": chart.exact_median,
        "exact_U": chart.exact_upper,
        "exact_L": chart.exact_lower,
        "minitab": {
            "p": chart.interpolated.share,
            "lcl": chart.interpolated.lcl,
            "cl": chart.interpolated.median,
            "ucl": chart.interpolated.ucl,
        },
        "above_kaminsky": chart.above_sigma,
        "above_exact": chart.above_exact,
        "below_exact": chart.below_exact,
    }


def _times(between: list[Any]) -> Answer:
    chart = time_chart(between=[float(time) for time in between])
    return {
        "y_mean": chart.y_mean,
        "cl": chart.center,
        "screened": _transformed(chart.screened),
        "exponential": {
            "mean": chart.exponential_mean,
            "lcl": chart.exponential_lcl,
            "median": chart.exponential_median,
            "ucl": chart.exponential_ucl,
        },
    } | _transformed(chart.limits)


def _transformed(limits: TransformedLimits) -> Answer:
    return {
        "mr_bar": limits.mean_range,
        "y_lcl": limits.y_lcl,
        "y_ucl": limits.y_ucl,
        "lcl": limits.lcl,
        "ucl": limits.ucl,
    }


def memory_charts(inputs: Answer, asked: Answer) -> Answer:
    if "rows" in inputs:
        return _calibration(inputs, asked)
    if "K" in inputs:
        return _tabular(inputs)
    if "r1" in inputs:
        return _evidence(inputs)
    keys = {"weight": float(inputs["lambda_"]), "width": float(inputs["L"])}
    if "x" in inputs:
        return _ewma(
            ewma_of_values(
                values=[float(x) for x in inputs["x"]],
                center=float(inputs["mu"]),
                sigma=float(inputs["sigma"]),
                **keys,
            )
        )
    return _ewma(
        ewma_of_rates(periods=periods_of(inputs), target_rate=inputs["target_rate"], **keys)
    )


def _ewma(points: tuple[EwmaPoint, ...]) -> Answer:
    columns = [{"ewma": p.ewma, "lcl": p.lcl, "ucl": p.ucl, "signal": p.outside} for p in points]
    return {
        "points": columns,
        "ewma": [point.ewma for point in points],
        "lcl": [point.lcl for point in points],
        "ucl": [point.ucl for point in points],
        "signals": [number for number, point in enumerate(points, start=1) if point.outside],
    }


def _tabular(inputs: Answer) -> Answer:
    sums = tabular_cusum(
        values=[float(x) for x in inputs["x"]],
        center=float(inputs["mu"]),
        sigma=float(inputs["sigma"]),
        slack=float(inputs["K"]),
        limit=float(inputs["H"]),
    )
    return {
        "c_plus": sums.upper,
        "c_minus": sums.lower,
        "signals_up": sums.signals_up,
        "signals_down": sums.signals_down,
    }


def _evidence(inputs: Answer) -> Answer:
    points = poisson_cusum(
        periods=periods_of(inputs),
        good_rate=inputs["r0"],
        bad_rate=inputs["r1"],
        limit=float(inputs["h"]),
    )
    return {
        "w": [point.evidence for point in points],
        "signals": [number for number, point in enumerate(points, start=1) if point.signal],
    }


def _calibration(inputs: Answer, asked: Answer) -> Answer:
    rows = zip(inputs["rows"], asked["rows"], strict=True)
    return {"rows": [_calibration_row(row, wanted["h"]) for row, wanted in rows]}


def _calibration_row(row: Answer, limits: Collection[str]) -> Answer:
    ratio, good = float(row["R"]), float(row["lambda0"])
    return row | {
        "k": reference_count(expected_good=good, ratio=ratio),
        "h": {limit: _run_lengths(float(limit), ratio, good) for limit in limits},
    }


def _run_lengths(limit: float, ratio: float, good: float) -> list[float]:
    """To a false alarm and to detection, as the reference says it got them: by a lattice."""
    return [
        poisson_cusum_run_length(
            expected_good=good,
            ratio=ratio,
            limit=limit,
            expected=expected,
            method=RunLengthMethod.LATTICE,
        )
        for expected in (good, ratio * good)
    ]


def side_by_side(inputs: Answer, asked: Answer) -> Answer:
    plot = funnel(suppliers=periods_of(inputs))
    assert plot is not None
    return {
        "center": plot.center,
        "rows": [_funnel_row(row) for row in plot.rows],
        "z_sqrt": [row.z for row in plot.rows],
        "phi_winsor10": plot.phi,
        "tau2_sqrt": plot.tau_squared,
        "outside_998": _outside(plot, level=0.998),
        "outside_95": _outside(plot, level=0.95),
    }


def _funnel_row(row: FunnelRow) -> Answer:
    answer: Answer = {
        "expected": row.expected,
        "rate": row.rate,
        "ratio": row.ratio,
        "p_upper": row.p_upper,
        "p_lower": row.p_lower,
    }
    for band in row.bands:
        answer[f"lo_{100 * band.level:g}"] = band.lower
        answer[f"hi_{100 * band.level:g}"] = band.upper
    return answer


def _outside(plot: Funnel, *, level: float) -> list[int]:
    return [
        number
        for number, row in enumerate(plot.rows, start=1)
        if any(band.outside for band in row.bands if band.level == level)
    ]


def shrinkage(inputs: Answer, asked: Answer) -> Answer:
    suppliers = periods_of(inputs)
    raw = [float(s.count / s.size) if s.size else None for s in suppliers]
    prior = likelihood_prior(suppliers=suppliers)
    return {
        "raw_rate": raw,
        "mom": _moments(suppliers),
        "ml": prior and _likelihood(prior, suppliers),
        "rank_raw": ranks(values=raw),
        "rank_eb_ml": rank_suppliers(suppliers=suppliers).ranks,
    }


def _moments(suppliers: tuple[Sample, ...]) -> Answer:
    moments = moments_prior(suppliers=suppliers)
    assert moments is not None
    prior = moments.prior
    return {
        "mean": moments.mean,
        "phi": moments.variance,
        "alpha": prior and prior.shape,
        "beta": prior and prior.rate,
        "eb": [
            shrunken_rate(prior=prior, supplier=supplier) if prior else moments.mean
            for supplier in suppliers
        ],
    }


def _likelihood(prior: GammaPrior, suppliers: tuple[Sample, ...]) -> Answer:
    known = [posterior(prior=prior, supplier=supplier) for supplier in suppliers]
    return {
        "alpha": prior.shape,
        "beta": prior.rate,
        "prior_mean": prior.mean,
        "loglik": log_likelihood(prior=prior, suppliers=suppliers),
        "posterior": [
            {
                "mean": one.mean,
                "lo95": one.lower,
                "hi95": one.upper,
                "p_gt_50ppm": one.probability_above(threshold_ppm=50),
                "p_gt_100ppm": one.probability_above(threshold_ppm=100),
            }
            for one in known
        ],
    }


SIGNALS = {
    "H_rules": rules,
    "I_arl": run_lengths,
    "J_rare_events": rare_events,
    "K_ewma_cusum": memory_charts,
    "L_funnel": side_by_side,
    "M_empirical_bayes": shrinkage,
}
