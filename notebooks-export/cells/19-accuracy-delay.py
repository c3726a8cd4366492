front_path = os.path.join(RESULTS, "front.csv")
front = pd.DataFrame(columns=["delay_per_query_s", "accuracy"])
if os.path.isfile(front_path):
    front = pd.read_csv(front_path)
if "kind" not in front:
    front["kind"] = "hindsight"
for preset, objective, rows in panels_of(slices[slices.axis == "tau"]):
    here = front[front.preset.fillna("").isin(["", preset])] if "preset" in front else front
    here = here.sort_values(["delay_per_query_s", "accuracy"])
    # Curves have the front's accuracy; delays are means, as its own.
    expected = here.kind.iloc[0] == "expected" if len(here) > 0 else rows.expected_accuracy_mean.notna().any()
    accuracy = "expected_accuracy_mean" if expected else "accuracy_mean"
    known = rows.assign(plotted_s=rows.local_mean_s + rows.comm_mean_s + rows.comp_mean_s)
    known = known[np.isfinite(known.plotted_s) & known[accuracy].notna()]
    if len(known) == 0:
        continue
    axes = figure("Accuracy and delay", preset, objective)
    if len(here) > 0:
        label = "front of expected accuracy" if expected else "hindsight bound"
        axes.step(1e3 * here.delay_per_query_s, 100 * here.accuracy, where="post", color="black", alpha=0.3,
                  linewidth=5, label=label)
        for end in {"delay_low_s", "delay_high_s"} & set(here.columns):
            axes.step(1e3 * here[end], 100 * here.accuracy, where="post", color="black", alpha=0.45, linewidth=1,
                      linestyle=":")
    for strategy, curve in curves_of(known):
        axes.plot(1e3 * curve.plotted_s, 100 * curve[accuracy], **look(strategy))
        if strategy == "goa" and curve[f"{accuracy}_low"].notna().all():
            axes.vlines(1e3 * curve.plotted_s, 100 * curve[f"{accuracy}_low"], 100 * curve[f"{accuracy}_high"],
                        color=look(strategy)["color"], alpha=0.5)
    if known.plotted_s.min() > 0 and known.plotted_s.max() > 30 * known.plotted_s.min():
        axes.set_xscale("log")
    axes.set(xlabel="delay per query in ms, mean",
             ylabel="expected accuracy in %" if expected else "right in hindsight in %")
    axes.legend(fontsize=8)
    plt.show()
