cells = measure(["preset", "objective", "n_users", "n_servers", "tau", "strategy"])
cells[["preset", "objective", "n_users", "n_servers", "tau", "strategy"] + GAP_COLUMNS]
