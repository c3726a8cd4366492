#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input: each case is a file, a command, the exit code, and a pattern for the message, which
# says file, place and reason. Whatever happens, nothing is printed and nothing is half-written.
. "$(dirname "$0")/tap.inc"
bad=$root/tests/cli/bad

# refused REGEX NAME COMMAND...: exit code 2, a message, no output, no file left behind.
refused() {
    refused_regex=$1 refused_name=$2
    shift 2
    rm -f result*
    expect 2 "$refused_regex" "$refused_name" "$@"
    if [ -s out ] || [ -n "$(ls result* 2>/dev/null)" ]; then
        verdict 1 "$refused_name: leaves nothing behind"
        ls -l out result*
    fi
}

# ---- JSON instances: one line of a sound one replaced ----

small_instance >small.json
"$goagap" solve small.json --solver goa -o sol.json >out

# instance REGEX NAME SED: the edited instance is refused, with the file's name and REGEX.
instance() {
    sed -e "$3" small.json >case.json
    cmp -s small.json case.json && verdict 1 "$2: the edit changes nothing"
    refused "goagap solve: case.json: $1" "instance: $2" \
        "$goagap" solve case.json --solver goa -o result.json
}
set_to() { printf '%s' "s/^\"$1\": .*/\"$1\": $2,/"; }

instance 'bandwidth_hz\[0\]: -1e\+08 is not' 'negative bandwidth' "$(set_to bandwidth_hz '[-1e8]')"
instance 'bandwidth_hz\[0\]: 0 is not' 'no bandwidth' "$(set_to bandwidth_hz '[0]')"
instance "line 11 column [0-9]+: invalid token near 'NaN'" 'tau = NaN' "$(set_to tau NaN)"
instance 'tau: expected a number' 'tau as text' "$(set_to tau '"0.5"')"
instance 'tau: 1.5 is not in \[0, 1\]' 'tau above 1' "$(set_to tau 1.5)"
instance 'tau: expected a number, found nothing' 'no tau' '/^"tau"/d'
instance 'n_users: 0 is outside 1' 'N = 0' "$(set_to n_users 0)"
instance 'n_users: -3 is outside' 'N < 0' "$(set_to n_users -3)"
instance 'n_users: expected an integer' 'N = 2.0' "$(set_to n_users 2.0)"
instance 'n_users: 1000000000 is outside' '10^9 users in a small file' "$(set_to n_users 1000000000)"
instance '(alpha|payload_bits|[a-z_]+): has 2 elements, expected 9000000' 'many users in a small file' \
    "$(set_to n_users 9000000)"
instance 'n_servers: -1 is outside' 'M < 0' "$(set_to n_servers -1)"
instance 'bandwidth_hz: has 1 elements, expected 2' 'more servers than numbers' "$(set_to n_servers 2)"
instance 'payload_bits: has 3 elements, expected 2' 'a number too many' "$(set_to payload_bits '[1, 2, 3]')"
instance 'payload_bits\[1\]: expected a number, found null' 'null among numbers' "$(set_to payload_bits '[1, null]')"
instance 'payload_bits\[0\]: -1 is not' 'negative payload' "$(set_to payload_bits '[-1, 2]')"
instance 'payload_bits: expected an array' 'a number for an array' "$(set_to payload_bits 7)"
instance 'tx_power_w\[1\]: -0.2 is not' 'negative power' "$(set_to tx_power_w '[0.2, -0.2]')"
instance 'local_delay_s\[0\]: 0 is not' 'no local delay' "$(set_to local_delay_s '[0, 1]')"
instance 'local_capacity_flops\[0\]: 0 is not' 'no device' "$(set_to local_capacity_flops '[0, 1]')"
instance 'edge_delay_ref_s\[0\]: -1 is not' 'negative measured delay' "$(set_to edge_delay_ref_s '[-1, 1]')"
instance 'alpha\[1\]: 1.1 is not in' 'alpha above 1' "$(set_to alpha '[0, 1.1]')"
instance 'gain\[1\]: expected an array of 1' 'a ragged gain' "$(set_to gain '[[1e-9], [1e-9, 2]]')"
instance 'gain\[0\]: expected an array of 1' 'a flat gain' "$(set_to gain '[1e-9, 1e-9]')"
instance '.*gain.* -1 is not' 'negative gain' "$(set_to gain '[[1e-9], [-1]]')"
instance 'slm_correct\[0\]: expected 0 or 1' 'a flag of 2' "$(set_to slm_correct '[2, 0]')"
instance 'slm_correct\[0\]: expected 0 or 1' 'a flag of true' "$(set_to slm_correct '[true, 0]')"
instance 'noise_w: 0 is not' 'no noise' "$(set_to noise_w 0)"
instance 'fixed_interference_w: has 2 elements, expected 1' 'interference of a server too many' \
    's/^"noise_w".*/&\
"fixed_interference_w": [0, 0],/'
instance 'fixed_interference_w\[0\]: -1e-11 is not' 'negative interference' 's/^"noise_w".*/&\
"fixed_interference_w": [-1e-11],/'
instance 'fixed_interference_w: expected an array, found a number' 'one interference for all' \
    's/^"noise_w".*/&\
"fixed_interference_w": 1e-11,/'
instance 'line 9 column [0-9]+: real number overflow' 'endless interference' 's/^"noise_w".*/&\
"fixed_interference_w": [1e999],/'
instance 'edge_work_ratio: -8 is not' 'negative work' "$(set_to edge_work_ratio -8)"
instance 'line 8 column [0-9]+: real number overflow' 'a number beyond double' "$(set_to noise_w 1e999)"
instance 'line 3 column [0-9]+: too big integer' 'a number beyond 64 bits' "$(set_to n_users 99999999999999999999)"
instance 'format: "goagap-instance-9" is not' 'an unknown format' 's/goagap-instance-1/goagap-instance-9/'
instance 'format: expected a string, found nothing' 'no format' 's/"format": "goagap-instance-1",//'
instance 'name: expected a string' 'a number for a name' "$(set_to name 5)"
instance 'line [0-9]+ column [0-9]+: .*end of file' 'cut off' '$ s/}$//'
instance "line 9 column [0-9]+: duplicate object key near '\"noise_w\"'" 'a key twice' 's/^"noise_w".*/&\
"noise_w": 1,/'
instance 'line 1 column [0-9]+: ' 'no JSON at all' '1s/.*/hello/'
instance 'line 2 column [0-9]+: unable to decode byte 0xff' 'bytes that are no UTF-8' "s/small/$(printf '\377')/"
printf '[1, 2]' >case.json
refused 'case.json: expected an object, found an array' 'instance: an array' "$goagap" solve case.json
: >empty.json
refused 'empty.json: line' 'instance: an empty file' "$goagap" solve empty.json
awk 'BEGIN { for (k = 0; k < 100000; k++) printf "["; }' >deep.json
refused 'deep.json: .*maximum parsing depth' 'instance: nested 100000 deep' "$goagap" solve deep.json
awk 'BEGIN { for (k = 0; k < 100000; k++) printf "{\"a\":"; }' >deep.json
refused 'deep.json: .*maximum parsing depth' 'check: nested 100000 deep' "$goagap" check small.json deep.json
refused 'missing.json: cannot be read: No such file' 'instance: a missing file' "$goagap" solve missing.json
refused 'is a directory' 'instance: a folder' "$goagap" solve .
head -c 300 /dev/urandom >noise.json 2>/dev/null
refused 'noise.json: ' 'instance: random bytes' "$goagap" solve noise.json

# ---- HDF5 instances ----

# of_file REGEX FILE: the file is no instance that can be solved.
of_file() {
    refused "goagap solve: .*$2: $1" "HDF5 instance: $2" "$goagap" solve "$bad/$2" -o result.json
}
of_file 'tau: -?nan is not' instance_tau_nan.h5
of_file 'bandwidth_hz\[0\]: -1e\+08 is not' instance_bandwidth_negative.h5
of_file '/?gain: is missing' instance_without_gain.h5
of_file '/?gain: is not a matrix of 2' instance_gain_flat.h5
of_file 'n_users: 1e\+09 is not an integer in 1' instance_huge.h5
of_file 'format: "goagap-dataset" is not' sound.h5
head -c 2000 "$bad/instance_sound.h5" >cut.h5
refused 'cut.h5: .*(truncated|damaged|cannot be (read|opened))' 'HDF5 instance: cut off' \
    "$goagap" solve cut.h5

# ---- datasets ----

# dataset REGEX FILE: inspect refuses the file; so does uncertainty, with UREGEX where given.
dataset() {
    refused "goagap inspect: .*$2.h5: $1" "inspect: $2" "$goagap" inspect "$bad/$2.h5"
    [ -z "$3" ] || refused "goagap uncertainty: .*$2.h5: $3" "uncertainty: $2" \
        "$goagap" uncertainty "$bad/$2.h5" --name new -o result.h5
}
dataset '/slm/logits: is not float16, bfloat16, float32 or float64' logits_integers '/slm/logits: is not'
dataset '/slm/logits: is not float16' logits_text '/slm/logits: is not float16'
dataset '/slm/logits: is not a matrix' logits_flat '/slm/logits: is not a matrix'
dataset '/slm/logits: query 1 \("11"\), token 0: number 3 is NaN' logits_nan '.*query 1 \("11"\), token 0: .*not a number'
dataset '/slm/logits: query 1 \("11"\), token 0: number 1 is infinite' logits_infinite '.*query 1 \("11"\), token 0: .*infinity'
dataset '/slm/logits: query 1 \("11"\), token 0: every number' logits_masked '.*query 1 \("11"\), token 0: all'
dataset '/slm/logits: declares [0-9]+ bytes of values and stores 0' logits_huge '/slm/logits: declares'
dataset '/slm/offsets: value 2: 2 is below the one before' offsets_disorder '/slm/offsets: value 2'
dataset '/slm/offsets: ends at row 7' offsets_beyond '/slm/offsets: ends'
dataset '/slm/offsets: value 0: ' offsets_late '/slm/offsets: value 0'
dataset '/slm/offsets: value 1: -2 is not' offsets_negative '/slm/offsets: value 1'
dataset '/slm/offsets: value 1: 2.5 is not' offsets_fraction '/slm/offsets: value 1'
dataset '/slm/tokens: value 2: 9 is not' tokens_beyond
dataset '/slm/correct: value 1: 2 is not' correct_two
dataset '/slm/correct: has 4 entries for 3 queries' correct_long '/slm/correct: has 4'
dataset '/slm/latency_s: value 1: -0.04 is not' latency_negative
dataset '/slm/latency_s: value 1: -?nan is not' latency_nan
dataset '/queries/prompt_bytes: is text' bytes_text '/queries/prompt_bytes: is text'
dataset '/queries/prompt_bytes: value 1: -1 is not' bytes_negative
dataset '/uncertainty/slm_margin_first: value 1 is not a number' alpha_nan
dataset '/uncertainty/slm_margin_first: is not a list of 3' alpha_short
dataset '/slm/logits: a link that leaves the file' link_external '/slm/logits: a link'
dataset '/slm/logits: .*links' link_loop '/slm/logits: .*links'
dataset '/slm/logits: keeps its values in other files' storage_external '/slm/logits: keeps'
dataset '/slm/logits: is virtual' storage_virtual '/slm/logits: is virtual'
dataset '/slm/logits: uses filter 32015' filter_foreign '/slm/logits: uses filter'
dataset 'is damaged' attribute_long 'is damaged'
dataset 'its format is "somebody-elses"' format_other 'its format'
dataset 'version 99 of the format' version_later 'version 99'
refused 'query 1 \("11"\): its answer has no tokens' 'uncertainty: an answer without tokens' \
    "$goagap" uncertainty "$bad/answer_empty.h5" --name new -o result.h5
refused 'needs at least 2' 'uncertainty: a vocabulary of one word' \
    "$goagap" uncertainty "$bad/logits_one_word.h5" --name new -o result.h5
refused 'tokens: value 2: 9 is not' 'uncertainty: nll of a token beyond the vocabulary' \
    "$goagap" uncertainty "$bad/tokens_beyond.h5" --method nll --aggregate mean --name new -o result.h5
refused 'query 1 \("11"\): 1.5 is not in \[0, 1\]' 'instance: an uncertainty above 1' \
    "$goagap" instance "$bad/alpha_large.h5" --users 3 -o result.json
refused 'slm/latency_s: value 1: -0.04' 'instance: a negative latency' \
    "$goagap" instance "$bad/latency_negative.h5" --users 3 -o result.json
refused 'has 3 queries, fewer than 4' 'instance: more users than queries' \
    "$goagap" instance "$bad/sound.h5" --users 4 -o result.json
for bytes in 8 100 1000 3000 8000; do
    head -c $bytes "$bad/sound.h5" >cut.h5
    refused 'cut.h5: ' "inspect: a dataset cut off after $bytes bytes" "$goagap" inspect cut.h5
    refused 'cut.h5: ' "uncertainty: a dataset cut off after $bytes bytes" \
        "$goagap" uncertainty cut.h5 -o result.h5
done
refused 'small.json: ' 'uncertainty: JSON for a dataset' "$goagap" uncertainty small.json -o result.h5
refused 'missing.h5: .*No such file' 'uncertainty: a missing file' "$goagap" uncertainty missing.h5

# ---- solution files ----

# solution REGEX NAME SED: check cannot read the edited solution, and says where.
solution() {
    sed -E -e "$3" sol.json >case.json
    cmp -s sol.json case.json && verdict 1 "$2: the edit changes nothing"
    refused "goagap check: case.json: $1" "solution: $2" "$goagap" check small.json case.json
}
solution 'results\[0\]\.objective_s: is neither' 'an objective in words' 's/("objective_s": ).*/\1"much",/'
solution 'results\[0\]\.objective_s: missing' 'no objective' '/"objective_s"/d'
solution 'results\[0\]\.assignment: is neither' 'a decision that is no array' 's/("assignment": ).*/\17,/'
solution 'results\[0\]\.assignment\[1\]: is not' 'half a server' 's/\[0, 0\]/[0, 0.5]/'
solution 'results\[0\]\.status: is none of' 'an unknown status' 's/"feasible"/"perfect"/'
solution 'results\[0\]\.solver: is not a string' 'a number for a solver' 's/("solver": ).*/\17,/'
solution 'results\[0\]\.n_offloaded: is negative' 'users below 0' 's/("n_offloaded": )/\1-/'
solution 'results\[0\]\.tau_violations: missing' 'no violations' '/"tau_violations"/d'
solution 'results\[0\]\.nodes: is not an integer' 'half a node' 's/("nodes": )0/\10.5/'
solution 'results: is not an array' 'results that are no array' 's/("results": )\[/\1{}, "other": [/'
solution 'objective: is none of' 'an unknown objective' 's/"weighted"/"heavy"/'
solution 'tau: is not in \[0, 1\]' 'a threshold above 1' 's/("tau": ).*/\12,/'
solution 'gap_tolerance: is not in \[0, 1\]' 'a tolerance above 1' 's/("gap_tolerance": ).*/\12,/'
solution 'gap_tolerance: is not in \[0, 1\]' 'no tolerance at all' 's/("gap_tolerance": ).*/\1null,/'
solution 'gap_tolerance: is neither' 'a tolerance in words' 's/("gap_tolerance": ).*/\1"nan",/'
solution 'line [0-9]+ column [0-9]+: duplicate object key' 'a key twice' 's/( *"nodes": 0,)/\1\1/'
echo '{"runs": []}' >case.json
refused 'case.json: runs: is not' 'solution: no runs' "$goagap" check small.json case.json
echo '{"runs": [7]}' >case.json
refused 'case.json: runs\[0\]\.' 'solution: a number for a run' "$goagap" check small.json case.json
refused 'missing.json: cannot be read' 'solution: a missing file' "$goagap" check small.json missing.json
refused 'is a directory' 'solution: a folder' "$goagap" check small.json .

# ---- decisions ----

# decision REGEX NAME TEXT: the text is no decision for two users and one server.
decision() {
    printf '%b' "$3" >own
    refused "goagap solve: own: $1" "decision: $2" \
        "$goagap" solve small.json --solver goa --assignment own -o result.json
}
decision 'has 1 entries, the instance has 2 users' 'too few' '0\n'
decision 'line 3: more than the instance' 'too many' '0\n0\n0\n'
decision "line 2: 'x' is not an integer" 'a letter' '0\nx\n'
decision 'line 1: 1 is neither -1' 'a server that is not there' '1\n0\n'
decision 'line 1: -2 is neither -1' 'below local' '-2\n0\n'
decision 'element 1: is not an integer' 'half a server' '[0, 0.5]'
decision 'element 0: 9223372036854775807 is neither' 'a very large server' '[9223372036854775807, 0]'
decision 'line 1 column [0-9]+: ' 'JSON cut off' '[0, 0'
decision 'has 0 entries' 'nothing' ''
refused 'missing: cannot be read' 'decision: a missing file' \
    "$goagap" solve small.json --assignment missing

# ---- usage ----

# usage REGEX NAME ARGUMENT...: bad usage of solve.
usage() {
    usage_regex=$1 usage_name=$2
    shift 2
    refused "goagap solve: $usage_regex" "usage: $usage_name" "$goagap" solve "$@"
}
usage 'which instance' 'no instance'
usage "unexpected argument 'b.json'" 'two instances' small.json b.json
usage "unknown option '--slover'; did you mean '--solver'" 'an unknown option' small.json --slover goa
usage 'unknown solver "magic"; known: local, ' 'an unknown strategy' small.json --solver goa,magic
usage 'unknown solver ""' 'an empty strategy' small.json --solver goa,
usage 'solver: goa is named twice' 'a strategy twice' small.json --solver goa,edge,goa
usage '.*heavy' 'an unknown objective' small.json --objective heavy
usage 'tau: "nan" is neither a number' 'tau = nan' small.json --tau nan
usage 'tau: "1.5" is outside' 'tau above 1' small.json --tau 1.5
usage 'tau: "" is neither a number' 'a hole in a list' small.json --tau 0.5,,0.6
usage 'tau: .* a range of fractions is first:last:step' 'half a range' small.json --tau 0.5:0.6
usage 'tau: .*: a range runs upwards' 'a range without steps' small.json --tau 0.5:0.6:0
usage 'tau: .*: a range runs upwards' 'a range backwards' small.json --tau 0.6:0.5:0.1
usage 'tau: .* has more than 100000 values' 'a range of 10^8 steps' small.json --tau 0:1:1e-9
usage "gap: 'x' is not a number" 'a gap in words' small.json --gap x
usage 'gap: -1 is outside' 'a negative gap' small.json --gap -1
usage "time-limit: '1s' is not a number" 'a unit behind a number' small.json --time-limit 1s
usage "time-limit: 'inf' is not a number" 'no end' small.json --time-limit inf
usage "time-limit: '0x10' is not a number" 'hexadecimal' small.json --time-limit 0x10
usage "seed: ' 1' is not an integer" 'a space before a number' small.json --seed ' 1'
usage 'seed: -1 is outside' 'a negative seed' small.json --seed -1
usage "seed: '99999999999999999999' is not an integer" 'a seed beyond 64 bits' small.json --seed 99999999999999999999
usage "format: 'xml' is none of table, json" 'an unknown format' small.json --format xml
usage "goa-weights: 'x' is none of" 'unknown weights' small.json --goa-weights x
usage "set: 'population=2' is not STRATEGY.PARAMETER=NUMBER" 'no strategy' small.json --set population=2
usage 'ga: population: 1 is no whole number from 2' 'too few' small.json --set ga.population=1
usage 'goa: no parameter "x"; there are: none' 'no parameter' small.json --set goa.x=1
usage "random-users: 'a' is not an integer" 'letters among users' small.json --random-users 1,a
usage 'name: names the decision' 'a name for nothing' small.json --name x
usage "name: 'goa' is a strategy" 'the name of a strategy' small.json --assignment x --name goa
usage 'name: only printable' 'a name with a space' small.json --assignment x --name 'a b'
usage "option '--tau' requires an argument" 'an option without its value' small.json --tau
refused 'needs an instance and a solution' 'usage: check of one file' "$goagap" check small.json
refused "unexpected argument" 'usage: check of three files' "$goagap" check a b c

# ---- output that cannot be written ----

refused 'sol.json/x: cannot be written: Not a directory' 'output: below a file' \
    "$goagap" solve small.json --solver goa -o sol.json/x
refused 'no/such/folder/x.json: cannot be written: No such file' 'output: a folder that is not there' \
    "$goagap" solve small.json --solver goa -o no/such/folder/x.json
refused 'is a directory' 'output: a folder' "$goagap" solve small.json --solver goa -o .
refused 'Not a directory' 'output: an instance below a file' \
    "$goagap" instance --users 2 -o small.json/x
refused 'Not a directory' 'output: an HDF5 instance below a file' \
    "$goagap" instance --users 2 -o small.json/x.h5
full() { "$@" >/dev/full; }
if [ -c /dev/full ]; then
    refused '/dev/full: writing failed: No space' 'output: a full device' \
        "$goagap" solve small.json --solver goa -o /dev/full
    refused '/dev/full: writing failed: No space' 'output: an instance on a full device' \
        "$goagap" instance --users 2 -o /dev/full
    refused '/dev/full: .*No space' 'output: a dataset on a full device' \
        "$goagap" uncertainty "$bad/sound.h5" --name new -o /dev/full
    for format in table json; do
        refused 'standard output.*No space' "output: $format on a full disk" \
            full "$goagap" solve small.json --solver goa --format $format
    done
    refused 'No space' 'output: an instance on a full disk' full "$goagap" instance --users 2
    refused 'standard output.*No space' 'output: a verdict on a full disk' \
        full "$goagap" check small.json sol.json
fi

# ---- the answer "no" ----

sed -e "$(set_to n_servers 0)" -e "$(set_to bandwidth_hz '[]')" \
    -e "$(set_to server_capacity_flops '[]')" -e "$(set_to gain '[[], []]')" small.json >none.json
expect 1 '' 'M = 0 with a mandatory user is infeasible' "$goagap" solve none.json --solver goa
expect 0 '' 'M = 0 without one is not' "$goagap" solve none.json --solver goa --tau 1
finish
