DELAY_COLUMNS = ["offloaded_share_mean", "accuracy_mean", "expected_accuracy_mean", "delay_median_s",
                 "local_median_s", "comm_median_s", "comp_median_s", "measured_delay_median_s", "runtime_median_s"]
tables.percent(panels[["preset", "objective", "strategy"] + DELAY_COLUMNS], DELAY_COLUMNS[:3])
