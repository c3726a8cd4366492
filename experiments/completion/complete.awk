# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for a shell: puts what the program's tables say where a line of the script is @options@
# or @commands@, or holds @names@, @strategies@, @presets@, @topics@.
#   awk -v shell=bash|zsh -f complete.awk TABLES SCRIPT
BEGIN { FS = "\t" }

function quoted(text) { # inside '...'
    gsub(/'/, "'\\''", text)
    return text
}

# Adds a word to a list, the names of a list in place of its own.
function join(list, words,   part, count, k) {
    count = split(words, part, " ")
    for (k = 1; k <= count; k++)
        list = list (list == "" ? "" : " ") (part[k] in names ? names[part[k]] : part[k])
    return list
}

# Words in lines of at most 92 columns, each behind `indent`.
function wrapped(words, indent,   part, count, k, line, out) {
    count = split(words, part, " ")
    line = indent part[1]
    for (k = 2; k <= count; k++)
        if (length(line) + 1 + length(part[k]) > 92) {
            out = out line "\n"
            line = indent part[k]
        } else
            line = line " " part[k]
    return out line
}

# What zsh says beside an option: the help up to its details, or the name where it begins with values.
function gist(help, name) {
    if (help ~ /^[a-z]/)
        return name
    sub(/(; |: | \(|\. ).*/, "", help)
    if (length(help) > 58) {
        help = substr(help, 1, 55)
        sub(/ [^ ]*$/, " ...", help)
    }
    return help
}

# What an option's value is called and what it may be, for zsh.
function value(argument, values) {
    if (!match(argument, /^[A-Za-z]+/)) {
        RSTART = 1
        RLENGTH = 0
        argument = "value"
    } else
        argument = tolower(substr(argument, 1, RLENGTH))
    if (values == "")
        return argument ": "
    if (values == "@files")
        return argument ":_files"
    if (values == "@strategies")
        return argument ":_goagap_solvers"
    if (values == "@presets")
        return argument ":_goagap_presets"
    return argument ":(" join("", values) ")"
}

# An argument of zsh's _arguments.
function specification(letter, name, argument, optional, help, values,   text) {
    text = "[" quoted(gist(help, name)) "]"
    if (letter == "") {
        if (argument == "")
            return "'--" name text "'"
        if (optional)
            return "'--" name "=-" text "::" value(argument, values) "'"
        return "'--" name "=" text ":" value(argument, values) "'"
    }
    if (argument == "")
        return "'(-" letter " --" name ")'{-" (letter == "?" ? "\\" : "") letter ",--" name "}'" text "'"
    return "'(-" letter " --" name ")'{-" letter "+,--" name "=}'" text ":" value(argument, values) "'"
}

NR == FNR && $1 == "name" { names[$2] = names[$2] (names[$2] == "" ? "" : " ") $3 }
NR == FNR && $1 == "topic" { n_topics++; topic[n_topics] = $2; about[n_topics] = $3 }
NR == FNR && $1 == "command" { command[++n] = $2; summary[n] = $3 }
NR == FNR && $1 == "option" { at[++n_options] = n; row[n_options] = $0 }
NR == FNR { next }

function bash_options(   c, o, f, words) {
    for (c = 1; c <= n; c++) {
        words = ""
        for (o = 1; o <= n_options; o++)
            if (at[o] == c) {
                split(row[o], f, "\t")
                words = words (f[3] != "" ? " -" f[3] : "") " --" f[4]
            }
        printf "    %s)\n        echo \"\n%s\n        \"\n        ;;\n", command[c], wrapped(words, "            ")
    }
}

# The words that an option's value may be.
function bash_values(   o, f) {
    for (o = 1; o <= n_options; o++) {
        split(row[o], f, "\t")
        if (f[9] != "" && f[9] != "@files")
            printf "    %s) echo \"%s\" ;;\n", command[at[o]] "\\ --" f[4] \
                (f[3] != "" ? " | " command[at[o]] "\\ -" f[3] : ""), join("", f[9])
    }
}

function zsh_options(   c, o, f) {
    for (c = 1; c <= n; c++) {
        printf "    %s)\n        _arguments -s -S \\\n", command[c]
        for (o = 1; o <= n_options; o++)
            if (at[o] == c) {
                split(row[o], f, "\t")
                printf "            %s \\\n", specification(f[3], f[4], f[5], f[6], f[7], f[9])
            }
        printf "            '*:file:_files'\n        ;;\n"
    }
}

/^@options@$/ { if (shell == "bash") bash_options(); else zsh_options(); next }
/^@values@$/ { bash_values(); next }
/^@commands@$/ {
    for (c = 1; c <= n; c++)
        printf "        '%s:%s'\n", command[c], quoted(summary[c])
    next
}
{
    words = ""
    for (c = 1; c <= n; c++)
        words = words (c > 1 ? " " : "") command[c]
    gsub(/@names@/, words)
    gsub(/@strategies@/, names["@strategies"])
    gsub(/@presets@/, names["@presets"])
    words = ""
    for (c = 1; c <= n_topics; c++)
        words = words (c > 1 ? " " : "") (shell == "bash" ? topic[c] : "'" topic[c] ":" quoted(about[c]) "'")
    gsub(/@topics@/, words)
    print
}
