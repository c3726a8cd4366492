GAP_COLUMNS = ["draws", "instances", "proven", "mean", "mean_low", "mean_high", "median", "max", "share_optimal",
               "share_within_5pct", "breaks_tau"]
RATIOS = ["mean", "mean_low", "mean_high", "median", "max", "share_optimal", "share_within_5pct"]
panels = measure(["preset", "objective", "strategy"])
tables.percent(panels[["preset", "objective", "strategy"] + GAP_COLUMNS], RATIOS)
