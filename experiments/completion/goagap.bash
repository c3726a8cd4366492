# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of goagap for bash: commands, topics, options, and the values that are names.

_goagap_options() { # of a command
    case $1 in
    import)
        echo "
            --axes --dtype --from --logits --offsets --values --class-map --correct --join
            --latency --side --allow-post-sampling --compress --drop-eos --keep --limit
            --skip-empty --force -o --output -? --help --usage
        "
        ;;
    inspect)
        echo "
            --dump -? --help --usage
        "
        ;;
    uncertainty)
        echo "
            --aggregate --drop-eos --ignore-classes --method --side --temperature --threads
            --top-k --force --name -o --output -? --help --usage
        "
        ;;
    evaluate)
        echo "
            --compare --side --top-k --uncertainty --calibrate --conformal --offload-rate
            --router --target-accuracy --write-router --bins --bootstrap --seed --format
            --plots -? --help --usage
        "
        ;;
    instance)
        echo "
            -m --servers -n --users --preset --run --seed --tau --latency-scale --rank-alpha
            --uncertainty --fixed-interference --gains --positions -o --output -? --help --usage
        "
        ;;
    solve)
        echo "
            -s --solver --tau -w --objective --gap --goa-weights --memory-limit --node-limit
            --random-users --seed --time-limit --assignment --name --perturb --trials --format
            -o --output -v --verbose -? --help --usage
        "
        ;;
    check)
        echo "
            -? --help --usage
        "
        ;;
    explain)
        echo "
            --rows --run -s --solver --positions --svg -? --help --usage
        "
        ;;
    pareto)
        echo "
            --p-llm --p-slm --points -w --objective --target-accuracy --target-delay --dataset
            --gap --node-limit --seed --time-limit --format -o --output --svg -? --help --usage
        "
        ;;
    model)
        echo "
            --tau --to -w --objective --fixed-by-bound --levels -o --output -? --help --usage
        "
        ;;
    batch)
        echo "
            --dataset -o --output --dry-run -j --jobs -q --quiet --retry-failed --shard -?
            --help --usage
        "
        ;;
    status)
        echo "
            -? --help --usage
        "
        ;;
    merge)
        echo "
            -o --output --partial -? --help --usage
        "
        ;;
    compare)
        echo "
            --objective -o --output --preset -? --help --usage
        "
        ;;
    report)
        echo "
            -o --output --dataset --plan -? --help --usage
        "
        ;;
    notebook)
        echo "
            -o --output -? --help --usage
        "
        ;;
    version)
        echo "
            -? --help --usage
        "
        ;;
    esac
}

_goagap() {
    local commands solvers values current=${COMP_WORDS[COMP_CWORD]} option= command=${COMP_WORDS[1]}
    commands="
        import inspect uncertainty evaluate instance solve check explain pareto model batch
        status merge compare report notebook version help"
    solvers="local edge dmin random goa goa-marginal goa-ls ils ga lagrangian exact glpk"
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        case $current in
        -*) COMPREPLY=($(compgen -W '-h --help -V --version' -- "$current")) ;;
        *) COMPREPLY=($(compgen -W "$commands" -- "$current")) ;;
        esac
        return
    fi
    if [ "$command" = help ]; then
        COMPREPLY=($(compgen -W "$commands formats model exit-codes" -- "$current"))
        return
    fi
    # "--format=j" is three words, "--format j" two.
    [ "$current" = = ] && current=
    option=${COMP_WORDS[COMP_CWORD - 1]}
    [ "$option" = = ] && option=${COMP_WORDS[COMP_CWORD - 2]}
    case $option in
    -s | --solver)
        # A list: the last name is completed, the others stay.
        COMPREPLY=($(compgen -P "${current%"${current##*,}"}" -W "$solvers" -- "${current##*,}"))
        return
        ;;
    --format) values="table json" ;;
    -w | --objective) values="weighted uniform" ;;
    --goa-weights) values="alpha objective" ;;
    --from)
        values="auto
            npy npz safetensors hdf5 llamacpp pytorch vllm llama-server lm-eval ucci paper-json
            openai-legacy openai csv jsonl
        "
        ;;
    --side) values="slm llm" ;;
    --to) values="mps lp" ;;
    --values) values="logits logprobs probs" ;;
    --method) values="margin entropy normalised_entropy least_confidence nll gini" ;;
    --calibrate) values="isotonic platt temperature identity" ;;
    --preset) values="paper paper-bits urban-micro" ;;
    esac
    if [ -n "$values" ]; then
        COMPREPLY=($(compgen -W "$values" -- "$current"))
    elif [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$(_goagap_options "$command")" -- "$current"))
    fi
}

# Where nothing of ours fits: files.
complete -o bashdefault -o default -F _goagap goagap
