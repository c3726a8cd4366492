AXES = {"users": "n_users", "servers": "n_servers", "tau": "tau"}
along = [measure(["preset", "objective", column, "strategy"]).rename(columns={column: "value"}).assign(axis=axis)
         for axis, column in AXES.items()]
slices = in_order(pd.concat(along), ["preset", "objective", "axis", "value", "strategy"])


def draw_gap_along(axis, label):
    for preset, objective, rows in panels_of(slices[slices.axis == axis]):
        # What breaks tau may undercut the optimum.
        drawn = rows[(rows.breaks_tau == 0) & (rows.proven > 0) & np.isfinite(rows["mean"])]
        if rows.value.nunique() < 2 or len(drawn) == 0:
            continue
        axes = figure("Mean gap", preset, objective)
        gap_axis(axes, "y", 1.15 * max(0.01, drawn[["mean", "mean_high"]].max().max()))
        for strategy, curve in curves_of(drawn):
            axes.plot(curve.value, curve["mean"], **look(strategy))
            axes.vlines(curve.value, curve.mean_low, curve.mean_high, color=look(strategy)["color"], alpha=0.5)
        axes.set(xlabel=label, ylabel="mean gap", xticks=sorted(rows.value.unique()))
        axes.legend(fontsize=8)
        plt.show()


draw_gap_along("users", "users N")
