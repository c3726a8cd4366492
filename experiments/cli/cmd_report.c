/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap report`: what a folder of results says about the gap, on the terminal and as a page.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/cli/results_remarks.h"
#include "experiments/output/say.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/report.h"
#include "experiments/results/results.h"
#include "models/base/alloc.h"

typedef struct request {
    const char *command;
    const char *results_path;
    const char *output_path; /* NULL: the terminal only */
    const char *plan_path;
    const char *dataset;
} request;

enum { KEY_PLAN = GG_OPTION_KEY, KEY_DATASET };

static const struct argp_option options[] = {
    {"output", 'o', "REPORT.html", 0,
     "Also write the report as one self-contained HTML page (- is stdout, in place of the table); "
     "beside it summary.json, and the folders `tables' (CSV, LaTeX) and `figures' (SVG; PDF and "
     "PNG where rsvg-convert is installed)",
     1},
    {"plan", KEY_PLAN, "PLAN.yaml", 0,
     "The plan of the results, to draw their instances again where queries came from a dataset: "
     "what each decision costs, and whole commands for the worst instances",
     2},
    {"dataset", KEY_DATASET, "DATA.h5", 0, "Read the plan's queries from here", 2},
    {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    request *asked = state->input;
    switch (key) {
    case 'o':
        asked->output_path = text;
        return 0;
    case KEY_PLAN:
        asked->plan_path = text;
        return 0;
    case KEY_DATASET:
        asked->dataset = text;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->results_path, 1);
        return 0;
    case ARGP_KEY_END:
        if (asked->results_path == NULL)
            argp_error(state, "which results? (the folder of `goagap batch', or one results file)");
        if (asked->dataset != NULL && asked->plan_path == NULL)
            argp_error(state, "dataset: needs --plan");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A page that is a stream or a device has no place beside it for tables. */
static bool has_place_beside(const char *path) {
    struct stat info;
    return strcmp(path, "-") != 0 && (stat(path, &info) != 0 || S_ISREG(info.st_mode));
}

/* "<folder of path>/name", owned by the caller; NULL when memory is short. */
static char *beside(const char *path, const char *name) {
    const char *slash = strrchr(path, '/');
    size_t folder = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    size_t size = folder + strlen(name) + 1;
    char *joined = gg_alloc(size, 1);
    if (joined != NULL)
        snprintf(joined, size, "%.*s%s", (int)folder, path, name);
    return joined;
}

static gg_status write_all(const request *asked, const gg_study *study, gg_error *err) {
    static const char *const names[] = {"tables", "figures", "summary.json"};
    enum { N_NAMES = 3 };
    gg_report_links links = {.tables = names[0], .figures = names[1], .summary = names[2]};
    char *paths[N_NAMES];
    gg_status status = GG_OK;
    if (!has_place_beside(asked->output_path))
        return gg_report_html(study, asked->output_path, &(gg_report_links){0}, err);
    for (size_t k = 0; k < N_NAMES; k++) {
        paths[k] = beside(asked->output_path, names[k]);
        if (paths[k] == NULL)
            status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", asked->output_path);
    }
    /* The page first: it fails where nothing can be written, before folders are made. */
    if (status == GG_OK)
        status = gg_report_html(study, asked->output_path, &links, err);
    if (status == GG_OK)
        status = gg_report_tables(study, paths[0], err);
    if (status == GG_OK)
        status = gg_figure_files(study, paths[1], &links.converted, err);
    if (status == GG_OK)
        status = gg_report_json(study, paths[2], err);
    if (status == GG_OK && links.converted)
        status = gg_report_html(study, asked->output_path, &links, err);
    if (status == GG_OK && !links.converted)
        gg_say(asked->command,
               "figures are SVG only: rsvg-convert (librsvg2-bin) is not installed");
    for (size_t k = 0; k < N_NAMES; k++)
        gg_free(paths[k]);
    return status;
}

/* front.csv of a folder of results; NULL for a single file. Owned by the caller. */
static gg_status front_of(const char *results_path, char **path, gg_error *err) {
    struct stat info;
    *path = NULL;
    if (stat(results_path, &info) != 0 || !S_ISDIR(info.st_mode))
        return GG_OK;
    size_t size = strlen(results_path) + sizeof "/front.csv";
    *path = gg_alloc(size, 1);
    if (*path == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", results_path);
    snprintf(*path, size, "%s/front.csv", results_path);
    return GG_OK;
}

static int run(const request *asked) {
    gg_error err = {0};
    gg_results *results = NULL;
    gg_study *study = NULL;
    char *front_path = NULL;
    bool page = asked->output_path != NULL;
    bool page_on_stdout = page && strcmp(asked->output_path, "-") == 0;
    gg_status status = gg_results_read(asked->results_path, page, &results, &err);
    if (status == GG_OK) {
        gg_say_results(asked->command, asked->results_path, results);
        status = front_of(asked->results_path, &front_path, &err);
    }
    gg_study_sources sources = {asked->plan_path, asked->dataset, front_path};
    if (status == GG_OK)
        status = gg_study_compute(results, &sources, &study, &err);
    if (status == GG_OK && page)
        status = write_all(asked, study, &err);
    if (status == GG_OK && !page_on_stdout)
        status = gg_report_text(study->summary, stdout, &err);
    if (status == GG_OK && page && !page_on_stdout)
        gg_say(asked->command, "wrote %s", asked->output_path);
    int code = status == GG_OK ? GG_EXIT_OK : gg_say_failure(asked->command, &err);
    gg_free(front_path);
    gg_study_free(study);
    gg_results_free(results);
    return code;
}

int gg_cmd_report(int argc, char **argv) {
    static const struct argp argp = {options,
                                     parse,
                                     "DIR|RESULTS.h5",
                                     "Says how far each strategy is from the proven optimum, from "
                                     "the results of `goagap batch'.",
                                     NULL,
                                     NULL,
                                     NULL};
    request asked = {.command = argv[0]};
    gg_options_parse(&argp, argc, argv, &asked);
    return run(&asked);
}
