/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap report`: what a folder of results says about the gap, on the terminal and as a page.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/open_results.h"
#include "experiments/cli/options/shared_options.h"
#include "experiments/output/say.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/report.h"
#include "models/base/alloc.h"

typedef struct request {
    const char *command;
    const char *results_path;
    const char *output_path; /* NULL: the terminal only */
    const char *plan_path;
    const char *dataset;
    const char *published_path;
    const char *earlier_path;
    bool cells;
} request;

static const gg_option options[] = {
    {"cells", 0, NULL, "Print the gap table of every cell, too", 1, GG_FLAG(request, cells)},
    {"output", 'o', "REPORT.html",
     "Also write the report as one self-contained HTML page (- is stdout, in place of the text); "
     "beside it summary.json, and the folders `tables' (CSV, LaTeX) and `figures' (SVG; PDF and "
     "PNG where rsvg-convert is installed)",
     1, .more = "In a CSV a name that a spreadsheet would take for a formula has a ' in front",
     GG_WRITES, GG_TEXT(request, output_path)},
    {"plan", 0, "PLAN.yaml",
     "The plan of the results, to draw their instances again where queries came from a dataset: "
     "what each decision costs, and whole commands for the worst instances",
     2, GG_READS, GG_TEXT(request, plan_path)},
    GG_ROW_PLAN_DATASET(request, dataset, 2),
    {"published", 0, "CSV",
     "Published means of the same cells: a scorecard of what they claim, and their figures beside "
     "ours",
     2, .more = "Of the preset `paper', weighted objective", GG_READS,
     GG_TEXT(request, published_path)},
    {"against", 0, "OLD",
     "Earlier results, a folder or a file: say what changed, strategy by strategy and instance by "
     "instance",
     2, GG_READS, GG_TEXT(request, earlier_path)}};

static gg_status finish(void *input, gg_error *err) {
    const request *asked = input;
    if (asked->dataset != NULL && asked->plan_path == NULL)
        return gg_fail(err, GG_E_USAGE, "dataset: needs --plan");
    return GG_OK;
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

enum { TABLES, FIGURES, SUMMARY, N_NAMES };
static const char *const names[N_NAMES] = {"tables", "figures", "summary.json"};

/* The page first: it fails where nothing can be written, before folders are made. */
static gg_status write_beside(const request *asked, const gg_study *study,
                              char *const paths[N_NAMES], gg_error *err) {
    gg_report_links links = {
        .tables = names[TABLES], .figures = names[FIGURES], .summary = names[SUMMARY]};
    GG_TRY(gg_report_html(study, asked->output_path, &links, err));
    GG_TRY(gg_report_tables(study, paths[TABLES], err));
    GG_TRY(gg_figure_files(study, paths[FIGURES], &links.converted, err));
    if (study->evaluation.n_items > 0)
        GG_TRY(gg_evaluation_draw(&study->evaluation, paths[FIGURES], &links.converted, err));
    GG_TRY(gg_report_json(study, paths[SUMMARY], err));
    if (links.converted)
        return gg_report_html(study, asked->output_path, &links, err);
    gg_say(asked->command, "figures are SVG only: rsvg-convert (librsvg2-bin) is not installed");
    return GG_OK;
}

static gg_status write_all(const request *asked, const gg_study *study, gg_error *err) {
    char *paths[N_NAMES];
    gg_status status = GG_OK;
    if (!has_place_beside(asked->output_path))
        return gg_report_html(study, asked->output_path, &(gg_report_links){0}, err);
    for (size_t k = 0; k < N_NAMES; k++) {
        paths[k] = beside(asked->output_path, names[k]);
        if (paths[k] == NULL)
            status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", asked->output_path);
    }
    if (status == GG_OK)
        status = write_beside(asked, study, paths, err);
    for (size_t k = 0; k < N_NAMES; k++)
        gg_free(paths[k]);
    return status;
}

static gg_status report(const request *asked, gg_results **results, gg_results **earlier,
                        gg_study **study, gg_error *err) {
    bool page = asked->output_path != NULL;
    bool page_on_stdout = page && strcmp(asked->output_path, "-") == 0;
    GG_TRY(gg_open_results(asked->command, asked->results_path, page, results, err));
    if (asked->earlier_path != NULL)
        GG_TRY(gg_open_results(asked->command, asked->earlier_path, false, earlier, err));
    const gg_study_sources sources = {.plan_path = asked->plan_path,
                                      .dataset = asked->dataset,
                                      .published_path = asked->published_path,
                                      .earlier = *earlier};
    GG_TRY(gg_study_results(asked->results_path, *results, sources, study, err));
    if (page)
        GG_TRY(write_all(asked, *study, err));
    if (!page_on_stdout)
        GG_TRY(gg_report_text((*study)->summary, stdout, err));
    if (asked->cells && !page_on_stdout)
        GG_TRY(gg_report_text_cells((*study)->summary, stdout, err));
    if (asked->earlier_path != NULL && !page_on_stdout)
        GG_TRY(gg_report_text_changes(*study, stdout, err));
    if (page && !page_on_stdout)
        gg_say(asked->command, "wrote %s", asked->output_path);
    return GG_OK;
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    (void)code;
    request asked = {.command = argv[0]};
    gg_results *results = NULL, *earlier = NULL;
    gg_study *study = NULL;
    gg_command_parse(&gg_command_report, argc, argv, &asked);
    gg_status status = report(&asked, &results, &earlier, &study, err);
    gg_study_free(study);
    gg_results_free(results);
    gg_results_free(earlier);
    return status;
}

const gg_command gg_command_report = {
    .name = "report",
    .group = "Experiments",
    .summary = "write the optimality-gap report",
    .help = "Says how far each strategy is from the proven optimum, from the results of `goagap "
            "batch'.",
    .arguments = {"DIR|RESULTS.h5",
                  "which results? (the folder of `goagap batch', or one results file)", 1,
                  offsetof(request, results_path)},
    GG_OPTIONS(options),
    .finish = finish,
    .run = run};
