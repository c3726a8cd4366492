def steps(values, total, floor):
    """The distribution of values out of `total`: gap or ratio, share of the instances within it."""
    finite = np.asarray(values)[np.isfinite(values)]
    at, count = np.unique(np.maximum(finite, floor), return_counts=True)
    return at, np.cumsum(count) / total


def distributions(rows_of, column, floor):
    lines = []
    for (preset, objective, strategy), (values, total) in rows_of:
        for at, within in zip(*steps(values, total, floor)):
            lines.append((preset, objective, strategy, at, within))
    table = pd.DataFrame(lines, columns=["preset", "objective", "strategy", column, "share"])
    return in_order(table, ["preset", "objective", "strategy", column])


def draw_steps(axes, rows, column, end):
    for strategy, curve in curves_of(rows):
        x, y = np.append(curve[column], end), np.append(curve.share, curve.share.iloc[-1])
        axes.step(x, y, where="post", **{**look(strategy), "marker": None})
    axes.set_ylim(0, 1.02)
    axes.legend(fontsize=8)


proven_rows = runs[runs.kind == "proven"].groupby(["preset", "objective", "strategy"], observed=True)
ecdf = distributions(((key, (rows.gap[rows.allowed], len(rows))) for key, rows in proven_rows), "gap", 0.0)
largest = 10.0 ** np.ceil(np.log10(max(0.01, ecdf.gap.max())))
for preset, objective, rows in panels_of(ecdf):
    axes = figure("Distribution of the gap", preset, objective)
    gap_axis(axes, "x", largest)
    draw_steps(axes, rows, "gap", largest)
    axes.set(xlabel="gap to the proven optimum", ylabel="share of runs within it")
    plt.show()
