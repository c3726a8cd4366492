PARTS = [("local", "on the device", "#009E73"), ("comm", "transmission", "#E69F00"),
         ("comp", "edge computing", "#56B4E9")]
for preset, objective, rows in panels_of(panels):
    axes = figure("Delay per query by its parts", preset, objective)
    place, measured = np.arange(len(rows)), np.zeros(len(rows))
    decided_ms, measured_ms = np.zeros(len(rows)), np.zeros(len(rows))
    for name, label, colour in PARTS:
        part = 1e3 * rows[f"{name}_median_s"].to_numpy()
        axes.barh(place - 0.2, part, 0.38, decided_ms, color=colour, label=label)
        decided_ms = decided_ms + part
        if name == "comp":
            part = 1e3 * rows.measured_comp_median_s.to_numpy()
        axes.barh(place + 0.2, part, 0.38, measured_ms, color=colour, alpha=0.6)
        measured_ms = measured_ms + part
    axes.set_yticks(place, rows.strategy)
    axes.invert_yaxis()
    longest = np.append(decided_ms, measured_ms)
    axes.set_xlim(0, 1.05 * longest[np.isfinite(longest)].max(initial=0.1))
    axes.set(xlabel="ms, medians; upper bar as decided, lower bar as measured")
    axes.legend(fontsize=8)
    plt.show()
