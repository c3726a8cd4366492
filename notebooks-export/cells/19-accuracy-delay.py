front_path = os.path.join(RESULTS, "front.csv")
front = pd.DataFrame(columns=["delay_per_query_s", "accuracy"])
if os.path.isfile(front_path):
    front = pd.read_csv(front_path)
for preset, objective, rows in panels_of(slices[slices.axis == "tau"]):
    known = rows[np.isfinite(rows.delay_median_s) & rows.accuracy_mean.notna()]
    if len(known) == 0:
        continue
    axes = figure("Accuracy and delay", preset, objective)
    here = front[front.preset.fillna("").isin(["", preset])] if "preset" in front else front
    if len(here) > 0:
        here = here.sort_values(["delay_per_query_s", "accuracy"])
        axes.step(1e3 * here.delay_per_query_s, 100 * here.accuracy, where="post", color="black", alpha=0.3,
                  linewidth=5)
    for strategy, curve in curves_of(known):
        axes.plot(1e3 * curve.delay_median_s, 100 * curve.accuracy_mean, **look(strategy))
        if strategy == "goa":
            axes.vlines(1e3 * curve.delay_median_s, 100 * curve.accuracy_mean_low, 100 * curve.accuracy_mean_high,
                        color=look(strategy)["color"], alpha=0.5)
    if known.delay_median_s.min() > 0 and known.delay_median_s.max() > 30 * known.delay_median_s.min():
        axes.set_xscale("log")
    axes.set(xlabel="delay per query in ms, median", ylabel="correct answers in %")
    axes.legend(fontsize=8)
    plt.show()
