#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Computes every number of a report again, from the results alone, and compares.

    recompute_summary.py RESULTS REPORT_FOLDER

RESULTS is a results file or a folder of parts, REPORT_FOLDER holds summary.json and tables/. Shares
nothing with goagap but the definitions. Costs of single decisions, which need the instances, are
left to the unit tests. Exit 0 when all agree, 1 with a list of what does not.
"""
import csv
import glob
import json
import math
import os
import sys

import h5py
import numpy as np

import result_columns

RTOL, ATOL, EQUAL_S = 1e-12, 1e-15, 1e-12
NAN, INF = math.nan, math.inf


# ---- reading ----

def text(values):
    return [v.decode() if isinstance(v, bytes) else str(v) for v in values]


class Row:
    """One row of /runs; `place` is its number in the whole table."""

    def __init__(self, place, columns, k, assignment):
        self.place, self.assignment = place, assignment
        for name, values in columns.items():
            setattr(self, name, values[k])

    def key(self):
        return (self.preset, self.objective, self.n_users, self.n_servers, self.tau, self.seed, self.run)

    def decided(self):
        return self.status not in ("infeasible", "failed") and not math.isnan(self.objective_s)

    def allowed(self):
        return self.decided() and self.tau_violations == 0


def read_results(path):
    parts = sorted(glob.glob(os.path.join(path, "part-*.h5"))) if os.path.isdir(path) else [path]
    rows, stored = [], True
    for part in parts:
        with h5py.File(part, "r") as file:
            columns = {name: text(values) if values.dtype.kind in "SO" else values.tolist()
                       for name, values in result_columns.columns(file).items()}
            offsets = server = None
            if "assignments" in file:
                offsets, server = file["assignments/offsets"][:], file["assignments/server"][:]
            stored = stored and offsets is not None
            for k in range(len(columns["run"])):
                assignment = None if offsets is None else server[offsets[k]:offsets[k + 1]]
                rows.append(Row(len(rows), columns, k, assignment))
    return rows, stored


# ---- gaps ----

def ratio(f, to):
    if abs(f - to) <= EQUAL_S or f == to:
        return 0.0
    return f / to - 1.0 if to > 0.0 else INF


def find_gaps(rows):
    units = {}
    for row in rows:
        units.setdefault(row.key(), []).append(row)
    counts = {"total": len(units), "proven": 0, "infeasible": 0, "conflicts": 0}
    for unit in units.values():
        best = min((r.objective_s for r in unit if r.allowed()), default=INF)
        # What is held to an accuracy proves nothing of decisions that are not.
        free = [r for r in unit if r.decided() and not getattr(r, "fair_reference", "")]
        bound = max([0.0] + [r.lower_bound_s for r in free if r.lower_bound_s > 0.0])
        proven = any(r.status == "optimal" for r in free)
        counts["proven"] += proven
        counts["infeasible"] += any(r.status == "infeasible" for r in unit)
        counts["conflicts"] += best < bound * (1.0 - 1e-9) - EQUAL_S
        for r in unit:
            r.best_s, r.kind, r.gap_value, r.low, r.high = best, "none", NAN, NAN, NAN
            if not r.decided():
                continue
            if not proven:
                r.kind, r.low, r.high = "interval", ratio(r.objective_s, best), ratio(r.objective_s, bound)
            elif best == 0.0 and r.objective_s > EQUAL_S:
                r.kind = "undefined"
            else:
                r.kind, r.gap_value = "proven", ratio(r.objective_s, best)
    return units, counts


# ---- statistics ----

def quantile(values, q):
    s = sorted(values)
    if not s:
        return NAN
    position = q * (len(s) - 1)
    below = int(position)
    part = position - below
    if part == 0.0 or below + 1 == len(s):
        return s[below]
    return s[below + 1] if math.isinf(s[below + 1]) else s[below] + part * (s[below + 1] - s[below])


def mean(values):
    if not values:
        return NAN
    return next((v for v in values if math.isinf(v)), None) or math.fsum(values) / len(values)


def philox4x32(counter, key):
    c = [np.asarray(x, dtype=np.uint64) for x in counter]
    k0, k1 = key
    mask, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(10):
        first, second = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(second >> shift) ^ c[1] ^ np.uint64(k0), second & mask,
             (first >> shift) ^ c[3] ^ np.uint64(k1), first & mask]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c


RESAMPLES, SEED = 1000, 1
kept_picks = {}


def picks(n):
    if n not in kept_picks:
        draw = np.arange(n * RESAMPLES, dtype=np.uint64)
        zero = np.zeros_like(draw)
        words = philox4x32([zero, zero + np.uint64(30), zero, draw], (SEED, 0))
        bits = (words[0] << np.uint64(32) | words[1]) >> np.uint64(11)
        uniform = (bits.astype(np.float64) + 0.5) * 2.0 ** -53
        kept_picks[n] = np.minimum((uniform * n).astype(np.int64), n - 1).reshape(RESAMPLES, n)
    return kept_picks[n]


def bootstrap(pairs):
    """The interval of the mean of (row, value) pairs, whole draws resampled."""
    clusters = {}
    for row, value in pairs:
        clusters.setdefault((row.seed, row.run), []).append(value)
    if not clusters:
        return NAN, NAN
    order = sorted(clusters)
    sums = np.array([sum(clusters[c]) for c in order])
    counts = np.array([float(len(clusters[c])) for c in order])
    if len(order) == 1:
        return NAN, NAN
    first = np.arange(0, len(order), (len(order) - 1) // 8192 + 1)
    sums, counts = np.add.reduceat(sums, first), np.add.reduceat(counts, first)
    chosen = picks(len(sums))
    means = (sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1)).tolist()
    return quantile(means, 0.025), quantile(means, 0.975)


def share(part, whole):
    return part / whole if whole else NAN


def gap_stats(rows):
    proven = [r for r in rows if r.kind == "proven"]
    interval = [r for r in rows if r.kind == "interval"]
    undefined = sum(r.kind == "undefined" for r in rows)
    failed = sum(r.status == "failed" for r in rows if r.kind == "none")
    values = [r.gap_value for r in proven]
    within = lambda limit: share(sum(r.gap_value <= limit and r.tau_violations == 0 for r in proven), len(proven))
    low, high = bootstrap([(r, r.gap_value) for r in proven])
    return {
        "draws": len({(r.seed, r.run) for r in rows}), "instances": len(rows), "proven": len(proven), "unproven": len(interval), "undefined": undefined,
        "infeasible": sum(r.kind == "none" for r in rows) - failed, "failed": failed,
        "breaks_tau": sum(r.decided() and r.tau_violations > 0 for r in rows),
        "mean": mean(values), "mean_low": low, "mean_high": high, "median": quantile(values, 0.5),
        "p90": quantile(values, 0.9), "max": max(values, default=NAN), "share_optimal": within(0.0),
        "share_within_1pct": within(0.01), "share_within_5pct": within(0.05),
        "share_unproven": share(len(interval), len(interval) + len(proven) + undefined),
        "unproven_median_low": quantile([r.low for r in interval], 0.5),
        "unproven_median_high": quantile([r.high for r in interval], 0.5),
        "unproven_max_high": max((r.high for r in interval), default=NAN),
    }


def delay_stats(rows):
    known = lambda pick: [v for v in map(pick, rows) if not math.isnan(v)]
    total = known(lambda r: r.total_delay_s / r.n_users)
    local = known(lambda r: r.local_delay_s / r.n_users)
    comm = known(lambda r: r.comm_delay_s / r.n_users)
    comp = known(lambda r: r.comp_delay_s / r.n_users)
    measured_comp = known(lambda r: r.measured_comp_delay_s / r.n_users)
    runtime = known(lambda r: r.runtime_s)
    energy = known(lambda r: getattr(r, "energy_j", NAN) / r.n_users)
    low, high = bootstrap([(r, r.accuracy) for r in rows if not math.isnan(r.accuracy)])
    fastest, slowest = bootstrap([(r, r.total_delay_s / r.n_users) for r in rows if not math.isnan(r.total_delay_s)])
    return {
        "decisions": len(total),
        "offloaded_share_mean": mean([r.n_offloaded / r.n_users for r in rows if not math.isnan(r.objective_s)]),
        "accuracy_mean": mean(known(lambda r: r.accuracy)), "accuracy_mean_low": low, "accuracy_mean_high": high,
        "delay_mean_low_s": fastest, "delay_mean_high_s": slowest,
        "delay_median_s": quantile(total, 0.5), "local_mean_s": mean(local), "comm_mean_s": mean(comm),
        "comp_mean_s": mean(comp), "local_median_s": quantile(local, 0.5), "comm_median_s": quantile(comm, 0.5),
        "comp_median_s": quantile(comp, 0.5),
        "measured_delay_median_s": quantile(known(lambda r: r.measured_total_delay_s / r.n_users), 0.5),
        "measured_comp_mean_s": mean(measured_comp), "measured_comp_median_s": quantile(measured_comp, 0.5),
        "runtime_median_s": quantile(runtime, 0.5), "runtime_p25_s": quantile(runtime, 0.25),
        "runtime_p75_s": quantile(runtime, 0.75),
        "energy_mean_j": mean(energy), "energy_median_j": quantile(energy, 0.5),
    }


def both(rows):
    return {"gap": gap_stats(rows), "delay": delay_stats(rows)}


# ---- comparisons ----

def signed_rank(differences):
    d = sorted((x for x in differences if x != 0.0), key=abs)
    n = len(d)
    if n == 0:
        return 0, 0.0, 0.0, NAN
    sizes = [abs(x) for x in d]
    ranks, ties, first = [0] * n, 0.0, 0
    while first < n:
        end = first
        while end < n and sizes[end] == sizes[first]:
            end += 1
        ranks[first:end] = [first + end + 1] * (end - first)
        ties += float(end - first) ** 3 - (end - first)
        first = end
    positive = sum(r for r, x in zip(ranks, d) if x > 0)
    negative = sum(ranks) - positive
    smaller = min(positive, negative)
    if n <= 50:
        ways = [1] + [0] * sum(ranks)
        for r in ranks:
            for total in range(len(ways) - 1, r - 1, -1):
                ways[total] += ways[total - r]
        p = min(1.0, 2.0 * sum(ways[:smaller + 1]) / 2 ** n)
    else:
        variance = n * (n + 1) * (2 * n + 1) / 24.0 - ties / 48.0
        z = (0.5 * smaller - n * (n + 1) / 4.0) / math.sqrt(variance)
        p = math.erfc(-z / math.sqrt(2.0))
    return n, 0.5 * positive, 0.5 * negative, p


def difference(a, b):
    if a == b or abs(a - b) <= EQUAL_S:
        return 0.0
    if math.isinf(a) or math.isinf(b):
        return 1.0 if math.isinf(a) else -1.0
    relative = (a - b) / (a + b)
    return 0.0 if abs(relative) < 0.5e-9 else relative


def sum_of(values):
    """In order, without the compensation of newer sum()."""
    total = 0.0
    for value in values:
        total += value
    return total


def compare_pair(lines, a, b):
    chosen = [(line[a], line[b]) for line in lines
              if a in line and b in line and line[a].allowed() and line[b].allowed()]
    d = [difference(x.objective_s, y.objective_s) for x, y in chosen]
    ratios = [1.0 if x.objective_s == y.objective_s else INF if y.objective_s == 0.0
              else x.objective_s / y.objective_s for x, y in chosen]
    by_draw = {}
    for (x, _), value in zip(chosen, d):
        by_draw.setdefault((x.seed, x.run), []).append(value)
    n, plus, minus, p = signed_rank([sum_of(sorted(v)) / len(v) for v in by_draw.values()])
    return {"compared": len(d), "draws": len(by_draw), "wins": sum(x < 0 for x in d), "ties": sum(x == 0 for x in d),
            "losses": sum(x > 0 for x in d), "median_ratio": quantile(ratios, 0.5), "different": n,
            "w_plus": plus, "w_minus": minus, "p": p if n >= 6 else NAN}


def profiles(lines, strategies):
    def time_of(line, s):
        row = line.get(s)
        if row is None or not row.allowed() or row.objective_s > row.best_s * 1.01 or not row.runtime_s > 0.0:
            return INF
        return row.runtime_s

    ratios, instances = {s: [] for s in strategies}, 0
    for line in lines:
        fastest = min(time_of(line, s) for s in strategies)
        if math.isinf(fastest):
            continue
        instances += 1
        for s in strategies:
            if not math.isinf(time_of(line, s)):
                ratios[s].append(time_of(line, s) / fastest)
    return ratios, instances


def steps(values, total, floor):
    """The distribution of values as (value, share), values below `floor` counted there."""
    result, s = {}, sorted(values)
    for k, value in enumerate(s):
        if math.isinf(value):
            break
        result[max(value, floor)] = (k + 1) / total
    return sorted(result.items())


def mistakes(lines, strategies, s):
    kinds = {"too greedy": 0, "wrong server": 0, "too cautious": 0}
    instances = alike = users = 0
    for line in lines:
        optimum = next((line[t] for t in strategies if t in line and line[t].kind == "proven" and
                        line[t].allowed() and line[t].gap_value == 0.0 and len(line[t].assignment)), None)
        mine = line.get(s)
        if optimum is None or mine is None or not mine.allowed() or len(mine.assignment) != mine.n_users:
            continue
        instances += 1
        users += mine.n_users
        wrong = mine.assignment != optimum.assignment
        alike += not wrong.any()
        kinds["too greedy"] += int((wrong & (optimum.assignment < 0)).sum())
        kinds["too cautious"] += int((wrong & (mine.assignment < 0)).sum())
        kinds["wrong server"] += int((wrong & (mine.assignment >= 0) & (optimum.assignment >= 0)).sum())
    return instances, alike, users, kinds


def worst(rows):
    found, seen = [], set()
    for r in sorted((r for r in rows if r.kind == "proven" and r.tau_violations == 0 and r.gap_value > 0.0),
                    key=lambda r: -r.gap_value):
        if (r.seed, r.run) not in seen:
            seen.add((r.seed, r.run))
            found.append(r)
    return found[:10]


# ---- what the gap grows with ----

def ranks(values):
    order = np.sort(values)
    return (np.searchsorted(order, values, "left") + np.searchsorted(order, values, "right") + 1) / 2.0


def correlations(rows, cause):
    """Spearman's correlation of gap and cause, draw by draw: how many draws, mean and interval."""
    pick = {"users": lambda r: r.n_users, "servers": lambda r: r.n_servers, "tau": lambda r: r.tau,
            "load": lambda r: r.n_offloaded / r.n_servers if r.n_servers else 0.0,
            "transmission": lambda r: r.comm_delay_s / r.total_delay_s if r.total_delay_s > 0 else 0.0}[cause]
    by_draw = {}
    for r in rows:
        by_draw.setdefault((r.seed, r.run), []).append(r)
    pairs = []
    for draw in sorted(by_draw):
        gaps, values = ([r.gap_value for r in by_draw[draw]], [pick(r) for r in by_draw[draw]])
        if len(gaps) >= 4 and len(set(gaps)) > 1 and len(set(values)) > 1:
            pairs.append((by_draw[draw][0], float(np.corrcoef(ranks(gaps), ranks(values))[0, 1])))
    low, high = bootstrap(pairs)
    return len(pairs), {"correlation": mean([value for _, value in pairs]), "correlation_low": low,
                        "correlation_high": high}


# ---- at equal accuracy ----

def fair_lines(units, held, reference):
    """Of every instance that both decide: the reference's row, the optimum's and the best one known at its accuracy,
    with the ends of both gaps."""
    found = []
    for unit in units.values():
        mine = next((r for r in unit if r.solver == reference and r.decided()), None)
        its = next((r for r in unit if r.solver == held and r.decided() and not math.isnan(r.fair_accuracy)), None)
        if mine is None or its is None:
            continue
        allowed = sorted((r for r in unit if r.allowed()), key=lambda r: r.objective_s)
        at_par = [r for r in allowed if r.expected_accuracy >= its.fair_accuracy - 1e-12]
        if not at_par:
            continue
        least = ratio(mine.objective_s, at_par[0].objective_s)
        most = least if its.status == "optimal" else ratio(mine.objective_s, max(0.0, its.lower_bound_s))
        ends = [mine.gap_value] * 2 if mine.kind == "proven" else [mine.low, mine.high]
        found.append({"rows": (mine, allowed[0], at_par[0]), "proven": its.status == "optimal",
                      "ends": ends + [least, most], "key": (mine.preset, mine.objective)})
    return found


def fair_stats(lines):
    bounded = [line for line in lines if all(math.isfinite(end) for end in line["ends"])]

    def interval_of(pick):
        pairs = [(line["rows"][0], pick(line)) for line in bounded]
        low, high = bootstrap(pairs)
        return {"mean": mean([value for _, value in pairs]), "low": low, "high": high}

    result = {"compared": len(bounded), "gaps": {}, "fair_delay_s": {}, "fair_accuracy": {}}
    for k, name in enumerate(("least_gap", "most_gap", "least_fair_gap", "most_fair_gap")):
        result["gaps"][name] = interval_of(lambda line, k=k: line["ends"][k])
    for k, side in enumerate(("reference", "optimum", "held")):
        result["fair_delay_s"][side] = interval_of(
            lambda line, k=k: line["rows"][k].total_delay_s / line["rows"][k].n_users)
        result["fair_accuracy"][side] = interval_of(lambda line, k=k: line["rows"][k].expected_accuracy)
    return result


# ---- comparison with the report ----

class Judge:
    def __init__(self):
        self.agreed, self.differ = 0, []

    def number(self, where, mine, theirs, rtol=RTOL):
        if theirs is None or theirs == "":
            theirs = NAN
        theirs = float(theirs)
        same = (math.isnan(mine) and math.isnan(theirs)) or mine == theirs or \
            abs(mine - theirs) <= ATOL + rtol * abs(mine)
        self.agreed += same
        if not same:
            self.differ.append(f"{where}: recomputed {mine!r}, reported {theirs!r}")

    def equal(self, where, mine, theirs):
        self.agreed += mine == theirs
        if mine != theirs:
            self.differ.append(f"{where}: recomputed {mine!r}, reported {theirs!r}")

    def record(self, where, mine, theirs):
        for name, value in mine.items():
            # The tail of a normal distribution is known to fewer digits.
            self.number(f"{where}: {name}", value, theirs[name], 1e-9 if name == "p" else RTOL)


def in_order(values):
    return list(dict.fromkeys(values))


def by(items, *names):
    """Records by their key; floats in the key by value."""
    def key(item):
        return tuple(float(item[n]) if n in ("tau", "value", "n_users", "n_servers") else item[n] for n in names)

    found = {key(item): item for item in items}
    assert len(found) == len(items), "a key occurs twice"
    return found


def main():
    rows, stored = read_results(sys.argv[1])
    folder, judge = sys.argv[2], Judge()
    with open(os.path.join(folder, "summary.json"), encoding="utf-8") as file:
        summary = json.load(file)
    tables = {}
    for path in glob.glob(os.path.join(folder, "tables", "*.csv")):
        with open(path, newline="", encoding="utf-8") as file:
            tables[os.path.basename(path)] = list(csv.DictReader(file))
    judge.equal("format", ("goagap-summary", 2), (summary["format"], summary["version"]))
    judge.equal("bootstrap", (RESAMPLES, SEED), (summary["bootstrap"]["resamples"], summary["bootstrap"]["seed"]))

    units, counts = find_gaps(rows)
    judge.equal("draws and networks", (len({(r.seed, r.run) for r in rows}),
                                       len({(r.seed, r.run, r.n_users, r.n_servers, r.preset) for r in rows})),
                (summary["draws"], summary["networks"]))
    judge.equal("instances", counts, summary["instances"])
    strategies = in_order(r.solver for r in rows)
    presets, objectives = in_order(r.preset for r in rows), in_order(r.objective for r in rows)
    panels = [(p, o) for p in presets for o in objectives if any(r.preset == p and r.objective == o for r in rows)]

    reported = by(summary["strategies"], "strategy")
    judge.equal("strategies", strategies, [s["strategy"] for s in summary["strategies"]])
    for s in strategies:
        mine = both([r for r in rows if r.solver == s])
        for part in mine:
            judge.record(f"{s}: {part}", mine[part], reported[(s,)][part])

    def check(where, mine, in_json, *in_tables):
        for part in mine:
            judge.record(f"{where}: {part}", mine[part], in_json[part])
            for table in in_tables:
                if set(mine[part]) <= set(table):
                    judge.record(f"{where}: {part} of a table", mine[part], table)

    cell_names = ("preset", "objective", "n_users", "n_servers", "tau", "strategy")
    cells = {}
    for r in rows:
        cells.setdefault((r.preset, r.objective, r.n_users, r.n_servers, r.tau, r.solver), []).append(r)
    gaps, delays = by(tables["gaps.csv"], *cell_names), by(tables["delays.csv"], *cell_names)
    reported = by(summary["cells"], *cell_names)
    judge.equal("cells", sorted(cells), sorted(reported))
    for key, members in cells.items():
        check(key, both(members), reported[key], gaps[key], delays[key])

    axes = {"users": lambda r: r.n_users, "servers": lambda r: r.n_servers, "tau": lambda r: r.tau}
    slice_names = ("preset", "objective", "axis", "value", "strategy")
    reported, table = by(summary["slices"], *slice_names), by(tables["slices.csv"], *slice_names)
    slices = {}
    for axis, place in axes.items():
        for r in rows:
            slices.setdefault((r.preset, r.objective, axis, float(place(r)), r.solver), []).append(r)
    judge.equal("slices", sorted(slices), sorted(reported))
    for key, members in slices.items():
        check(key, both(members), reported[key], table[key])

    names = ("preset", "objective", "strategy")
    reported, table = by(summary["panels"], *names), by(tables["panels.csv"], *names)
    profile = by(summary["profiles"], *names)
    pair_names = names + ("against",)
    pairs, pair_table = by(summary["pairs"], *pair_names), by(tables["pairs.csv"], *pair_names)
    wrong = by(summary["mistakes"], *names)
    wrong_table = by(tables["mistakes.csv"], *names, "kind")
    for preset, objective in panels:
        here = [r for r in rows if r.preset == preset and r.objective == objective]
        lines = [{r.solver: r for r in reversed(unit)} for key, unit in units.items() if key[:2] == (preset, objective)]
        present = [s for s in strategies if any(r.solver == s for r in here)]
        ratios, instances = profiles(lines, strategies)
        for s in present:
            key = (preset, objective, s)
            members = [r for r in here if r.solver == s]
            check(key, both(members), reported[key], table[key])
            proven = [r for r in members if r.kind == "proven"]
            for name, mine, column in (
                    ("ecdf.csv", steps([r.gap_value for r in proven if r.tau_violations == 0], len(proven) or 1, 0.0),
                     "gap"),
                    ("profile.csv", steps(ratios[s], instances or 1, 1.0), "time_ratio")):
                theirs = [(t[column], t["share"]) for t in tables[name] if tuple(t[n] for n in names) == key]
                judge.equal(f"{key}: length of {name}", len(mine), len(theirs))
                for (x, y), (their_x, their_y) in zip(mine, theirs):
                    judge.number(f"{key}: {name}", x, their_x)
                    judge.number(f"{key}: {name}", y, their_y)
            judge.equal(f"{key}: profile", (instances, len(ratios[s])),
                        (profile[key]["instances"], profile[key]["solved"]))
            judge.number(f"{key}: profile: fastest", share(sum(x <= 1.0 for x in ratios[s]), instances),
                         profile[key]["fastest"])
            if stored:
                instances_of, alike, users, kinds = mistakes(lines, strategies, s)
                theirs = wrong[key]
                judge.equal(f"{key}: mistakes", (instances_of, alike, users, kinds),
                            (theirs["instances"], theirs["decided_alike"], theirs["users"],
                             {k: v["users"] for k, v in theirs["kinds"].items()}))
                for kind, count in kinds.items() if instances_of else ():
                    line = wrong_table[key + (kind,)]
                    judge.equal(f"{key}: {kind} in the table", (instances_of, alike, users, count),
                                tuple(int(line[n]) for n in ("instances", "decided_alike", "users", "users_of_kind")))
        for k, a in enumerate(strategies):
            for b in strategies[k + 1:]:
                key = (preset, objective, a, b)
                mine = compare_pair(lines, a, b)
                judge.record(key, mine, pairs[key])
                judge.record(key, mine, pair_table[key])
    for s in strategies:
        mine = worst([r for r in rows if r.solver == s])
        theirs = [w for w in summary["worst"] if w["strategy"] == s]
        in_table = [w for w in tables["worst.csv"] if w["strategy"] == s]
        judge.equal(f"{s}: number of worst instances", (len(mine), len(mine)), (len(theirs), len(in_table)))
        for r, *both_forms in zip(mine, theirs, in_table):
            for form in both_forms:
                judge.record(f"{s}: worst", {"gap": r.gap_value, "objective_s": r.objective_s, "optimum_s": r.best_s},
                             form)
                judge.equal(f"{s}: worst, seed and run", (r.seed, r.run), (int(form["seed"]), int(form["run"])))
    for line in tables["growth.csv"]:
        members = [r for r in rows if (r.preset, r.objective) == (line["preset"], line["objective"])
                   and r.solver == summary["subject"] and r.kind == "proven" and math.isfinite(r.gap_value)]
        draws, mine = correlations(members, line["cause"])
        judge.equal(f"draws of {line['cause']}", draws, int(line["draws"]))
        judge.record(f"gap with {line['cause']}", mine, line)
    for theirs in summary.get("fair_strategies", []) + summary.get("fair_panels", []):
        lines = [line for line in fair_lines(units, theirs["held"], theirs["strategy"])
                 if "preset" not in theirs or line["key"] == (theirs["preset"], theirs["objective"])]
        where, mine = f"{theirs['strategy']} at equal accuracy", fair_stats(lines)
        judge.equal(where, (len(lines), sum(line["proven"] for line in lines), mine["compared"]),
                    (theirs["fair_gap"]["instances"], theirs["fair_gap"]["proven"], theirs["compared"]))
        for name, numbers in mine["gaps"].items():
            judge.record(f"{where}: {name}", numbers, theirs[name])
        for name in ("fair_delay_s", "fair_accuracy"):
            for side, numbers in mine[name].items():
                judge.record(f"{where}: {name}: {side}", numbers, theirs[name][side])
    for line in judge.differ[:20]:
        print(line)
    print(f"{judge.agreed} numbers agree, {len(judge.differ)} differ")
    return 1 if judge.differ else 0


if __name__ == "__main__":
    sys.exit(main())
