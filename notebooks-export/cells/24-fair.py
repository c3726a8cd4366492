def fair_lines(held_name, reference):
    held = runs[decided & (runs.strategy == held_name) & runs.fair_accuracy.notna()]
    asked = held[INSTANCE + ["fair_accuracy", "lower_bound_s", "status"]].rename(
        columns={"fair_accuracy": "asked", "lower_bound_s": "held_bound_s", "status": "held_status"})
    both = runs[decided & (runs.strategy == reference)].merge(asked, on=INSTANCE)
    other = runs[runs.allowed].merge(asked, on=INSTANCE)
    other = other[other.expected_accuracy >= other.asked - 1e-12].groupby(INSTANCE, observed=True).objective_s.min()
    both = both.merge(other.rename("fair_best_s").reset_index(), on=INSTANCE)
    known = (both.held_status == "optimal") & ~((both.fair_best_s == 0) & (both.objective_s > 1e-12))
    both["fair_gap"] = np.where(known, ratio(both.objective_s, both.fair_best_s), np.nan)
    for (preset, objective), rows in both.groupby(["preset", "objective"], observed=True):
        common = rows[rows.fair_gap.notna() & (rows.kind == "proven") & np.isfinite(rows.best_s)]
        line = {"preset": preset, "objective": objective, "strategy": reference, "held": held_name,
                "instances": len(rows), "compared": len(common)}
        for name, column in [("gap", "gap"), ("fair_gap", "fair_gap")]:
            low, high = interval(common, column)
            line |= {f"{name}_mean": common[column].mean(), f"{name}_mean_low": low, f"{name}_mean_high": high}
        yield line


pairs_held = runs.loc[runs.fair_reference != "", ["strategy", "fair_reference"]].drop_duplicates("strategy")
FAIR_COLUMNS = ["preset", "objective", "strategy", "held", "instances", "compared", "gap_mean", "gap_mean_low",
                "gap_mean_high", "fair_gap_mean", "fair_gap_mean_low", "fair_gap_mean_high"]
fair = pd.DataFrame([line for held_name, reference in pairs_held.itertuples(index=False)
                     for line in fair_lines(held_name, reference)], columns=FAIR_COLUMNS)
tables.percent(fair, [name for name in FAIR_COLUMNS if "gap" in name])
