/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap import`: other programs' logits, log-probabilities and hidden states as a dataset.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "data/import/import.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/progress.h"
#include "experiments/output/say.h"
#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "models/base/shown.h"

/* What the command line asked for. */
typedef struct request {
    const char *command;
    const gg_importer *importer; /* NULL: by content */
    const char **sources;
    size_t n_sources;
    const char *output;
    bool force;
    gg_import_options options;
    gg_progress_line bar;
} request;

enum {
    KEY_FROM = GG_OPTION_KEY,
    KEY_LOGITS,
    KEY_OFFSETS,
    KEY_AXES,
    KEY_DTYPE,
    KEY_VALUES,
    KEY_SIDE,
    KEY_JOIN,
    KEY_CORRECT,
    KEY_LATENCY,
    KEY_CLASS_MAP,
    KEY_LIMIT,
    KEY_DROP_EOS,
    KEY_SKIP_EMPTY,
    KEY_POST_SAMPLING,
    KEY_KEEP,
    KEY_COMPRESS,
    KEY_FORCE
};

static const struct argp_option options[] = {
    {"from", KEY_FROM, "FORMAT", 0, "What the sources are: auto (the default) or one below", 1},
    {"logits", KEY_LOGITS, "NAME", 0,
     "Member, tensor or HDF5 path of the logits (`logits', else the only one it can be)", 1},
    {"offsets", KEY_OFFSETS, "FILE|NAME", 0,
     "Where each query's rows begin, and the end: an .npy file or a member (`offsets')", 1},
    {"axes", KEY_AXES, "AXES", 0,
     "Dimensions of the logits: V; T,V; B,V; B,T,V or T,B,V (B queries, T tokens, V words)", 1},
    {"dtype", KEY_DTYPE, "TYPE", 0, "f16, bf16, f32 or f64; needed for NumPy's V2 (bf16)", 1},
    {"values", KEY_VALUES, "KIND", 0, "What the numbers are: logits, logprobs or probs", 1},
    {"side", KEY_SIDE, "SIDE", 0, "Whose answers they are: slm (the default) or llm", 2},
    {"join", KEY_JOIN, "OLD.h5", 0, "Bring the other side from this dataset; queries match by id",
     2},
    {"correct", KEY_CORRECT, "FILE", 0,
     "0 or 1 a query: .npy, CSV column (FILE or FILE:COLUMN) or one a line", 2},
    {"latency", KEY_LATENCY, "FILE", 0, "Seconds a query, in the same ways", 2},
    {"class-map", KEY_CLASS_MAP, "FILE", 0,
     "One class a token id, -1 to drop it; `text' merges tokens known by text (case and blanks "
     "aside)",
     2},
    {"limit", KEY_LIMIT, "N", 0, "Import the first N queries only", 3},
    {"drop-eos", KEY_DROP_EOS, NULL, 0, "Leave the end-of-answer token's row out", 3},
    {"skip-empty", KEY_SKIP_EMPTY, NULL, 0, "Leave queries without a usable token out", 3},
    {"allow-post-sampling", KEY_POST_SAMPLING, NULL, 0,
     "Take probabilities from behind a sampler, which say little", 3},
    {"keep", KEY_KEEP, "topk:K", 0,
     "Keep only the K largest log-probabilities of a token, and the generated one's", 3},
    {"compress", KEY_COMPRESS, "LEVEL", OPTION_ARG_OPTIONAL, "Deflate, 1 to 9 (4)", 3},
    {"output", 'o', "DATA.h5", 0, "The dataset to write", 4},
    {"force", KEY_FORCE, NULL, 0, "Replace a dataset that holds the other side", 4},
    {NULL, 0, NULL, 0, NULL, 0}};

static void require(const struct argp_state *state, gg_status status, const gg_error *err) {
    if (status != GG_OK)
        argp_error(state, "%s", err->message);
}

static size_t parse_keep(const struct argp_state *state, const char *text) {
    int64_t k = 0;
    char shown[GG_SHOWN_SIZE];
    if (strncmp(text, "topk:", 5) != 0 || !gg_parse_integer(text + 5, 2, INT32_MAX - 1, &k))
        argp_error(state, "keep: '%s' is not topk:K with K >= 2", gg_shown(text, shown));
    return (size_t)k;
}

static void check_end(const struct argp_state *state, const request *asked) {
    if (asked->n_sources == 0)
        argp_error(state, "import what? (SRC...)");
    if (asked->output == NULL)
        argp_error(state, "into which dataset? (-o DATA.h5)");
}

static error_t parse_from(const struct argp_state *state, const char *text, request *asked) {
    gg_error err = {0};
    if (strcmp(text, "auto") == 0) {
        asked->importer = NULL;
        return 0;
    }
    asked->importer = gg_importer_find(text, &err);
    if (asked->importer == NULL)
        argp_error(state, "%s", err.message);
    return 0;
}

static error_t parse(int key, char *text, struct argp_state *state) {
    request *asked = state->input;
    gg_import_options *o = &asked->options;
    gg_error err = {0};
    switch (key) {
    case KEY_FROM:
        return parse_from(state, text, asked);
    case KEY_LOGITS:
        o->logits = text;
        return 0;
    case KEY_OFFSETS:
        o->offsets = text;
        return 0;
    case KEY_AXES:
        require(state, gg_import_axes_parse(text, &o->axes, &err), &err);
        return 0;
    case KEY_DTYPE:
        o->has_dtype = true;
        require(state, gg_import_dtype_parse(text, &o->dtype, &err), &err);
        return 0;
    case KEY_VALUES:
        require(state, gg_import_values_parse(text, &o->values, &err), &err);
        return 0;
    case KEY_SIDE:
        require(state, gg_side_parse(text, &o->side, &err), &err);
        return 0;
    case KEY_JOIN:
        o->join = text;
        return 0;
    case KEY_CORRECT:
        o->correct = text;
        return 0;
    case KEY_LATENCY:
        o->latency = text;
        return 0;
    case KEY_CLASS_MAP:
        o->class_map = text;
        return 0;
    case KEY_LIMIT:
        o->limit = (size_t)gg_option_integer(state, "limit", text, 1, INT64_MAX);
        return 0;
    case KEY_DROP_EOS:
        o->drop_eos = true;
        return 0;
    case KEY_SKIP_EMPTY:
        o->skip_empty = true;
        return 0;
    case KEY_POST_SAMPLING:
        o->allow_post_sampling = true;
        return 0;
    case KEY_KEEP:
        o->keep_top_k = parse_keep(state, text);
        return 0;
    case KEY_COMPRESS:
        o->gzip_level = text == NULL ? 4 : (int)gg_option_integer(state, "compress", text, 1, 9);
        return 0;
    case 'o':
        asked->output = text;
        return 0;
    case KEY_FORCE:
        asked->force = true;
        return 0;
    case ARGP_KEY_ARG:
        asked->sources[asked->n_sources++] = text;
        return 0;
    case ARGP_KEY_END:
        check_end(state, asked);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The help's last part: formats, from the importers themselves. */
static char *list_formats(int key, const char *text, void *input) {
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC)
        return (char *)text;
    size_t count;
    const gg_importer *const *all = gg_importers(&count);
    char *list = gg_help_list(NULL, "Formats:");
    for (size_t k = 0; k < count; k++)
        list = gg_help_list_item(list, all[k]->name, all[k]->summary);
    return list != NULL ? list : (char *)text;
}

/* ---- the import ---- */

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
                         "%s: holds the %s side, which would be lost: --join %s brings it along, "
                         "--force replaces it",
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
    print_count(c->skipped, "queries without a usable token left out");
    print_count(c->dropped_eos, "end-of-answer tokens left out");
    print_count(c->non_greedy, "generated tokens were not the most probable");
    print_count(c->sentinels, "candidates of probability 0 (-9999 and the like)");
    print_count(c->duplicates, "candidates listed twice");
    print_count(c->clipped, "log-probabilities cut off by the source: they share what is left");
    print_count(c->not_normalised, "tokens whose probabilities do not sum to 1 within 1 %");
    print_count(c->renormalised, "lists of logits normalised over the list alone");
    print_count(c->missing_records, "records announced, but not in the file");
    if (c->source_dtype == GG_BF16 && c->storage == GG_STORAGE_LOGITS)
        printf("  bfloat16 logits: near 20 they are 0.125 apart, uncertainties are coarse\n");
}

static gg_status run(request *asked, gg_error *err) {
    gg_import_counts counts = {0};
    gg_import_hooks hooks = {.progress = show, .warn = warn, .context = asked};
    gg_status status = protect_other_side(asked, err);
    if (status != GG_OK)
        return status;
    gg_progress_line_init(&asked->bar, asked->command);
    status = gg_import(asked->importer, asked->sources, asked->n_sources, asked->output,
                       &asked->options, &hooks, &counts, err);
    gg_progress_line_clear(&asked->bar);
    if (status == GG_OK)
        print_summary(asked, &counts);
    return status;
}

int gg_cmd_import(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "SRC...",
        "Makes a dataset of other programs' logits, log-probabilities or hidden states. Several "
        "sources are read in order, each one query or a block of queries.\v",
        NULL,
        list_formats,
        NULL};
    gg_error err = {0};
    request asked = {.command = argv[0], .options = gg_import_options_init()};
    asked.sources = gg_alloc((size_t)argc, sizeof *asked.sources);
    if (asked.sources == NULL) {
        gg_fail(&err, GG_E_NOMEM, "out of memory");
        return gg_say_failure(asked.command, &err);
    }
    gg_options_parse(&argp, argc, argv, &asked);
    gg_status status = run(&asked, &err);
    gg_free(asked.sources);
    return status == GG_OK ? GG_EXIT_OK : gg_say_failure(asked.command, &err);
}
