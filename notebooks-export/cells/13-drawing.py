# Colour, line and marker of each strategy, as in the report.
LOOKS = {
    "goa": ("#E69F00", "-", "o"), "goa-ls": ("#009E73", "-", "s"), "exact": ("black", "-", "P"),
    "goa-marginal": ("#0072B2", "--", "v"), "ga": ("#CC79A7", "--", "D"), "edge": ("#56B4E9", "--", "s"),
    "dmin": ("#D55E00", ":", "^"), "random": ("#8a8a8a", "--", "o"), "local": ("#8a8a8a", ":", "o"),
    "ils": ("#CC79A7", ":", "s"), "lagrangian": ("#0072B2", ":", "v"), "glpk": ("black", "--", "D"),
}
OTHERS = ["#E69F00", "#009E73", "black", "#0072B2", "#CC79A7", "#56B4E9", "#D55E00", "#8a8a8a"]
KNEE = 1e-3


def look(strategy):
    strangers = [s for s in runs.strategy.cat.categories if s not in LOOKS]
    colour, line, marker = LOOKS.get(strategy) or (OTHERS[(4 + strangers.index(strategy)) % 8], "-.", "x")
    return {"color": colour, "linestyle": line, "marker": marker, "label": strategy, "markersize": 5,
            "linewidth": 2.2 if strategy == "goa" else 1.4}


def panels_of(table):
    """(preset, objective, rows) of each panel in a table."""
    for (preset, objective), rows in table.groupby(["preset", "objective"], observed=True):
        yield preset, objective, rows


def curves_of(rows):
    return rows.groupby("strategy", observed=True)


def figure(what, preset, objective):
    canvas, axes = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
    axes.set_title(f"{what}, {preset}, {objective} objective", fontsize=10)
    axes.grid(alpha=0.3)
    return axes


def gap_axis(axes, which, high):
    """Logarithmic above 0.1 %, nearly to scale below, with a place for 0."""
    bend = (lambda gap: np.log10(1 + np.maximum(gap, 0) / KNEE), lambda y: KNEE * (10**y - 1))
    ticks = [0] + [10.0**k for k in range(-3, 5) if 10.0**k <= high]
    getattr(axes, f"set_{which}scale")("function", functions=bend)
    getattr(axes, f"set_{which}lim")(0, high)
    getattr(axes, f"set_{which}ticks")(ticks, [f"{100 * t:g} %" for t in ticks])
