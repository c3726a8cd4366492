# SPDX-License-Identifier: GPL-3.0-or-later
# A manual page from its prose: puts what the program's tables say where a line is @options@,
# @commands@, @topics@ or @formats@.
#   awk -v command=NAME -f page.awk TABLES PAGE.scd
BEGIN { FS = "\t" }

# In scdoc's words: quotes, and no underline where no name holds the "_" from both sides.
function prose(text,   k, c, out) {
    while (match(text, /`[^`']*'/))
        text = substr(text, 1, RSTART - 1) "\"" substr(text, RSTART + 1, RLENGTH - 2) "\"" \
            substr(text, RSTART + RLENGTH)
    for (k = 1; k <= length(text); k++) {
        c = substr(text, k, 1)
        if (c == "_" && (k == 1 || substr(text, k - 1, 1) substr(text, k + 1, 1) !~ /^[A-Za-z0-9][A-Za-z0-9]$/))
            c = "\\_"
        out = out c
    }
    return out
}

function capital(text) { return toupper(substr(text, 1, 1)) substr(text, 2) }

# An entry of a list, its lines kept under `kind`.
function entry(kind, head, text) {
    texts[kind] = texts[kind] (texts[kind] == "" ? "" : "\n") head "\n\t" text ".\n"
}

function option_head(letter, name, argument, may_lack,   head) {
    head = (letter != "" ? "*-" letter "*, " : "") "*--" name "*"
    if (argument == "")
        return head
    gsub(/\|/, "_|_", argument)
    return head (may_lack ? "\\[=_" argument "_]" : "=_" argument "_")
}

NR == FNR && $1 == "option" && $2 == command {
    entry("options", option_head($3, $4, $5, $6), prose($7 ($8 != "" ? ". " $8 : "")))
}
NR == FNR && $1 == "command" { entry("commands", "*goagap-" $2 "*(1)", prose(capital($3))) }
NR == FNR && $1 == "topic" { entry("topics", "*goagap help " $2 "*", prose(capital($3))) }
NR == FNR && $1 == "name" && $2 == "@formats" { entry("formats", "*" $3 "*", prose($4)) }
NR == FNR { next }
/^@[a-z]+@$/ {
    kind = substr($0, 2, length($0) - 2)
    if (texts[kind] == "") {
        print FILENAME ": nothing for " $0 >"/dev/stderr"
        exit 1
    }
    printf "%s", texts[kind]
    next
}
{ print }
