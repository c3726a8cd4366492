# Time to a decision within 1 % of the best known, as a multiple of the fastest strategy's.
once = runs[~runs.duplicated(INSTANCE + ["strategy"])]
good = once.allowed & (once.objective_s <= 1.01 * once.best_s) & (once.runtime_s > 0)
reach_s = once.runtime_s.where(good, np.inf)
fastest_s = reach_s.groupby([once[name] for name in INSTANCE], observed=True, sort=False).transform("min")
solved = once[np.isfinite(fastest_s)].assign(time_ratio=reach_s / fastest_s)
solved_rows = solved.groupby(["preset", "objective", "strategy"], observed=True)
n_solved = solved.drop_duplicates(INSTANCE).groupby(["preset", "objective"], observed=True).size()
profile = distributions(((key, (rows.time_ratio, n_solved[key[:2]])) for key, rows in solved_rows), "time_ratio", 1.0)
for preset, objective, rows in panels_of(profile):
    if rows.time_ratio.max() <= 1:
        continue
    axes = figure("Performance profile", preset, objective)
    axes.set_xscale("log")
    draw_steps(axes, rows, "time_ratio", 10.0 ** np.ceil(np.log10(rows.time_ratio.max())))
    axes.set(xlabel="time, as a multiple of the fastest strategy's", ylabel="share of instances")
    plt.show()
