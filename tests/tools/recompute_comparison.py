#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Computes a comparison with published means and its scorecard again, and compares.

    recompute_comparison.py RESULTS PUBLISHED.csv TABLES

TABLES holds published.csv and scorecard.csv of `goagap report --published`. Shares nothing with
goagap but the definitions. Exit 0 when all agree, 1 with a list of what does not.
"""
import csv
import os
import sys

import numpy as np

from recompute_summary import NAN, Judge, picks, read_results, share

QUANTITIES = {
    "n_offloaded": lambda r: float(r.n_offloaded), "accuracy_pct": lambda r: 100.0 * r.accuracy,
    "local_delay_ms": lambda r: 1e3 * r.local_delay_s, "comp_delay_ms": lambda r: 1e3 * r.measured_comp_delay_s,
    "comm_delay_ms": lambda r: 1e3 * r.comm_delay_s, "total_delay_ms": lambda r: 1e3 * r.measured_total_delay_s,
    "solve_time_s": lambda r: r.runtime_s,
}


def by_draw(rows, quantity):
    """One value a draw, ascending by seed and run, with the runs."""
    draws = {}
    for r in rows:
        draws.setdefault((r.seed, r.run), []).append(QUANTITIES[quantity](r))
    order = sorted(draws)
    return np.array([np.mean(draws[d]) for d in order]), [d[1] for d in order]


def measure(rows, quantity, published):
    values, runs = by_draw(rows, quantity)
    n, cut = len(values), len(values) // 10
    ordered, low, high = np.sort(values), NAN, NAN
    if n > 1:
        low, high = np.quantile(values[picks(n)].mean(axis=1), [0.025, 0.975])
    error = values.std(ddof=1) / np.sqrt(n) if n > 1 else 0.0
    limit = max((0.04 if quantity == "comp_delay_ms" else 0.03) * published, 3.0 * np.sqrt(2.0) * error)
    largest = share(values.max(), values.sum()) if values.sum() > 0 else 0.0
    mean = values.mean()
    verdict = "not judged" if quantity == "solve_time_s" else \
        "within" if mean == published else \
        "undecidable" if largest > 0.2 or limit > 0.5 * published else \
        "within" if abs(mean - published) <= limit else "outside"
    numbers = {"mean": mean, "mean_low": low, "mean_high": high, "median": np.median(values),
               "trimmed_mean": ordered[cut:n - cut].mean(), "published": published,
               "limit": limit, "largest_share": largest}
    run = runs[int(values.argmax())] if values.max() > 0 else 0
    return numbers, (n, run, verdict)


def main():
    rows, _ = read_results(sys.argv[1])
    cells = {}
    for r in rows:
        if (r.preset, r.objective) == ("paper", "weighted"):
            cells.setdefault((r.n_users, r.tau, r.solver), []).append(r)
    with open(sys.argv[2], encoding="utf-8") as file:
        published = list(csv.DictReader(line for line in file if not line.startswith("#")))
    tables = {}
    for name in ("published", "scorecard"):
        with open(os.path.join(sys.argv[3], name + ".csv"), newline="", encoding="utf-8") as file:
            tables[name] = list(csv.DictReader(file))
    judge = Judge()
    reported = {(int(t["n_users"]), float(t["tau"]), t["strategy"], t["quantity"]): t for t in tables["published"]}
    found = {}
    for p in published:
        key = (int(p["n_users"]), float(p["tau"]), p["strategy"])
        for quantity in QUANTITIES:
            if p.get(quantity) and key in cells:
                mine, words = measure(cells[key], quantity, float(p[quantity]))
                theirs = reported.pop(key + (quantity,))
                judge.record(f"{key} {quantity}", mine, theirs)
                judge.equal(f"{key} {quantity}", words,
                            (int(theirs["draws"]), int(theirs["largest_run"]), theirs["verdict"]))
                # A difference loses digits: as many of the means as of itself.
                judge.number(f"{key} {quantity}: difference", mine["mean"] - mine["published"] + mine["mean"],
                             float(theirs["difference"]) + mine["mean"])
                found[key + (quantity,)] = mine
    judge.equal("cells that are not published", [], list(reported))
    for line in tables["scorecard"]:
        counts = {name: 0 for name in line if name != "against"}
        for n_users, tau in {k[:2] for k in found}:
            keys = [(n_users, tau, s, q) for q in ("accuracy_pct", "total_delay_ms") for s in ("goa", line["against"])]
            if any(k not in found for k in keys):
                continue
            counts["cells"] += 1
            right_goa, right, delay_goa, delay = (found[k] for k in keys)
            for side, of in (("published", ("published",) * 2), ("means", ("mean",) * 2), ("medians", ("mean", "median"))):
                more, less = right_goa[of[0]] > right[of[0]], delay_goa[of[1]] < delay[of[1]]
                counts["accuracy_" + side] += int(more)
                counts["delay_" + side] += int(less)
                counts["both_" + side] += int(more and less)
        judge.record("against " + line["against"], counts, line)
    for line in judge.differ[:20]:
        print(line)
    print(f"{judge.agreed} numbers agree, {len(judge.differ)} differ")
    return 1 if judge.differ else 0


if __name__ == "__main__":
    sys.exit(main())
