GAP_COLUMNS = ["draws", "instances", "proven", "mean", "mean_low", "mean_high", "median", "max", "share_optimal",
               "share_within_5pct", "breaks_tau"]
panels = measure(["preset", "objective", "strategy"])
panels[["preset", "objective", "strategy"] + GAP_COLUMNS]
