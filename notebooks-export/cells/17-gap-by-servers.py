draw_gap_along("servers", "servers M")
