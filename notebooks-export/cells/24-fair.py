def fair_lines(held_name, reference):
    held = runs[decided & (runs.strategy == held_name) & runs.fair_accuracy.notna()]
    asked = held[INSTANCE + ["fair_accuracy", "lower_bound_s", "status"]].rename(
        columns={"fair_accuracy": "asked", "lower_bound_s": "held_bound_s", "status": "held_status"})
    both = runs[decided & (runs.strategy == reference)].merge(asked, on=INSTANCE)
    other = runs[runs.allowed].merge(asked, on=INSTANCE)
    other = other[other.expected_accuracy >= other.asked - 1e-12].groupby(INSTANCE, observed=True).objective_s.min()
    both = both.merge(other.rename("fair_best_s").reset_index(), on=INSTANCE)
    held_optimal = both.held_status == "optimal"
    both["fair_gap_least"] = ratio(both.objective_s, both.fair_best_s)
    both["fair_gap_most"] = np.where(held_optimal, both.fair_gap_least,
                                     ratio(both.objective_s, both.held_bound_s.clip(lower=0)))
    both["gap_least"] = both.gap.fillna(both.gap_low)
    both["gap_most"] = both.gap.fillna(both.gap_high)
    for (preset, objective), rows in both.groupby(["preset", "objective"], observed=True):
        common = rows[np.isfinite(rows.fair_gap_most) & np.isfinite(rows.gap_most)]
        line = {"preset": preset, "objective": objective, "strategy": reference, "held": held_name,
                "instances": len(rows), "compared": len(common)}
        for name in ["gap", "fair_gap"]:
            line |= {f"{name}_least": common[f"{name}_least"].mean(), f"{name}_most": common[f"{name}_most"].mean(),
                     f"{name}_low": interval(common, f"{name}_least")[0],
                     f"{name}_high": interval(common, f"{name}_most")[1]}
        yield line


pairs_held = runs.loc[runs.fair_reference != "", ["strategy", "fair_reference"]].drop_duplicates("strategy")
FAIR_COLUMNS = ["preset", "objective", "strategy", "held", "instances", "compared", "gap_least", "gap_most",
                "gap_low", "gap_high", "fair_gap_least", "fair_gap_most", "fair_gap_low", "fair_gap_high"]
fair = pd.DataFrame([line for held_name, reference in pairs_held.itertuples(index=False)
                     for line in fair_lines(held_name, reference)], columns=FAIR_COLUMNS)
tables.percent(fair, [name for name in FAIR_COLUMNS if "gap" in name])
