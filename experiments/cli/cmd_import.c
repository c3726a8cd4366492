/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap import`: other programs' logits, log-probabilities and hidden states as a dataset.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "data/import/import.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options/shared_options.h"
#include "experiments/output/progress.h"
#include "experiments/output/say.h"
#include "models/base/parse.h"
#include "models/base/shown.h"

/* What the command line asked for. */
typedef struct request {
    const char *command;
    const gg_importer *importer; /* NULL: by content */
    gg_paths sources;
    const char *output;
    bool force;
    gg_import_options options;
    gg_progress_line bar;
} request;

static gg_status parse_from(char *text, void *member, gg_error *err) {
    const gg_importer **importer = member;
    *importer = strcmp(text, "auto") == 0 ? NULL : gg_importer_find(text, err);
    return *importer != NULL || strcmp(text, "auto") == 0 ? GG_OK : GG_E_USAGE;
}

static gg_status parse_axes(char *text, void *member, gg_error *err) {
    return gg_import_axes_parse(text, member, err);
}

static gg_status parse_values(char *text, void *member, gg_error *err) {
    return gg_import_values_parse(text, member, err);
}

static gg_status parse_dtype(char *text, void *member, gg_error *err) {
    gg_import_options *chosen = member;
    chosen->has_dtype = true;
    return gg_import_dtype_parse(text, &chosen->dtype, err);
}

static gg_status parse_keep(char *text, void *member, gg_error *err) {
    int64_t k = 0;
    char shown[GG_SHOWN_SIZE];
    if (strncmp(text, "topk:", 5) != 0 || !gg_parse_integer(text + 5, 2, INT32_MAX - 1, &k))
        return gg_fail(err, GG_E_USAGE, "keep: '%s' is not topk:K with K >= 2",
                       gg_shown(text, shown));
    *(size_t *)member = (size_t)k;
    return GG_OK;
}

static gg_status parse_level(char *text, void *member, gg_error *err) {
    int64_t level = 4;
    if (text != NULL)
        GG_TRY(gg_option_integer("compress", text, 1, 9, &level, err));
    *(int *)member = (int)level;
    return GG_OK;
}

static const gg_option options[] = {
    {"from", 0, "FORMAT", "What the sources are: auto (the default) or one below", 1,
     .values = "auto " GG_NAMES_FORMATS, GG_PARSED(request, importer, parse_from)},
    {"logits", 0, "NAME",
     "Member, tensor or HDF5 path of the logits (`logits', else the only one it can be), or a "
     "shell pattern of several that belong together",
     1, GG_TEXT(request, options.logits)},
    {"offsets", 0, "FILE|NAME",
     "Where each query's rows begin, and the end: an .npy file or a member (`offsets')", 1,
     GG_READS, GG_TEXT(request, options.offsets)},
    {"axes", 0, "AXES",
     "Dimensions of the logits: V; T,V; B,V; B,T,V or T,B,V (B queries, T tokens, V words)", 1,
     GG_PARSED(request, options.axes, parse_axes)},
    {"dtype", 0, "TYPE",
     "f16, bf16, f32 or f64; needed for bfloat16 kept as V2, (u)int16 or opaque bytes", 1,
     GG_PARSED(request, options, parse_dtype)},
    {"values", 0, "KIND", "What the numbers are: logits, logprobs or probs", 1,
     .values = "logits logprobs probs", GG_PARSED(request, options.values, parse_values)},
    {"side", 0, "SIDE", "Whose answers they are: slm (the default) or llm", 2, .values = GG_SIDES,
     GG_PARSED(request, options.side, gg_parse_side)},
    {"models", 0, "SLM,LLM", "Which two models of a routing benchmark, the small one first", 2,
     GG_TEXT(request, options.models)},
    {"join", 0, "OLD.h5", "Bring the other side from this dataset; queries match by id", 2,
     GG_READS, GG_TEXT(request, options.join)},
    {"facts", 0, "FILE.csv[:KEY=COLUMN,...]",
     "What is known of the queries, found by `id': correct, latency_s (of this side), slm_correct, "
     "llm_correct, slm_latency_s, llm_latency_s, prompt_bytes, task, alpha. Columns of other names "
     "are mapped: f.csv:id=qid,correct=acc",
     2, GG_READS, GG_TEXT(request, options.facts)},
    {"correct", 0, "FILE",
     "0 or 1 a query: .npy, CSV column (FILE or FILE:COLUMN; by its `id' where it "
     "has one) or one a line",
     2, GG_READS, GG_TEXT(request, options.correct)},
    {"latency", 0, "FILE", "Seconds a query, in the same ways", 2, GG_READS,
     GG_TEXT(request, options.latency)},
    {"class-map", 0, "FILE",
     "One class a token id, -1 to drop it; `text' merges tokens known by text (case and blanks "
     "aside)",
     2, GG_READS, GG_TEXT(request, options.class_map)},
    GG_ROW_ALLOW_UNUSUAL(request, options.allow_unusual, 3),
    {"limit", 0, "N", "Import the first N queries only", 3,
     GG_INTEGER(request, options.limit, 1, INT64_MAX)},
    {"drop-eos", 0, NULL, "Leave the end-of-answer token's row out", 3,
     GG_FLAG(request, options.drop_eos)},
    {"skip-empty", 0, NULL,
     "Leave queries without a usable token out: failed requests, refusals, NaN", 3,
     GG_FLAG(request, options.skip_empty)},
    {"allow-post-sampling", 0, NULL, "Take probabilities from behind a sampler, which say little",
     3, GG_FLAG(request, options.allow_post_sampling)},
    {"keep", 0, "topk:K",
     "Keep only the K largest log-probabilities of a token, and the generated one's", 3,
     GG_PARSED(request, options.keep_top_k, parse_keep)},
    {"compress", 0, "LEVEL", "Deflate, 1 to 9", 3, .usual = "4", .argument_optional = true,
     GG_PARSED(request, options.gzip_level, parse_level)},
    {"output", 'o', "DATA.h5", "The dataset to write", 4, GG_WRITES,
     .needs = "into which dataset? (-o DATA.h5)", GG_TEXT(request, output)},
    {"force", 0, NULL, "Replace a dataset that holds the other side", 4, GG_FLAG(request, force)}};

/* Somebody who imports one side and then the other under one name wants both. */
static gg_status protect_other_side(const request *asked, gg_error *err) {
    struct stat info;
    gg_dataset *dataset = NULL;
    gg_side other = asked->options.side == GG_SLM ? GG_LLM : GG_SLM;
    gg_status status = GG_OK;
    if (asked->force || asked->options.join != NULL || stat(asked->output, &info) != 0 ||
        !S_ISREG(info.st_mode) || !gg_h5_recognises(asked->output) ||
        gg_dataset_open(asked->output, &dataset, NULL) != GG_OK)
        return GG_OK;
    if (gg_dataset_side(dataset, other)->present &&
        !gg_dataset_side(dataset, asked->options.side)->present)
        status = gg_fail(err, GG_E_USAGE,
                         "%s: holds the %s side, which would be lost: --join %s and another "
                         "--output bring it along, --force replaces it",
                         asked->output, gg_side_name(other), asked->output);
    gg_dataset_close(dataset);
    return status;
}

static void show(void *context, uint64_t done, uint64_t total) {
    request *asked = context;
    gg_progress_bytes(&asked->bar, done, total);
}

static void warn(void *context, const char *message) {
    request *asked = context;
    gg_progress_line_clear(&asked->bar);
    gg_say(asked->command, "%s", message);
}

static void print_count(size_t count, const char *what) {
    if (count > 0)
        printf("  %zu %s\n", count, what);
}

static void print_summary(const request *asked, const gg_import_counts *c) {
    static const char *const widths[] = {[GG_STORAGE_LOGITS] = "words",
                                         [GG_STORAGE_HIDDEN] = "hidden states",
                                         [GG_STORAGE_TOPK] = "candidates"};
    if (strcmp(asked->output, "-") == 0 || strcmp(asked->output, "/dev/stdout") == 0)
        return;
    gg_put_shown(stdout, asked->output);
    printf(": /%s: %zu queries", gg_side_name(asked->options.side), c->queries);
    if (c->storage != GG_STORAGE_NONE)
        printf(", %zu tokens of %zu %s, %s", c->tokens, c->width, widths[c->storage],
               gg_dtype_name(c->dtype));
    putchar('\n');
    if (c->natural_order)
        printf("  sources in the order of their numbers (q2 before q10)\n");
    print_count(c->filtered, "tokens with words at -infinity (filtered by top-k or top-p, or "
                             "masked): uncertainties are of the words that are left");
    print_count(c->skipped, "queries without a usable token left out");
    for (size_t k = 0; k < GG_SKIP_REASONS && c->reasons[k].count > 0; k++)
        printf("    %zu: %s\n", c->reasons[k].count, c->reasons[k].text);
    print_count(c->dropped_eos, "end-of-answer tokens left out");
    print_count(c->non_greedy, "generated tokens were not the most probable");
    print_count(c->sentinels, "candidates of probability 0 (-9999 and the like)");
    print_count(c->duplicates, "candidates listed twice");
    print_count(c->other_values,
                "generated tokens have a log-probability of their own: the list's is "
                "taken");
    print_count(c->clipped, "log-probabilities cut off by the source: they share what is left");
    print_count(c->clipped_targets, "generated tokens among them: at the source's floor");
    print_count(c->not_normalised, "tokens whose probabilities do not sum to 1 within 1 %");
    print_count(c->renormalised, "lists of logits normalised over the list alone");
    print_count(c->missing_records, "records announced, but not in the file");
    if (c->source_dtype == GG_BF16 && c->storage == GG_STORAGE_LOGITS)
        printf("  bfloat16 logits: near 20 they are 0.125 apart, uncertainties are coarse\n");
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    (void)code;
    request asked = {.command = argv[0], .options = gg_import_options_init()};
    gg_import_counts counts = {0};
    gg_import_hooks hooks = {.progress = show, .warn = warn, .context = &asked};
    gg_command_parse(&gg_command_import, argc, argv, &asked);
    GG_TRY(protect_other_side(&asked, err));
    gg_progress_line_init(&asked.bar, asked.command);
    gg_status status =
        gg_import(asked.importer, (const char *const *)asked.sources.items, asked.sources.count,
                  asked.output, &asked.options, &hooks, &counts, err);
    gg_progress_line_clear(&asked.bar);
    if (status == GG_OK)
        print_summary(&asked, &counts);
    return status;
}

const gg_command gg_command_import = {
    .name = "import",
    .group = "Data",
    .summary = "make a dataset of other programs' logits or log-probabilities",
    .help = "Makes a dataset of other programs' logits, log-probabilities or hidden states. "
            "Several sources are read in order, each one query or a block of queries.\v",
    .list = {"Formats:", gg_format_at},
    .arguments = {"SRC...", "import what? (SRC...)", GG_ANY_NUMBER, offsetof(request, sources)},
    GG_OPTIONS(options),
    .run = run};
