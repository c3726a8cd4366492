# Users decided otherwise than in the first proven optimum of their instance.
KINDS = {"too greedy": "#D55E00", "wrong server": "#CC79A7", "too cautious": "#0072B2"}
lines = []
if "assignment" in runs:
    for key, rows in once.sort_values("strategy", kind="stable").groupby(INSTANCE, observed=True, sort=False):
        stored = rows[rows.allowed & (rows.assignment.map(len) == rows.n_users)]
        best = stored[(stored.kind == "proven") & (stored.gap == 0)]
        for row in stored.itertuples() if len(best) > 0 else ():
            mine, optimal = row.assignment, best.assignment.iloc[0]
            wrong = mine != optimal
            lines.append((*key[:2], row.strategy, 1, int(not wrong.any()), row.n_users, (wrong & (optimal < 0)).sum(),
                          (wrong & (mine >= 0) & (optimal >= 0)).sum(), (wrong & (mine < 0)).sum()))
of_panel = ["preset", "objective", "strategy"]
numbers = ["instances", "decided_alike", "users", *KINDS]
mistakes = pd.DataFrame(lines, columns=of_panel + numbers).astype({name: int for name in numbers})
mistakes = in_order(mistakes.groupby(of_panel)[numbers].sum().reset_index(), of_panel)
for preset, objective, rows in panels_of(mistakes):
    axes = figure("Users decided otherwise than in the optimum", preset, objective)
    end = np.zeros(len(rows))
    for kind, colour in KINDS.items():
        part = (100 * rows[kind] / rows.users).to_numpy(dtype=float)
        axes.barh(rows.strategy.astype(str), part, left=end, color=colour, label=kind)
        end = end + part
    axes.invert_yaxis()
    axes.set(xlabel="% of users")
    axes.legend(fontsize=8)
    plt.show()
