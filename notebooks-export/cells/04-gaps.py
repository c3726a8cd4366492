INSTANCE = ["preset", "objective", "n_users", "n_servers", "tau", "seed", "run"]


def over_instance(values, how):
    return values.groupby([runs[name] for name in INSTANCE], observed=True, sort=False).transform(how)


def ratio(value, reference):
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = np.where(reference > 0, value / reference - 1, np.inf)
        equal = (np.abs(value - reference) <= 1e-12) | (value == reference)
    return np.where(equal, 0.0, beyond)


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
instances = runs.groupby(INSTANCE, observed=True, sort=False)
print(f"{instances.ngroups} instances, {int((instances.kind.first() != 'interval').sum())} with a proven optimum "
      "or without a decision")
