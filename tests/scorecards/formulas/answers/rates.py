"""Rates, conversions, intervals and tests."""

from fractions import Fraction
from statistics import fmean
from typing import Any

from scorecards.formulas import intervals, rates, sigma, yields
from scorecards.formulas.consistency import Contradiction, contradictions, dpmo_is_possible
from scorecards.formulas.ipc7912 import assembly_indices
from scorecards.formulas.many_suppliers import adjusted_p_values
from scorecards.formulas.one_sample import (
    clean_units_to_demonstrate,
    critical_counts,
    threshold_test,
)
from scorecards.formulas.two_periods import compare_rates
from scorecards.formulas.verdicts import ALPHA

Answer = dict[str, Any]
PER_UNIT = 10**6


def metrics(inputs: Answer, asked: Answer) -> Answer:
    if "a" in inputs:
        return _pair(inputs)
    if "steps" in inputs:
        return _steps(inputs["steps"])
    if "rework" in inputs:
        return _chain(inputs)
    if "fpy" in inputs:
        return _yield_claim(inputs)
    if "counts" in inputs:
        return _rolling(inputs)
    return _defects(inputs) | _defectives(inputs)


def _defects(inputs: Answer) -> Answer:
    if "defects" not in inputs:
        return {}
    keys = {
        "defects": inputs["defects"],
        "units": inputs["units"],
        "opportunities": inputs["opportunities_per_unit"],
    }
    per_unit = rates.dpu(defects=inputs["defects"], units=inputs["units"])
    level = sigma.sigma_level_of_counts(**keys)
    known = level is not None and not level.at_least
    return {
        "dpu": per_unit,
        "dpo": rates.dpo(**keys),
        "dpmo": rates.dpmo(**keys),
        "sigma_level": level.level if level and known else None,
        "z_long_term": level.level - level.shift if level and known else None,
        "defects_per_million_units": None if per_unit is None else PER_UNIT * per_unit,
    }


def _defectives(inputs: Answer) -> Answer:
    if "defective_units" not in inputs:
        return {}
    found, units = inputs["defective_units"], inputs["units"]
    return {
        "ppm": rates.ppm(defective=found, units=units),
        "fpy": yields.first_pass_yield(entering=units, scrap=found, rework=0),
    }


def _pair(inputs: Answer) -> Answer:
    answer: Answer = {}
    for name, counts in inputs.items():
        keys = {"defective": counts["defective_units"], "units": counts["units"]}
        interval = intervals.clopper_pearson(**keys)
        assert interval is not None
        answer[f"ppm_{name}"] = rates.ppm(**keys)
        answer[f"cp95_{name}"] = [
            interval.lower_ppm / PER_UNIT,
            interval.upper_ppm / PER_UNIT,
        ]
    return answer


def _steps(steps: list[Answer]) -> Answer:
    single = [
        yields.first_pass_yield(entering=s["in"], scrap=s["scrap"], rework=s["rework"])
        for s in steps
    ]
    rolled = yields.rolled_yield(steps=[step for step in single if step is not None])
    return {
        "fpy": single,
        "rty": rolled,
        "normalised_yield": yields.normalised_yield(rolled=rolled, steps=len(steps)),
        "total_dpu_poisson": yields.defects_per_unit_from_yield(rolled=rolled),
    }


def _chain(inputs: Answer) -> Answer:
    chain = yields.chain_yields(**inputs)
    return {
        "yield_": chain.final,
        "fty": chain.first_pass,
        "rty": chain.rolled,
        "total_defects": chain.defects,
        "dpmo": chain.dpmo,
    }


def _yield_claim(inputs: Answer) -> Answer:
    keys = {
        "first_pass": Fraction(inputs["fpy"]),
        "opportunities": inputs["opportunities_per_unit"],
    }
    claimed = inputs["claimed_dpmo"]
    return {
        "min_dpmo": yields.smallest_dpmo(**keys),
        "poisson_dpmo": yields.poisson_dpmo(**keys),
        "consistent": dpmo_is_possible(claimed_dpmo=claimed, **keys),
    }


def _rolling(inputs: Answer) -> Answer:
    pairs = list(zip(inputs["counts"], inputs["units"], strict=True))
    monthly = rates.rolling_ppm(counts=pairs, periods=1)
    return {
        "monthly_ppm": monthly,
        "rolling3": rates.rolling_ppm(counts=pairs, periods=3),
        "rolling6": rates.rolling_ppm(counts=pairs, periods=6),
        "rolling12": rates.rolling_ppm(counts=pairs, periods=12),
        "total_ppm": rates.pooled_ppm(counts=pairs),
        "wrong_mean_of_monthly_ppm": fmean(value for value in monthly if value is not None),
    }


def conversions(inputs: Answer, asked: Answer) -> Answer:
    if "sigma_level" in inputs:
        return _from_sigma(inputs)
    if "dpmo" in inputs:
        shift = float(inputs["shift"])
        level = sigma.sigma_level(dpmo_value=inputs["dpmo"], shift=shift)
        return {"sigma_level": level, "z_no_shift": level - shift}
    if "ppm" in inputs:
        ppk = sigma.ppk_of_ppm(ppm=inputs["ppm"])
        return {
            "ppk_one_sided": ppk.one_sided,
            "ppk_two_sided_centred": ppk.two_sided_centred,
        }
    cpk = float(inputs["cpk"])
    if "cp" in inputs:
        return {"ppm": sigma.ppm_of_cp_and_cpk(cp=float(inputs["cp"]), cpk=cpk)}
    theory = sigma.ppm_of_cpk(cpk=cpk)
    return {
        "ppm_one_sided": theory.one_sided,
        "ppm_two_sided_centred": theory.two_sided_centred,
    }


def _from_sigma(inputs: Answer) -> Answer:
    return {
        "dpmo": sigma.dpmo_of_sigma_level(
            level=float(inputs["sigma_level"]),
            shift=float(inputs["shift"]),
            tails=inputs["tails"],
        )
    }


def ipc7912(inputs: Answer, asked: Answer) -> Answer:
    indices = assembly_indices(**inputs)
    assert indices is not None
    return {f"dpmo_{name}": value for name, value in indices.dpmo_by_class.items()} | {
        "opportunities_per_board": indices.opportunities_per_board,
        "dpmo_index": indices.dpmo_index,
        "omi": indices.overall_manufacturing_index,
        "dpu": indices.dpu,
        "estimated_yield_binomial": indices.yield_binomial,
        "estimated_yield_poisson": indices.yield_poisson,
    }


SHARE_METHODS = {
    "clopper_pearson": intervals.clopper_pearson,
    "wilson": intervals.wilson,
    "jeffreys": intervals.jeffreys,
}


def likely_ranges(inputs: Answer, asked: Answer) -> Answer:
    count, units = inputs["defects"], inputs["units"]
    answer = {
        "rate": rates.rate(count=count, exposure=units),
        "ppm": rates.ppm(defective=count, units=units),
    }
    return answer | {name: _interval(name, count, units) for name in asked if name not in answer}


def _interval(name: str, count: Any, units: Any) -> Any:
    method, level = name.rsplit("_", 1)
    if method == "poisson_one_sided":
        confidence = int(level.removeprefix("lower").removeprefix("upper")) / 100
        keys = {"count": count, "exposure": units, "confidence": confidence}
        lower, upper = intervals.lower_bound(**keys), intervals.upper_bound(**keys)
        if level.startswith("lower"):
            return lower and lower.lower_ppm
        return upper and upper.upper_ppm
    confidence = float(level) / 100
    if method == "garwood":
        interval = intervals.garwood(count=count, exposure=units, confidence=confidence)
    else:
        share = SHARE_METHODS[method]
        interval = share(defective=count, units=units, confidence=confidence)
    return interval and [interval.lower_ppm, interval.upper_ppm]


def threshold_tests(inputs: Answer, asked: Answer) -> Answer:
    if "defects" in inputs:
        return {str(ppm): _against(inputs, ppm) for ppm in inputs["thresholds_ppm"]}
    if "confidence" in inputs:
        return {str(ppm): _clean(inputs, ppm) for ppm in inputs["thresholds_ppm"]}
    if "counts" in inputs:
        return _many(inputs)
    return {ppm: _critical(inputs, ppm) for ppm in asked}


def _against(inputs: Answer, threshold: Any) -> Answer:
    test = threshold_test(
        count=inputs["defects"], exposure=inputs["units"], threshold_ppm=threshold
    )
    assert test is not None
    return {
        "expected_at_threshold": test.expected,
        "p_above_poisson": test.p_above,
        "p_above_poisson_midp": test.p_above_mid,
        "p_above_binomial": test.p_above_binomial,
        "p_below_poisson": test.p_below,
    }


def _clean(inputs: Answer, threshold: Any) -> Answer:
    return {
        str(confidence): clean_units_to_demonstrate(threshold_ppm=threshold, confidence=confidence)
        for confidence in inputs["confidence"]
    }


def _critical(inputs: Answer, threshold: str) -> Answer:
    counts = critical_counts(exposure=inputs["units"], threshold_ppm=Fraction(threshold))
    return {
        "naive_min_count": counts.naive_count,
        "min_count_p05": counts.shown_count,
        "false_red_naive_if_true_half": counts.false_alarm_at_half,
        "power_if_true_double": counts.power_at_double,
    }


def _many(inputs: Answer) -> Answer:
    pairs = list(zip(inputs["counts"], inputs["units"], strict=True))
    threshold = inputs["threshold_ppm"]
    tests = [threshold_test(count=x, exposure=n, threshold_ppm=threshold) for x, n in pairs]
    p = [test.p_above for test in tests if test is not None]
    adjusted = adjusted_p_values(p_values=p)
    accepted_share = 0.1
    return {
        "p": p,
        "p_bh": adjusted,
        "naive_red": [
            number
            for number, (x, n) in enumerate(pairs, start=1)
            if rates.exceeds(numerator=x, denominator=n, threshold_ppm=threshold)
        ],
        "p05": [number for number, value in enumerate(p, start=1) if value < ALPHA],
        "bh10": [
            number for number, value in enumerate(adjusted, start=1) if value <= accepted_share
        ],
    }


def two_periods(inputs: Answer, asked: Answer) -> Answer:
    compared = compare_rates(
        first_count=inputs["x1"],
        first_exposure=inputs["n1"],
        second_count=inputs["x2"],
        second_exposure=inputs["n2"],
    )
    assert compared is not None
    return {
        "rate_ratio": compared.rate_ratio,
        "p_two_sided": compared.p_two_sided,
        "p_first_higher": compared.p_first_higher,
        "rr_ci95": [compared.ratio_lower, compared.ratio_upper],
    }


REASONS = {
    rates.FigureState.NO_ACTIVITY: ("no_data", "no deliveries in the period"),
    rates.FigureState.REJECTS_WITHOUT_RECEIPTS: (
        "data_error",
        "rejects booked without deliveries: data error or late return; ask for the delivery period",
    ),
    rates.FigureState.FIGURE: ("ok", None),
    Contradiction.MORE_DEFECTIVE_THAN_UNITS: ("data_error", "more defective units than units"),
}


def counts_at_the_edge(inputs: Answer) -> Answer:
    count = inputs["defective_units"] if "defective_units" in inputs else inputs["defects"]
    units = inputs["units"]
    shape = rates.figure(counted=count, received=units)
    wrong = contradictions(units=units, defective=inputs.get("defective_units"))
    impossible = Contradiction.MORE_DEFECTIVE_THAN_UNITS in wrong
    verdict, reason = REASONS[wrong[0] if impossible else shape.state]
    interval = intervals.garwood(count=count, exposure=units)
    return {
        "ppm": None if impossible else shape.ppm,
        "verdict": verdict,
        "reason": reason,
        "interval": interval and [interval.lower_ppm, interval.upper_ppm],
        "dpu": rates.dpu(defects=count, units=units),
        "dpmo": rates.dpmo(
            defects=count, units=units, opportunities=inputs.get("opportunities_per_unit", 1)
        ),
    }


RATES = {
    "A_metrics": metrics,
    "B_conversions": conversions,
    "C_ipc7912": ipc7912,
    "D_intervals": likely_ranges,
    "E_threshold_tests": threshold_tests,
    "E2_two_periods": two_periods,
}
