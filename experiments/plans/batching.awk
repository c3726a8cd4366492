# One sentence from the table fair.csv of a report on batching.yaml: GOA's gap, plain and at its own accuracy, on servers
# that share and that batch. Means, with their intervals, over all instances; where the optimum at GOA's accuracy is not
# proven, from the least to the most that the bounds allow.
BEGIN { FS = "," }
NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
$at["strategy"] == "goa" {
    preset = $at["preset"]
    plain[preset] = gap("gap")
    fair[preset] = gap("fair_gap")
    instances += $at["instances"]
    proven += $at["proven"]
}
function percent(column) {
    if (!(column in at)) { print "the table has no column " column; failed = 1; exit 1 }
    return sprintf("%.1f", 100 * $at[column])
}
function gap(of,    least, most) {
    least = percent(of "_least")
    most = percent(of "_most")
    return (least == most ? most : least "–" most) " % [" percent(of "_least_low") ", " percent(of "_most_high") "]"
}
function pair(of, sharing, batching) {
    return of[sharing] " where servers share and " of[batching] " where they batch"
}
END {
    if (failed) exit 1
    if (!("paper" in plain) || !("paper-batch" in plain)) { print "no rows of GOA with both kinds of servers"; exit 1 }
    text = "GOA is above the proven optimum by " pair(plain, "paper", "paper-batch") \
        ", and above the optimum at its own accuracy by " pair(fair, "paper", "paper-batch")
    if ("paper-gate" in plain && "paper-batch-gate" in plain)
        text = text "; with a gate at the first token by " pair(plain, "paper-gate", "paper-batch-gate") " (at its own accuracy " \
            fair["paper-gate"] " and " fair["paper-batch-gate"] ")"
    printf "%s: means over %d instances, of which the optimum at its accuracy is proven for %d.\n", text, instances, proven
}
