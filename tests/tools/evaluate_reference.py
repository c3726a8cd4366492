# SPDX-License-Identifier: GPL-3.0-or-later
"""Recomputes what `goagap evaluate --format json` says, by definition and with NumPy alone.

    evaluate_reference.py REPORT.json NAME ALPHA.txt WRONG-SIDE.txt LLM.txt IDS.txt

The text files hold one number (or id) a line, as `goagap inspect --dump` prints them: the
uncertainty NAME, the correctness of the evaluated side, that of the large model ("-": not known),
the ids. Prints one TAP-free line for every number that differs by more than 1e-9, and exits 1 if
there is any; else prints how many numbers agree.
"""
import hashlib
import json
import math
import sys

import numpy as np

TOLERANCE = 1e-9


class Comparison:
    def __init__(self):
        self.agreeing = 0
        self.differing = 0

    def number(self, place, found, expected):
        if isinstance(found, str):
            found = float(found)
        if expected is not None and isinstance(expected, float) and math.isnan(expected):
            expected = None
        if found is None or expected is None:
            good = found is None and expected is None
        else:
            good = found == expected or abs(found - expected) <= TOLERANCE
        self.agreeing += good
        if not good:
            self.differing += 1
            print(f"{place}: {found!r}, expected {expected!r}")

    def numbers(self, place, found, expected):
        self.number(place + " (length)", len(found), len(expected))
        for k, (a, b) in enumerate(zip(found, expected)):
            self.number(f"{place}[{k}]", a, None if b is None else float(b))

    def estimate(self, place, found, expected):
        self.number(place, found["value"], expected)
        if found["low"] is not None:
            self.number(place + " (interval)", float(found["low"] <= found["high"]), 1.0)


# ---- order, by pairs and by averaging over the orders inside groups of equal values ----


def auroc(u, wrong):
    a, b = u[wrong == 1], u[wrong == 0]
    if a.size == 0 or b.size == 0:
        return None
    return float(np.mean((a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :])))


def average_precision(u, wrong):
    if wrong.sum() == 0:
        return None
    total = 0.0
    for v in np.unique(u):
        here = u == v
        above = u >= v
        total += wrong[here].sum() / wrong.sum() * wrong[above].mean()
    return float(total)


def expected_flags(u, flags):
    """Flags in ascending order of u, each replaced by the mean over its ties."""
    order = np.argsort(u, kind="stable")
    s, f = u[order], flags[order].astype(float)
    return np.array([f[s == v].mean() for v in s])


def risks(u, wrong):
    return np.cumsum(expected_flags(u, wrong)) / np.arange(1, u.size + 1)


def prr(u, wrong, share):
    n = u.size
    last = int(share * n)
    if wrong.min() == wrong.max() or last == 0:
        return None

    def area(score):
        return np.mean((1.0 - risks(score, wrong))[n - last:])

    chance = 1.0 - wrong.mean()
    return float((area(u) - chance) / (area(wrong.astype(float)) - chance))


def mid_ranks(x):
    return np.array([np.sum(x < v) + 0.5 * (np.sum(x == v) + 1) for v in x])


def spearman(u, wrong):
    a, b = mid_ranks(u), mid_ranks(wrong)
    if a.std() == 0 or b.std() == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def kendall(u, wrong):
    du = np.sign(u[:, None] - u[None, :])
    dw = np.sign(wrong[:, None].astype(int) - wrong[None, :].astype(int))
    upper = np.triu_indices(u.size, 1)
    du, dw = du[upper], dw[upper]
    below = math.sqrt(float(np.sum(du != 0)) * float(np.sum(dw != 0)))
    return float(np.sum(du * dw)) / below if below > 0 else None


# ---- probabilities ----


def bins_of(p, binning, n_bins):
    p = np.clip(p, 0.0, 1.0)
    if binning == "width":
        edges = np.arange(n_bins + 1) / n_bins
    else:
        edges = np.unique(np.quantile(p, np.arange(n_bins + 1) / n_bins))
        if edges.size == 1:
            edges = np.array([edges[0], edges[0]])
    table = []
    for k in range(edges.size - 1):
        inside = (p > edges[k]) & (p <= edges[k + 1])
        if k == 0:
            inside |= p == edges[0]
        table.append((edges[k], edges[k + 1], inside))
    return table


def ece(p, wrong, binning, n_bins):
    q = np.clip(p, 0.0, 1.0)
    return float(sum(inside.sum() / p.size * abs(q[inside].mean() - wrong[inside].mean())
                     for _, _, inside in bins_of(p, binning, n_bins) if inside.any()))


def brier(p, wrong):
    return float(np.mean((np.clip(p, 0.0, 1.0) - wrong) ** 2))


def nll(p, wrong):
    q = np.clip(p, 1e-15, 1.0 - 1e-15)
    return float(-np.mean(np.where(wrong == 1, np.log(q), np.log1p(-q))))


def forecast_metrics(p, wrong, n_bins):
    return {"ece_width": ece(p, wrong, "width", n_bins), "ece_mass": ece(p, wrong, "mass", n_bins),
            "brier": brier(p, wrong), "nll": nll(p, wrong)}


# ---- offloading ----


def offload_curve(u, wrong, llm):
    """Accuracy with the k most uncertain offloaded, k = 0 .. n, mean over the orders of ties."""
    gain = expected_flags(-u, llm.astype(float) - (1.0 - wrong))
    return ((1.0 - wrong).sum() + np.concatenate(([0.0], np.cumsum(gain)))) / u.size


def call_threshold(curve, share):
    wanted = curve[0] + share * (curve[-1] - curve[0])
    n = curve.size - 1
    for k in range(1, n + 1):
        if curve[k] >= wanted - 1e-12:
            part = (wanted - curve[k - 1]) / (curve[k] - curve[k - 1])
            return (k - 1 + max(part, 0.0)) / n
    return 1.0


def named_metrics(u, wrong, llm, n_bins):
    ideal = risks(wrong.astype(float), wrong)
    values = {"auroc": auroc(u, wrong), "auprc": average_precision(u, wrong),
              "aurc": float(np.mean(risks(u, wrong))),
              "e_aurc": float(np.mean(risks(u, wrong)) - np.mean(ideal)),
              "prr": prr(u, wrong, 1.0), "prr_50": prr(u, wrong, 0.5),
              "spearman": spearman(u, wrong), "kendall": kendall(u, wrong),
              "apgr": None, "cpt_20": None, "cpt_50": None, "cpt_80": None}
    values.update(forecast_metrics(u, wrong, n_bins))
    if llm is not None:
        curve = offload_curve(u, wrong, llm)
        if curve[-1] > curve[0]:
            area = np.trapz(curve, np.arange(curve.size) / (curve.size - 1))
            values["apgr"] = float((area - curve[0]) / (curve[-1] - curve[0]))
            for share in (20, 50, 80):
                values[f"cpt_{share}"] = call_threshold(curve, share / 100)
    return values


# ---- calibration ----


def isotonic(x, y):
    """Knots by the min-max formula: the value at k is the largest over i <= k of the smallest over
    j >= k of the mean of i .. j."""
    xs = np.unique(x)
    mean = np.array([y[x == v].mean() for v in xs])
    weight = np.array([np.sum(x == v) for v in xs], dtype=float)
    n = xs.size
    sums = np.concatenate(([0.0], np.cumsum(weight * mean)))
    weights = np.concatenate(([0.0], np.cumsum(weight)))
    fit = np.empty(n)
    for k in range(n):
        ends = np.arange(k + 1, n + 1)
        fit[k] = max(np.min((sums[ends] - sums[i]) / (weights[ends] - weights[i]))
                     for i in range(k + 1))
    keep = [k for k in range(n) if k in (0, n - 1) or
            not (abs(fit[k] - fit[k - 1]) < 1e-12 and abs(fit[k] - fit[k + 1]) < 1e-12)]
    return xs[keep], fit[keep]


def logit(u):
    q = np.clip(u, 1e-12, 1.0 - 1e-12)
    return np.log(q) - np.log1p(-q)


def sigmoid(z):
    return np.where(z >= 0, 1.0 / (1.0 + np.exp(-np.abs(z))),
                    np.exp(-np.abs(z)) / (1.0 + np.exp(-np.abs(z))))


def platt(u, wrong):
    """Damped Newton in raw units to a gradient of rounding size."""
    target = np.where(wrong == 1, (wrong.sum() + 1) / (wrong.sum() + 2),
                      1.0 / (u.size - wrong.sum() + 2))
    design = np.stack([u, np.ones(u.size)], axis=1)
    theta = np.zeros(2)
    for _ in range(200):
        p = sigmoid(design @ theta)
        gradient = design.T @ (p - target)
        hessian = (design * (p * (1 - p))[:, None]).T @ design
        step = np.linalg.solve(hessian, gradient)
        theta = theta - step * min(1.0, 10.0 / max(1e-300, np.abs(step).max()))
    return theta


def temperature(u, wrong):
    z = logit(u)
    low, high = 1e-3, 1e3

    def tilt(b):
        return float(np.sum((sigmoid(b * z) - wrong) * z))

    if tilt(low) >= 0:
        return 1e3
    if tilt(high) <= 0:
        return 1e-3
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if tilt(middle) < 0 else (low, middle)
    return 1.0 / (0.5 * (low + high))


def check_calibrator(c, found, u, wrong):
    """Compares the fit; returns the fitted function."""
    method = found["method"]
    if method == "isotonic":
        x, y = isotonic(u, wrong)
        c.numbers("isotonic x", found["x"], x)
        c.numbers("isotonic y", found["y"], y)
        return lambda v: np.interp(v, x, y)
    if method == "platt":
        slope, intercept = platt(u, wrong)
        c.number("slope", found["slope"], float(slope))
        c.number("intercept", found["intercept"], float(intercept))
        return lambda v: sigmoid(slope * v + intercept)
    if method == "temperature":
        t = temperature(u, wrong)
        c.number("temperature", found["temperature"], t)
        return lambda v: sigmoid(logit(v) / t)
    return lambda v: np.clip(v, 0.0, 1.0)


def split(ids, seed):
    n = len(ids)
    order = sorted(range(n), key=lambda i: (hashlib.sha256(f"{seed}:{ids[i]}".encode()).digest(), i))
    first = math.floor(0.3 * n + 0.5)
    second = first + math.floor(0.2 * n + 0.5)
    return {"calibration": np.sort(order[:first]), "validation": np.sort(order[first:second]),
            "test": np.sort(order[second:])}


# ---- thresholds ----


def use(score, threshold, wrong, llm):
    off = score > threshold
    right = None if llm is None else float(np.mean(np.where(off, llm, 1 - wrong)))
    return {"n": score.size, "offloaded": float(off.mean()), "accuracy": right,
            "kept_wrong": float(wrong[~off].mean()) if (~off).any() else None}


def check_threshold(c, t, u, p, wrong, llm, parts):
    place = t["kind"]
    v = parts["validation"]
    score, theta, tau = u, None, None
    if t["kind"] == "target_accuracy":
        grid = np.round(np.linspace(0, 1, 201), 3)
        accuracies = [use(p[v], g, wrong[v], llm[v])["accuracy"] for g in grid]
        good = [g for g, a in zip(grid, accuracies) if a >= t["asked"]]
        c.number(place + " best", t["best_accuracy"], max(accuracies))
        c.number(place + " found", float(t["found"]), float(bool(good)))
        if not good:
            return
        theta, score = float(good[-1]), p
        kept = u[p <= theta]
        off = u[p > theta]
        tau = kept.max() if kept.size else -math.inf
        if off.size == 0:
            tau = math.inf
        elif kept.size and kept.max() >= off.min():
            tau = None
        c.number(place + " theta", t["theta"], theta)
    elif t["kind"] == "offload_rate":
        candidates = np.concatenate(([-math.inf], np.sort(u[v])))
        tau = min(x for x in candidates if np.sum(u[v] > x) <= t["asked"] * v.size + 1e-9)
    else:
        right = np.sort(u[parts["calibration"]][wrong[parts["calibration"]] == 0])
        rank = max(1, math.ceil((right.size + 1) * (1 - t["asked"]) - 1e-9))
        tau = right[rank - 1] if rank <= right.size else math.inf
    c.number(place + " tau", t["tau"], None if tau is None else float(tau))
    for name, index in parts.items():
        expected = use(score[index], theta if theta is not None else tau, wrong[index],
                       None if llm is None else llm[index])
        for key, value in expected.items():
            c.number(f"{place} {name} {key}", t[name][key], value)
            if name == "test" and key in t["test_intervals"]:
                c.estimate(f"{place} {key}", t["test_intervals"][key], value)


# ---- everything ----


def check_bins(c, place, found, p, wrong, n_bins):
    for k, (low, high, inside) in enumerate(bins_of(p, "width", n_bins)):
        q = np.clip(p, 0.0, 1.0)
        c.number(f"{place} bin {k} low", found[k]["low"], float(low))
        c.number(f"{place} bin {k} high", found[k]["high"], float(high))
        c.number(f"{place} bin {k} count", found[k]["count"], float(inside.sum()))
        c.number(f"{place} bin {k} forecast", found[k]["forecast"],
                 float(q[inside].mean()) if inside.any() else None)
        c.number(f"{place} bin {k} observed", found[k]["observed"],
                 float(wrong[inside].mean()) if inside.any() else None)
        ends = wilson(wrong[inside].sum(), inside.sum()) if inside.any() else (None, None)
        c.number(f"{place} bin {k} observed from", found[k]["observed_low"], ends[0])
        c.number(f"{place} bin {k} observed to", found[k]["observed_high"], ends[1])


def wilson(found, n):
    """The ends of the score interval: where |p - found / n| is z standard errors of p."""
    z2, p = 1.959963984540054 ** 2, found / n
    roots = np.roots([1.0 + z2 / n, -(2.0 * p + z2 / n), p * p]).real
    return max(0.0, float(min(roots))), min(1.0, float(max(roots)))


def check_positions(c, item, u, wrong, llm):
    n = u.size
    up_to = np.concatenate(([0.0], np.cumsum(expected_flags(u, wrong))))
    s = np.sort(u)
    for d, found in enumerate(item["deciles"]):
        a, b = n * d / 10, n * (d + 1) / 10
        mistakes = np.interp(b, np.arange(n + 1), up_to) - np.interp(a, np.arange(n + 1), up_to)
        c.estimate(f"decile {d}", found["accuracy"], 1.0 - mistakes / (n / 10))
        c.number(f"decile {d} low", found["alpha_low"], float(s[math.floor(a)]))
        c.number(f"decile {d} high", found["alpha_high"], float(s[math.ceil(b) - 1]))
    for x, r in zip(item["risk_coverage"]["coverage"], item["risk_coverage"]["risk"]):
        c.number(f"risk at {x}", r, float(np.interp(x * n, np.arange(n + 1), up_to) / (x * n)))
    if llm is None:
        c.number("offload", item["offload"], None)
        return
    curve = offload_curve(u, wrong, llm)
    for found in item["offload"]:
        expected = np.interp(found["rate"] * n, np.arange(n + 1), curve)
        c.estimate(f"offload {found['rate']}", found["accuracy"], float(expected))


def main():
    report_path, name, alpha_path, correct_path, llm_path, ids_path = sys.argv[1:]
    with open(report_path, encoding="utf-8") as f:
        report = json.load(f, parse_constant=lambda x: sys.exit(f"{x} in JSON"))
    u = np.loadtxt(alpha_path, ndmin=1)
    wrong = 1 - np.loadtxt(correct_path, ndmin=1).astype(int)
    llm = None if llm_path == "-" else np.loadtxt(llm_path, ndmin=1).astype(int)
    with open(ids_path, encoding="utf-8") as f:
        ids = f.read().split("\n")[:-1]
    item = next(i for i in report["uncertainties"] if i["name"] == name)
    c = Comparison()
    n_bins = report["bins"]
    c.number("n", report["n_queries"], u.size)
    c.number("accuracy", report["accuracy"], float(1 - wrong.mean()))
    c.number("llm accuracy", report["llm_accuracy"], None if llm is None else float(llm.mean()))
    for key, value in named_metrics(u, wrong, llm, n_bins).items():
        c.estimate(key, item["metrics"][key], value)
    here = [k for k, of in enumerate(report["ranked"]) if of["name"] == name][0]
    c.estimate("ranked", report["ranked"][here]["auroc"], auroc(u, wrong))
    best = report["ranked"][0]["auroc"]["value"]
    for of in report["ranked"]:
        if of["auroc"]["value"] is not None:
            c.number("behind " + of["name"], of["behind"]["value"], best - of["auroc"]["value"])
    check_positions(c, item, u, wrong, llm)
    parts = split(ids, report["seed"])
    for key, index in parts.items():
        c.number(key, report["split"][key], index.size)
    fitted, test = parts["calibration"], parts["test"]
    g = check_calibrator(c, item["calibration"]["calibrator"], u[fitted], wrong[fitted])
    for key, p in (("test_raw", u), ("test_calibrated", g(u))):
        found = item["calibration"][key]
        for metric, value in forecast_metrics(p[test], wrong[test], n_bins).items():
            c.estimate(f"{key} {metric}", found[metric], value)
        check_bins(c, key, found["reliability"], p[test], wrong[test], n_bins)
    for t in item["thresholds"]:
        check_threshold(c, t, u, g(u), wrong, llm, parts)
    print(f"{c.agreeing} numbers agree")
    sys.exit(c.differing > 0)


main()
