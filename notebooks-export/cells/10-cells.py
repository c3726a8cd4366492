cells = measure(["preset", "objective", "n_users", "n_servers", "tau", "strategy"])
tables.percent(cells[["preset", "objective", "n_users", "n_servers", "tau", "strategy"] + GAP_COLUMNS], RATIOS)
