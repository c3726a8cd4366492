#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# goagap import of JSON and text: every shape of every program's answers, what is refused, and the
# uncertainties that come out. The samples' first tokens have the probabilities 0.6, 0.3, 0.1
# (margin 0.7) or 0.8, 0.15, 0.05 (margin 0.35).
. "$(dirname "$0")/../tap.inc"
samples=$root/tests/data/import

# margins NAME AGGREGATE VALUE...: the imported dataset's uncertainties, rounded.
margins() {
    margins_name=$1 aggregate=$2
    shift 2
    "$goagap" uncertainty data.h5 --aggregate "$aggregate" --name margin --force >/dev/null 2>err
    dump "$margins_name" /uncertainty/margin "$@"
}

# dump NAME PATH VALUE...: a column of the imported dataset, rounded.
dump() {
    dump_name=$1 dump_path=$2
    shift 2
    "$goagap" inspect data.h5 --dump "$dump_path" 2>>err |
        awk '$1 ~ /^[-+0-9.]/ { printf "%.10g\n", $1; next } { print }' >found
    printf '%s\n' "$@" >wanted
    cmp -s wanted found
    verdict $? "$dump_name"
    cmp -s wanted found || { explain err found; }
}

# imports NAME SAMPLE OPTION...: fine, whatever is said.
imports() {
    imports_name=$1 imports_sample=$2
    shift 2
    rm -f data.h5
    "$goagap" import "$samples/$imports_sample" -o data.h5 "$@" >out 2>err
    imports_code=$?
    verdict $imports_code "$imports_name"
    [ $imports_code -eq 0 ] || explain err
}

# refuses REGEX NAME FILE OPTION...: exit code 2, file and place and reason, nothing written.
refuses() {
    refuses_regex=$1 refuses_name=$2 refuses_file=$3
    shift 3
    rm -f data.h5
    expect 2 "^goagap import: .*$refuses_regex" "$refuses_name" \
        "$goagap" import "$refuses_file" -o data.h5 "$@"
    is "$refuses_name: leaves nothing behind" -z "$(ls ./*.h5* 2>/dev/null)"
}

# ---- OpenAI ----

imports 'a chat log' openai_chat.jsonl
prints '^data.h5: /slm: 3 queries, 4 tokens of 3 candidates' 'says what it found'
prints '1 generated tokens were not the most probable' 'and what was sampled'
prints '2 candidates of probability 0' 'and the sentinels'
prints '1 candidates listed twice' 'and the duplicates'
margins 'sampled first, unsorted, sentinels: the first token' first 0.7 0.35 0.5
margins 'and the last' last 0.16 0.35 0.5
dump 'their names' /queries/id q-red q-blue q-odd
expect 0 '' 'the likelihood of tokens known by text' \
    "$goagap" uncertainty data.h5 --method nll --name nll
dump 'is that of the sampled token' /uncertainty/nll 0.5108256238 1.897119985 0.3566749439
imports 'as an array over many lines' openai_chat_array.json
margins 'has the same margins' first 0.7 0.35 0.5
gzip -c "$samples/openai_chat.jsonl" >chat.jsonl.gz
expect 0 '' 'and compressed' "$goagap" import chat.jsonl.gz -o data.h5
margins 'too' first 0.7 0.35 0.5
expect 0 '' 'several files' "$goagap" import "$samples/openai_batch.jsonl" \
    "$samples/openai_responses.jsonl" -o data.h5
dump 'follow one another' /queries/id task-7 task-8 resp-1 resp-2
margins 'a batch, then responses' first 0.7 0.35 0.7 0.35
expect 0 '' 'a limit' "$goagap" import --limit 3 "$samples/openai_batch.jsonl" \
    "$samples/openai_responses.jsonl" -o data.h5
dump 'cuts them' /queries/id task-7 task-8 resp-1
for stream in openai_stream.txt openai_chunks.jsonl; do
    imports "a stream ($stream)" $stream
    margins 'joined' last 0.16 0.35
done
imports 'events of a streamed response' openai_response_events.txt
margins 'the last holds all' last 0.16
imports 'two tokens that share a text' openai_namesakes.jsonl
margins 'stay two tokens' first 0.9 1
imports 'legacy completions' legacy.jsonl
margins 'candidates keyed by text' first 0.7 0.35 0.7
dump 'a query a choice' /queries/id cmpl-1 'cmpl-2#0' 'cmpl-2#1'
imports 'with the prompt echoed' legacy_echo.jsonl --from openai-legacy
margins 'the prompt is not the answer' mean 0.7
imports 'streamed' legacy_stream.txt
margins 'and joined' last 0.16
imports 'real lists' babi_top20.jsonl
"$goagap" uncertainty data.h5 --name whole >out 2>err
"$goagap" uncertainty data.h5 --top-k 10 --name top10 >out 2>>err
for column in 1:whole 2:top10; do
    "$goagap" inspect data.h5 --dump "/uncertainty/${column#*:}" >values
    sed '1d; 9q' "$root/tests/data/babi_alpha.csv" | cut -d, -f"${column%:*}" | paste - values |
        awk '{ d = $1 - $2; if (d < 0) d = -d; if (!(d <= 1e-12)) bad++ }
             END { exit NR != 8 || bad > 0 }'
    verdict $? "agree with the values recorded from the logits: ${column#*:}"
done
imports 'without the end token' babi_top20.jsonl --drop-eos
prints '8 end-of-answer tokens left out' 'which is counted'

refuses 'openai_refusal.jsonl:2: query 1 \("refused"\): the model refused' 'a refusal' \
    "$samples/openai_refusal.jsonl"
imports 'is left out' openai_refusal.jsonl --skip-empty
prints '2 .*(left out|without)' 'and counted'
refuses 'openai_batch_failed.jsonl:2: query 1 \("task-8"\): the request failed' 'a failed request' \
    "$samples/openai_batch_failed.jsonl"
refuses 'openai_mixed_chunks.jsonl:2: a piece of another answer' 'streams in a tangle' \
    "$samples/openai_mixed_chunks.jsonl"
sed 's/-0.5108[0-9]*/0.51/g' "$samples/openai_chat.jsonl" >positive.jsonl
refuses 'positive.jsonl:1: choices\[0\].logprobs.content\[0\]: .*--values logits' \
    'log-probabilities above 0' positive.jsonl
expect 0 '' 'are logits' "$goagap" import positive.jsonl --values logits -o data.h5
head -c 1500 "$samples/openai_chat.jsonl" >cut.jsonl
refuses 'cut.jsonl:[0-9]+: ' 'a log cut off' cut.jsonl
head -c 500 chat.jsonl.gz >cut.jsonl.gz
refuses 'cut.jsonl.gz:[0-9]+: the compressed data end early' 'a compressed one' cut.jsonl.gz \
    --from openai
: >empty.jsonl
refuses 'empty.jsonl: is empty' 'an empty file' empty.jsonl
refuses 'empty.jsonl: has no records' 'whatever it is said to be' empty.jsonl --from openai
refuses 'no-such.jsonl: .*No such file' 'no file' no-such.jsonl --from openai
refuses 'Is a directory|is a directory' 'a folder' . --from openai
printf '{"id": "a", "choices": [}\n' >syntax.jsonl
refuses 'syntax.jsonl:1: unexpected token' 'what is no JSON' syntax.jsonl
awk 'BEGIN { printf "{\"choices\": "; for (k = 0; k < 5000; k++) printf "["; print "" }' >deep.json
refuses 'deep.json:1: nested deeper than 128' 'depths' deep.json

# ---- vLLM and llama.cpp's server ----

imports 'vLLM chat' vllm_chat.jsonl
margins 'its margins' first 0.35 0.7
dump 'its token ids' /slm/tokens 17 2 5
dump 'its answers without the end token' /slm/answer_tokens 1 1
imports 'without the end token' vllm_chat.jsonl --drop-eos
dump 'one row each' /slm/tokens 17 5
imports 'vLLM completions' vllm_completion.jsonl
dump 'their token ids' /slm/tokens 17 2
imports 'prompt_logprobs' vllm_prompt.jsonl
margins 'of chat and completions' last 0.7 0.7
imports 'offline outputs' vllm_offline.jsonl
margins 'as maps and flat' first 0.35 0.7
refuses 'vllm_empty_token.jsonl:2: query 1 \("chatcmpl-9"\): a token without candidates' \
    'a token without candidates' "$samples/vllm_empty_token.jsonl"
imports "llama.cpp's server" llama_a.jsonl
margins 'its margins' first 0.7 0.35
dump 'its times' /slm/latency_s 0.05 0.05
dump 'its prompts' /queries/prompt_bytes 13 13
imports 'a stream of it' llama_stream.txt
margins 'joined' first 0.7
for generation in b c; do
    refuses "llama_$generation.jsonl:1: completion_probabilities\[0\]: probabilities from behind" \
        "generation $generation behind the sampler" "$samples/llama_$generation.jsonl"
    imports 'unless asked for' llama_$generation.jsonl --allow-post-sampling
    margins 'its margins' first 0.7
done

# ---- records ----

imports 'lm-evaluation-harness' samples_colours_2026-01-31T10-00-00.jsonl
margins 'softmax over the options' first 0.7 0.35 1
dump 'correctness' /slm/correct 1 0 0
dump 'each question once' /queries/id colours/0 colours/1 colours/2
refuses 'lm_eval_text.jsonl:1: query 0 \("0"\): fewer than two options' 'a task of free text' \
    "$samples/lm_eval_text.jsonl"
imports "the paper's data file" paper.json
margins 'its margins' first 0.7 0.35 0.35
dump 'whole words count' /slm/correct 1 0 1
dump 'for both models' /llm/correct 1 0 0
dump 'times on the reference device' /slm/latency_s 0.01 0.02 0.01
gzip -c "$samples/paper.json" >paper.gz
expect 0 '' 'compressed' "$goagap" import paper.gz -o data.h5
margins 'the same' first 0.7 0.35 0.35
for file in ucci.jsonl ucci.json ucci.csv; do
    imports "UCCI's records ($file)" $file
    dump 'the uncertainty' /uncertainty/imported 0.7 0.35
    dump 'the times' /slm/latency_s 0.02 0.0255
done
imports 'a table' own.csv
dump 'the uncertainty' /uncertainty/imported 0.7 0.35 1
dump 'quoted names' /queries/id 'red, or blue' b c
dump 'tasks' /queries/task 0 1 0
imports 'a table of pairs' own_pairs.csv
dump 'gives the margin' /uncertainty/imported 0.7 0.35
imports 'JSON lines: a number' own_alpha.jsonl
dump 'bits are whole bytes' /queries/prompt_bytes 121 100
imports 'pairs' own_pairs.jsonl
margins 'of every token' last 0.15 0.35
imports 'lists with ids' own_lists.jsonl
margins 'of every token' first 0.7 0.35
imports 'logits' own_logits.jsonl
margins 'of the whole vocabulary' first 0.7 0.2457856592
imports 'a table' own.csv
"$goagap" instance data.h5 --preset paper --users 3 --servers 2 --seed 1 --uncertainty imported \
    -o result.json >out 2>err
verdict $? 'is a workload'

printf 'id,alpha\na,0.5\nb,x\n' >bad.csv
refuses 'bad.csv:3: alpha: "x" is not a finite number' 'a table: text for a number' bad.csv
printf 'id,alpha\na,"0.5\n' >bad.csv
refuses 'bad.csv:2: a quoted field does not end' 'an open quote' bad.csv
printf '{"id": 1, "alpha": 0.5}\n{"id": 2}\n' >bad.jsonl
refuses 'bad.jsonl:2: query 1 \("2"\): none of alpha' 'a query with nothing' bad.jsonl
expect 0 '' 'is left out' "$goagap" import bad.jsonl --skip-empty -o data.h5
finish
