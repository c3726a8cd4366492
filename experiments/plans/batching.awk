# One sentence from the table fair.csv of a report on batching.yaml: GOA's gap, plain and at its own accuracy, on servers
# that share and that batch. Means, with their intervals, are over instances whose optima are both proven.
BEGIN { FS = "," }
NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
$at["strategy"] == "goa" {
    preset = $at["preset"]
    plain[preset] = gap("gap_mean")
    fair[preset] = gap("fair_gap_mean")
    instances += $at["instances"]
    compared += $at["compared"]
}
function gap(column) {
    return sprintf("%.1f %% [%.1f, %.1f]", 100 * $at[column], 100 * $at[column "_low"], 100 * $at[column "_high"])
}
function pair(of, sharing, batching) {
    return of[sharing] " where servers share and " of[batching] " where they batch"
}
END {
    if (!("paper" in plain) || !("paper-batch" in plain)) { print "no rows of GOA with both kinds of servers"; exit 1 }
    text = "GOA is above the proven optimum by " pair(plain, "paper", "paper-batch") \
        ", and above the optimum at its own accuracy by " pair(fair, "paper", "paper-batch")
    if ("paper-gate" in plain && "paper-batch-gate" in plain)
        text = text "; with a gate at the first token by " pair(plain, "paper-gate", "paper-batch-gate") " (at its own accuracy " \
            fair["paper-gate"] " and " fair["paper-batch-gate"] ")"
    left = instances - compared
    printf "%s: means over %d instances, %s.\n", text, compared, \
        left == 0 ? "all proven" : "and " left " of " instances " are not proven and left out"
}
