/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/help_topics.h"

#include <stddef.h>
#include <string.h>

static const char formats[] =
    "Files that goagap reads and writes; each is recognised by its content.\n"
    "\n"
    "Dataset (HDF5, format \"goagap-dataset\"): queries with logits of a small and a\n"
    "large model. Query i owns the token rows offsets[i] .. offsets[i+1]-1.\n"
    "  /queries/prompt_bytes, /slm/logits, /slm/offsets   needed for most things\n"
    "  /slm/correct, /slm/latency_s, /llm/...             facts, for evaluations\n"
    "  /uncertainty/NAME                                  one number a query\n"
    "`goagap import' makes one of other programs' files, and so does h5py. Of a CSV\n"
    "table it reads the columns id, alpha or p1 and p2 (the two largest probabilities\n"
    "of the first token), slm_correct, llm_correct, local_delay_s, edge_delay_s,\n"
    "prompt_bytes and task; of JSON lines the same, with p_top2, top_logprobs or\n"
    "logits in place of p1 and p2.\n"
    "\n"
    "Instance (JSON, format \"goagap-instance-1\", or the same fields in HDF5): one\n"
    "network and one query a user. n_users, n_servers, tau, bandwidth_hz[M],\n"
    "server_capacity_flops[M], payload_bits[N], local_delay_s[N], alpha[N],\n"
    "gain[N][M] and so on; SI units, the unit in the name. With the optional\n"
    "fixed_interference_w[M] interference is that, whatever is decided.\n"
    "\n"
    "Solution (JSON): what `goagap solve -o' writes and `goagap check' verifies; an\n"
    "assignment has one integer a user, -1 (on the device) or a server;\n"
    "gap_tolerance is the relative gap up to which a result is \"optimal\".\n"
    "\n"
    "Plan (YAML): a grid of experiments for `goagap batch'. preset, users, tau, runs\n"
    "and solvers must be there; `man goagap-batch' lists all keys.\n"
    "  preset: [paper-bits, urban-micro]\n"
    "  users: [10, 20:40:10]            # always a list, of numbers and ranges\n"
    "  tau: [0.8]\n"
    "  runs: 30\n"
    "  solvers: [goa, goa-ls, exact]\n"
    "  dataset: mine.h5                 # without: the preset's distributions\n"
    "  uncertainty: slm_margin_first    # the default\n"
    "\n"
    "Results (HDF5): a folder of part files, or one merged file. /runs is a group of\n"
    "equal-length columns, one row an instance and strategy:\n"
    "  pandas.DataFrame({k: f[\"runs\"][k][:] for k in f[\"runs\"]})\n"
    "The attribute checksum is a SHA-256 of all they say: a damaged part is refused,\n"
    "and `goagap batch' does it again.\n"
    "\n"
    "Output appears whole or not at all; `-' and devices are written straight.\n";

static const char model[] =
    "N users with one query each, M servers. x_i = -1 answers query i on the device,\n"
    "x_i = j offloads it to server j; S_j are the users on j, n_j = |S_j|.\n"
    "\n"
    "  minimise    sum_i w_i d_i          w_i = alpha_i (weighted) or 1 (uniform)\n"
    "  d_i       = tL_i                                            on the device\n"
    "  d_i       = D_i / R_ij + kappa tL_i CL_i / min(Cmax, C_j / n_j)     on j\n"
    "  R_ij      = (B_j / n_j) log2(1 + P_i g_ij / (I_j + sigma2))\n"
    "  I_j       = sum of P_k g_kj over users k on other servers,\n"
    "              or fixed_interference_w[j] where the instance has it\n"
    "  subject to  x_i >= 0 where alpha_i > tau      (mandatory offload)\n"
    "  alpha_i   = 1 - (p1 - p2), the margin of the small model's first token\n"
    "\n"
    "Gap of a strategy: f / f* - 1 with f* the proven optimum; where only bounds\n"
    "[lb, ub] are known, the interval [f / ub - 1, f / lb - 1]. Strategies decide by\n"
    "the delays above; measured ones (tE_i Cref / c_j(n_j) in place of the last term)\n"
    "stand beside them. Source: arXiv 2602.07958.\n";

static const char exit_codes[] =
    "0  success\n"
    "1  the answer is \"no\": infeasible, a check failed, something is missing\n"
    "2  bad usage, bad input, or output that cannot be written; the message on\n"
    "   standard error names file, place and reason\n"
    "3  a limit or a signal stopped it; what was found until then is printed\n"
    "\n"
    "Results go to standard output, messages and progress to standard error.\n"
    "`goagap COMMAND --help' says what 1 and 3 mean there.\n";

const gg_help_topic gg_help_topics[] = {
    {"formats", "the files that it reads and writes", formats},
    {"model", "the problem in formulas", model},
    {"exit-codes", "what the exit codes mean", exit_codes},
    {NULL, NULL, NULL},
};

const gg_help_topic *gg_help_topic_find(const char *name) {
    for (const gg_help_topic *topic = gg_help_topics; topic->name != NULL; topic++)
        if (strcmp(topic->name, name) == 0)
            return topic;
    return NULL;
}
