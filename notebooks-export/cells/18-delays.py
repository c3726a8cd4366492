PARTS = [("local", "on the device", "#009E73"), ("comm", "transmission", "#E69F00"),
         ("comp", "edge computing", "#56B4E9")]
for preset, objective, rows in panels_of(panels):
    axes = figure("Delay per query by its parts", preset, objective)
    place = np.arange(len(rows))
    mean_ms, median_ms = np.zeros(len(rows)), np.zeros(len(rows))
    for name, label, colour in PARTS:
        part = 1e3 * rows[f"{name}_mean_s"].to_numpy()
        axes.barh(place - 0.2, part, 0.38, mean_ms, color=colour, label=label)
        mean_ms = mean_ms + part
        part = 1e3 * rows[f"{name}_median_s"].to_numpy()
        axes.barh(place + 0.2, part, 0.38, median_ms, color=colour, alpha=0.6)
        median_ms = median_ms + part
    axes.set_yticks(place, rows.strategy)
    axes.invert_yaxis()
    longest = np.append(mean_ms, median_ms)
    axes.set_xlim(0, 1.05 * longest[np.isfinite(longest)].max(initial=0.1))
    axes.set(xlabel="ms as decided; upper bar means, lower bar medians")
    axes.legend(fontsize=8)
    plt.show()
