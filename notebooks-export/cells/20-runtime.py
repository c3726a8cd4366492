for preset, objective, rows in panels_of(slices[slices.axis == "users"]):
    timed = rows[rows.runtime_median_s > 0]
    if rows.value.nunique() < 2 or len(timed) == 0:
        continue
    axes = figure("Time to decide", preset, objective)
    axes.set(xscale="log", yscale="log", xlabel="users N", ylabel="seconds, median")
    for strategy, curve in curves_of(timed):
        axes.plot(curve.value, curve.runtime_median_s, **look(strategy))
        axes.vlines(curve.value, curve.runtime_p25_s, curve.runtime_p75_s, color=look(strategy)["color"], alpha=0.5)
    axes.set_xticks(sorted(rows.value.unique()), [f"{n:g}" for n in sorted(rows.value.unique())])
    axes.minorticks_off()
    axes.legend(fontsize=8)
    plt.show()
