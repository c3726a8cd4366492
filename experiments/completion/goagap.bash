# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of goagap for bash: commands, topics, options, and the values that are names.

_goagap_options() { # of a command
    case $1 in
@options@
    esac
}

_goagap_values() { # of a command and its option: the words that it takes
    case "$1 $2" in
@values@
    esac
}

_goagap() {
    local commands values current=${COMP_WORDS[COMP_CWORD]} option= command=${COMP_WORDS[1]}
    commands="@names@ help"
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        case $current in
        -*) COMPREPLY=($(compgen -W '-h --help -V --version' -- "$current")) ;;
        *) COMPREPLY=($(compgen -W "$commands" -- "$current")) ;;
        esac
        return
    fi
    if [ "$command" = help ]; then
        COMPREPLY=($(compgen -W "$commands @topics@" -- "$current"))
        return
    fi
    # "--format=j" is three words, "--format j" two.
    [ "$current" = = ] && current=
    option=${COMP_WORDS[COMP_CWORD - 1]}
    [ "$option" = = ] && option=${COMP_WORDS[COMP_CWORD - 2]}
    values=$(_goagap_values "$command" "$option")
    if [[ $option == --solver || $option == -s ]]; then
        # A list: the last name is completed, the others stay.
        COMPREPLY=($(compgen -P "${current%"${current##*,}"}" -W "$values" -- "${current##*,}"))
    elif [ -n "$values" ]; then
        COMPREPLY=($(compgen -W "$values" -- "$current"))
    elif [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$(_goagap_options "$command")" -- "$current"))
    fi
}

# Where nothing of ours fits: files.
complete -o bashdefault -o default -F _goagap goagap
