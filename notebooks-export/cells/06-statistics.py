RESAMPLES, SEED = 1000, 1
resampled = {}


def philox(counter, key):
    word = [np.asarray(c, dtype=np.uint64) for c in counter]
    low, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(10):
        a, b = word[0] * np.uint64(0xD2511F53), word[2] * np.uint64(0xCD9E8D57)
        word = [(b >> shift) ^ word[1] ^ np.uint64(key[0]), b & low,
                (a >> shift) ^ word[3] ^ np.uint64(key[1]), a & low]
        key = (key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF
    return word


def resamples(n):
    """The clusters of every resample, a line each."""
    if n not in resampled:
        draw = np.arange(n * RESAMPLES, dtype=np.uint64)
        zero = np.zeros_like(draw)
        high, low = philox([zero, zero + np.uint64(30), zero, draw], (SEED, 0))[:2]
        uniform = ((((high << np.uint64(32)) | low) >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53
        resampled[n] = np.minimum((uniform * n).astype(int), n - 1).reshape(RESAMPLES, n)
    return resampled[n]


def quantile(values, q):
    ordered = np.sort(np.asarray(values, dtype=float)[~np.isnan(values)])
    if len(ordered) == 0:
        return np.nan
    below, part = divmod(q * (len(ordered) - 1), 1)
    first, second = ordered[int(below)], ordered[min(int(below) + 1, len(ordered) - 1)]
    return first if part == 0 or first == second else first + part * (second - first)


def mean(values):
    return values.mean()


def interval(rows, name):
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
    chosen = resamples(len(total))
    means = total[chosen].sum(axis=1) / count[chosen].sum(axis=1)
    return quantile(means, 0.025), quantile(means, 0.975)


def share(part, whole):
    return part / whole if whole else np.nan


def gap_numbers(rows):
    proven, open_ = rows[rows.kind == "proven"], rows[rows.kind == "interval"]
    undefined, failed = (rows.kind == "undefined").sum(), (rows.status == "failed").sum()
    low, high = interval(proven, "gap")
    within = lambda limit: share((proven.allowed & (proven.gap <= limit)).sum(), len(proven))
    return {
        "draws": len(rows[["seed", "run"]].drop_duplicates()), "instances": len(rows), "proven": len(proven), "unproven": len(open_), "undefined": undefined,
        "infeasible": (rows.kind == "none").sum() - failed, "failed": failed,
        "breaks_tau": ((rows.kind != "none") & ~rows.allowed).sum(),
        "mean": mean(proven.gap), "mean_low": low, "mean_high": high, "median": quantile(proven.gap, 0.5),
        "p90": quantile(proven.gap, 0.9), "max": quantile(proven.gap, 1), "share_optimal": within(0),
        "share_within_1pct": within(0.01), "share_within_5pct": within(0.05),
        "share_unproven": share(len(open_), len(open_) + len(proven) + undefined),
        "unproven_median_low": quantile(open_.gap_low, 0.5), "unproven_median_high": quantile(open_.gap_high, 0.5),
        "unproven_max_high": quantile(open_.gap_high, 1),
    }


def delay_numbers(rows):
    each = {name: rows[f"{name}_delay_s"] / rows.n_users
            for name in ["total", "local", "comm", "comp", "measured_total", "measured_comp"]}
    low, high = interval(rows, "accuracy")
    expected_low, expected_high = interval(rows, "expected_accuracy")
    return {
        "decisions": each["total"].notna().sum(),
        "offloaded_share_mean": mean((rows.n_offloaded / rows.n_users)[rows.objective_s.notna()]),
        "accuracy_mean": mean(rows.accuracy), "accuracy_mean_low": low, "accuracy_mean_high": high,
        "expected_accuracy_mean": mean(rows.expected_accuracy), "expected_accuracy_mean_low": expected_low,
        "expected_accuracy_mean_high": expected_high,
        "delay_median_s": quantile(each["total"], 0.5), "local_mean_s": mean(each["local"]),
        "comm_mean_s": mean(each["comm"]), "comp_mean_s": mean(each["comp"]),
        "local_median_s": quantile(each["local"], 0.5), "comm_median_s": quantile(each["comm"], 0.5),
        "comp_median_s": quantile(each["comp"], 0.5),
        "measured_delay_median_s": quantile(each["measured_total"], 0.5),
        "measured_comp_mean_s": mean(each["measured_comp"]),
        "measured_comp_median_s": quantile(each["measured_comp"], 0.5),
        "runtime_median_s": quantile(rows.runtime_s, 0.5), "runtime_p25_s": quantile(rows.runtime_s, 0.25),
        "runtime_p75_s": quantile(rows.runtime_s, 0.75),
    }


def in_order(table, by):
    """Sorted by columns, names in the plan's order."""
    for name in by:
        if name in runs and runs[name].dtype == "category":
            table[name] = pd.Categorical(table[name], categories=runs[name].cat.categories)
    return table.sort_values(by, ignore_index=True)


def measure(by):
    """One line for each group of rows that agree in the columns `by`."""
    groups = runs.groupby(by, observed=True)
    lines = [{**dict(zip(by, key)), **gap_numbers(rows), **delay_numbers(rows)} for key, rows in groups]
    return in_order(pd.DataFrame(lines), by)
