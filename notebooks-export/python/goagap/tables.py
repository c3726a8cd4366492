# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of results with pandas: every gap and statistic of `goagap report`, from the rows alone.

    from goagap import tables
    runs = tables.load("results")                          # a row for each instance and strategy, with its gap
    print(tables.findings(runs))
    tables.measure(runs, ["preset", "objective", "strategy"])

Quantiles are of type 7; 95 % intervals of means come from a bootstrap of 1000 resamples that takes whole draws (a seed
and run), with the report's own random numbers (Philox4x32-10), so that they are the same.
"""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ._data import Path, Results

INSTANCE = ["preset", "objective", "n_users", "n_servers", "tau", "seed", "run"]


def load(path: Path) -> pd.DataFrame:
    """The rows of a results folder or file, verified, with `kind` ("proven", "interval", "undefined", "none"), `gap`, and
    `gap_low` and `gap_high` of the interval; ratios: 0.1 is 10 %. Names are in the plan's order."""
    runs = Results(path).frame().rename(columns={"solver": "strategy"})
    if all(decision is None for decision in runs.assignment):
        del runs["assignment"]
    for name in ["preset", "objective", "strategy"]:
        runs[name] = pd.Categorical(runs[name], categories=runs[name].unique())
    return _with_gaps(runs)


def ratio(value: Any, reference: Any) -> np.ndarray:
    """value / reference - 1; objectives within 1e-12 s are equal."""
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = np.where(reference > 0, value / reference - 1, np.inf)
        equal = (np.abs(value - reference) <= 1e-12) | (value == reference)
    return np.where(equal, 0.0, beyond)


def _with_gaps(runs: pd.DataFrame) -> pd.DataFrame:
    def over_instance(values: pd.Series, how: str) -> pd.Series:
        return values.groupby([runs[name] for name in INSTANCE], observed=True, sort=False).transform(how)

    decided = ~runs.status.isin(["infeasible", "failed"]) & runs.objective_s.notna()
    runs["allowed"] = decided & (runs.tau_violations == 0)
    runs["best_s"] = over_instance(runs.objective_s.where(runs.allowed), "min").fillna(np.inf)
    # The bound of a row that is held to an accuracy says nothing about other decisions.
    free = decided & (runs.fair_reference == "")
    bound_s = over_instance(runs.lower_bound_s.where(free), "max").fillna(0).clip(lower=0)
    proven = over_instance((free & (runs.status == "optimal")).astype(int), "max") > 0
    undefined = (runs.best_s == 0) & (runs.objective_s > 1e-12)
    runs["kind"] = np.select([~decided, ~proven, undefined], ["none", "interval", "undefined"], "proven")
    runs["gap"] = np.where(runs.kind == "proven", ratio(runs.objective_s, runs.best_s), np.nan)
    runs["gap_low"] = np.where(runs.kind == "interval", ratio(runs.objective_s, runs.best_s), np.nan)
    runs["gap_high"] = np.where(runs.kind == "interval", ratio(runs.objective_s, bound_s), np.nan)
    return runs


RESAMPLES, SEED = 1000, 1
_resampled: dict[int, np.ndarray] = {}


def _philox(counter: list, key: tuple[int, int]) -> list:
    word = [np.asarray(c, dtype=np.uint64) for c in counter]
    low, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(10):
        a, b = word[0] * np.uint64(0xD2511F53), word[2] * np.uint64(0xCD9E8D57)
        word = [(b >> shift) ^ word[1] ^ np.uint64(key[0]), b & low,
                (a >> shift) ^ word[3] ^ np.uint64(key[1]), a & low]
        key = (key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF
    return word


def _resamples(n: int) -> np.ndarray:
    """The clusters of every resample, a line each."""
    if n not in _resampled:
        draw = np.arange(n * RESAMPLES, dtype=np.uint64)
        zero = np.zeros_like(draw)
        high, low = _philox([zero, zero + np.uint64(30), zero, draw], (SEED, 0))[:2]
        uniform = ((((high << np.uint64(32)) | low) >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53
        _resampled[n] = np.minimum((uniform * n).astype(int), n - 1).reshape(RESAMPLES, n)
    return _resampled[n]


def quantile(values: Any, q: float) -> float:
    """Of type 7, of what is known."""
    ordered = np.sort(np.asarray(values, dtype=float)[~np.isnan(values)])
    if len(ordered) == 0:
        return np.nan
    below, part = divmod(q * (len(ordered) - 1), 1)
    first, second = ordered[int(below)], ordered[min(int(below) + 1, len(ordered) - 1)]
    return first if part == 0 or first == second else first + part * (second - first)


def interval(rows: pd.DataFrame, name: str) -> tuple[float, float]:
    """The 95 % interval of the mean of a column; rows of one draw stay together."""
    known = rows[rows[name].notna()]
    if len(known) == 0:
        return np.nan, np.nan
    clusters = known.groupby(["seed", "run"])[name].agg(["sum", "count"])
    total, count = clusters["sum"].to_numpy(), clusters["count"].to_numpy(dtype=float)
    if len(clusters) == 1:
        return np.nan, np.nan
    if len(total) > 8192:
        first = np.arange(0, len(total), -(-len(total) // 8192))
        total, count = np.add.reduceat(total, first), np.add.reduceat(count, first)
    chosen = _resamples(len(total))
    means = total[chosen].sum(axis=1) / count[chosen].sum(axis=1)
    return quantile(means, 0.025), quantile(means, 0.975)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else np.nan


def _gap_numbers(rows: pd.DataFrame) -> dict[str, Any]:
    proven, open_ = rows[rows.kind == "proven"], rows[rows.kind == "interval"]
    undefined, failed = (rows.kind == "undefined").sum(), (rows.status == "failed").sum()
    low, high = interval(proven, "gap")
    within = lambda limit: _share((proven.allowed & (proven.gap <= limit)).sum(), len(proven))
    return {
        "draws": len(rows[["seed", "run"]].drop_duplicates()), "instances": len(rows), "proven": len(proven), "unproven": len(open_), "undefined": undefined,
        "infeasible": (rows.kind == "none").sum() - failed, "failed": failed,
        "breaks_tau": ((rows.kind != "none") & ~rows.allowed).sum(),
        "mean": proven.gap.mean(), "mean_low": low, "mean_high": high, "median": quantile(proven.gap, 0.5),
        "p90": quantile(proven.gap, 0.9), "max": quantile(proven.gap, 1), "share_optimal": within(0),
        "share_within_1pct": within(0.01), "share_within_5pct": within(0.05),
        "share_unproven": _share(len(open_), len(open_) + len(proven) + undefined),
        "unproven_median_low": quantile(open_.gap_low, 0.5), "unproven_median_high": quantile(open_.gap_high, 0.5),
        "unproven_max_high": quantile(open_.gap_high, 1),
    }


def _delay_numbers(rows: pd.DataFrame) -> dict[str, Any]:
    each = {name: rows[f"{name}_delay_s"] / rows.n_users
            for name in ["total", "local", "comm", "comp", "measured_total", "measured_comp"]}
    low, high = interval(rows, "accuracy")
    expected_low, expected_high = interval(rows, "expected_accuracy")
    fastest, slowest = interval(rows.assign(delay_s=each["total"]), "delay_s")
    return {
        "decisions": each["total"].notna().sum(),
        "offloaded_share_mean": ((rows.n_offloaded / rows.n_users)[rows.objective_s.notna()]).mean(),
        "accuracy_mean": rows.accuracy.mean(), "accuracy_mean_low": low, "accuracy_mean_high": high,
        "expected_accuracy_mean": rows.expected_accuracy.mean(), "expected_accuracy_mean_low": expected_low,
        "expected_accuracy_mean_high": expected_high,
        "delay_mean_low_s": fastest, "delay_mean_high_s": slowest,
        "delay_median_s": quantile(each["total"], 0.5), "local_mean_s": each["local"].mean(),
        "comm_mean_s": each["comm"].mean(), "comp_mean_s": each["comp"].mean(),
        "local_median_s": quantile(each["local"], 0.5), "comm_median_s": quantile(each["comm"], 0.5),
        "comp_median_s": quantile(each["comp"], 0.5),
        "measured_delay_median_s": quantile(each["measured_total"], 0.5),
        "measured_comp_mean_s": each["measured_comp"].mean(),
        "measured_comp_median_s": quantile(each["measured_comp"], 0.5),
        "runtime_median_s": quantile(rows.runtime_s, 0.5), "runtime_p25_s": quantile(rows.runtime_s, 0.25),
        "runtime_p75_s": quantile(rows.runtime_s, 0.75),
        "energy_mean_j": (rows.energy_j / rows.n_users).mean(),
        "energy_median_j": quantile(rows.energy_j / rows.n_users, 0.5),
    }


def in_order(runs: pd.DataFrame, table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sorted by columns, names in the plan's order."""
    for name in by:
        if name in runs and runs[name].dtype == "category":
            table[name] = pd.Categorical(table[name], categories=runs[name].cat.categories)
    return table.sort_values(by, ignore_index=True)


def measure(runs: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """One line for each group of rows that agree in the columns `by`."""
    groups = runs.groupby(by, observed=True)
    lines = [{**dict(zip(by, key)), **_gap_numbers(rows), **_delay_numbers(rows)} for key, rows in groups]
    return in_order(runs, pd.DataFrame(lines), by)


def percent(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """A copy in which ratios read "12.3 %"."""
    shown = table.copy()
    for name in columns:
        shown[name] = ["-" if np.isnan(value) else f"{100 * value:.3g} %" for value in table[name]]
    return shown


def findings(runs: pd.DataFrame) -> str:
    """What the results say, a line for each strategy."""
    instances = runs.drop_duplicates(INSTANCE)
    of = runs.groupby(INSTANCE, observed=True, sort=False).kind.agg(lambda kinds: (kinds == "proven").any())
    lines = [f"{int(of.sum())} of {len(of)} optima proven; {len(instances[['seed', 'run']].drop_duplicates())} draws."]
    for strategy, rows in runs[runs.kind == "proven"].groupby("strategy", observed=True):
        numbers = {name: f"{100 * value:.3g}" for name, value in _gap_numbers(rows).items()
                   if name in ("mean", "mean_low", "mean_high", "median", "max")}
        lines.append(f"{strategy}: {numbers['mean']} % [{numbers['mean_low']}, {numbers['mean_high']}] above the proven "
                     f"optimum in the mean, {numbers['median']} % in the median, {numbers['max']} % at worst"
                     + (f"; breaks tau in {int((~rows.allowed).sum())}" if not rows.allowed.all() else "") + ".")
    return "\n".join(lines)
