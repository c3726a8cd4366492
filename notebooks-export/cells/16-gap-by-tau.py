draw_gap_along("tau", "threshold τ")
