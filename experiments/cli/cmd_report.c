/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap report`: what a folder of results says about the gap, on the terminal and as a page.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/batch/results.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/cli/say.h"
#include "experiments/report/report.h"
#include "models/base/alloc.h"

typedef struct request {
    const char *command;
    const char *results_path;
    const char *output_path; /* NULL: the terminal only */
} request;

static const struct argp_option options[] = {
    {"output", 'o', "REPORT.html", 0,
     "Also write the report as one self-contained HTML page (- is stdout, in place of the table), "
     "with its CSV tables in the folder `tables' beside it",
     1},
    {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    request *asked = state->input;
    switch (key) {
    case 'o':
        asked->output_path = text;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->results_path, 1);
        return 0;
    case ARGP_KEY_END:
        if (asked->results_path == NULL)
            argp_error(state, "which results? (the folder of `goagap batch', or one of its parts)");
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

/* "<folder of path>/tables", owned by the caller. */
static char *tables_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    size_t folder = slash != NULL ? (size_t)(slash - path) + 1 : 0, size = folder + 8;
    char *tables = gg_alloc(size, 1);
    if (tables != NULL)
        snprintf(tables, size, "%.*stables", (int)folder, path);
    return tables;
}

static gg_status write_page(const gg_summary *summary, const char *path, gg_error *err) {
    if (!has_place_beside(path))
        return gg_report_html(summary, path, NULL, err);
    char *tables = tables_folder(path);
    if (tables == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    gg_status status = gg_report_html(summary, path, "tables", err);
    if (status == GG_OK)
        status = gg_report_csv(summary, tables, err);
    gg_free(tables);
    return status;
}

static int run(const request *asked) {
    gg_error err = {0};
    gg_results *results = NULL;
    gg_summary *summary = NULL;
    gg_status status = gg_results_read(asked->results_path, false, &results, &err);
    if (status == GG_OK)
        status = gg_summary_compute(results, &summary, &err);
    if (status == GG_OK && asked->output_path != NULL)
        status = write_page(summary, asked->output_path, &err);
    bool page_on_stdout = asked->output_path != NULL && strcmp(asked->output_path, "-") == 0;
    if (status == GG_OK && !page_on_stdout)
        status = gg_report_text(summary, stdout, &err);
    if (status == GG_OK && asked->output_path != NULL && !page_on_stdout)
        gg_say(asked->command, "wrote %s", asked->output_path);
    int code = status == GG_OK ? GG_EXIT_OK : gg_say_failure(asked->command, &err);
    gg_summary_free(summary);
    gg_results_free(results);
    return code;
}

int gg_cmd_report(int argc, char **argv) {
    static const struct argp argp = {options,
                                     parse,
                                     "DIR",
                                     "Says how far each strategy is from the proven optimum, from "
                                     "the results of `goagap batch'.",
                                     NULL,
                                     NULL,
                                     NULL};
    request asked = {.command = argv[0]};
    gg_options_parse(&argp, argc, argv, &asked);
    return run(&asked);
}
