/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is in the results of experiments.
 */
#include <math.h>
#include <string.h>

#include "experiments/output/text_table.h"
#include "experiments/results/results.h"
#include "experiments/studies/inspection/inspect.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"

/* The statuses that are counted, in the table's order. */
static const char *const statuses[] = {"optimal", "bounded", "infeasible", "failed"};

enum { MOST_SOLVERS = 64, N_STATUSES = sizeof statuses / sizeof *statuses };

/* Rows of one strategy. */
typedef struct share {
    const char *solver;
    size_t rows;
    size_t of_status[N_STATUSES];
    double runtime_s;
} share;

static void count_row(share *of, const gg_row *row) {
    of->rows++;
    for (size_t k = 0; k < N_STATUSES; k++)
        of->of_status[k] += strcmp(row->status, statuses[k]) == 0;
    if (!isnan(row->runtime_s))
        of->runtime_s += row->runtime_s;
}

/* Number of strategies, in the order they first occur. */
static size_t count_shares(const gg_results *results, share *shares) {
    size_t n = 0;
    for (size_t r = 0; r < results->count; r++) {
        const gg_row *row = &results->rows[r];
        size_t s = 0;
        while (s < n && strcmp(shares[s].solver, row->solver) != 0)
            s++;
        if (s == MOST_SOLVERS)
            continue;
        if (s == n)
            shares[n++] = (share){.solver = row->solver};
        count_row(&shares[s], row);
    }
    return n;
}

static gg_status print_shares(const gg_results *results, FILE *stream, gg_error *err) {
    static const gg_table_column columns[] = {{"solver", "", true},       {"rows", "", false},
                                              {"optimal", "", false},     {"bounded", "", false},
                                              {"infeas.", "", false},     {"failed", "", false},
                                              {"time in all", "s", false}};
    share shares[MOST_SOLVERS];
    size_t n = count_shares(results, shares);
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, sizeof columns / sizeof *columns, n, err));
    for (size_t s = 0; s < n; s++) {
        gg_table_set(&table, s, 0, "%s", shares[s].solver);
        gg_table_set(&table, s, 1, "%zu", shares[s].rows);
        for (size_t k = 0; k < N_STATUSES; k++)
            if (shares[s].of_status[k] > 0)
                gg_table_set(&table, s, 2 + k, "%zu", shares[s].of_status[k]);
        gg_table_set(&table, s, 2 + N_STATUSES, "%.3f", shares[s].runtime_s);
    }
    gg_table_print(&table, stream);
    return GG_OK;
}

static void put_first_line(const char *text, FILE *stream) {
    const char *line_end = strchr(text, '\n');
    char piece[GG_SHOWN_PIECE];
    while (text != line_end && *text != '\0') {
        text += gg_shown_piece(text, piece);
        fputs(piece, stream);
    }
    fputs(line_end != NULL ? " ...\n" : "\n", stream);
}

gg_status gg_inspect_results(const char *path, FILE *stream, gg_error *err) {
    gg_results *results = NULL;
    GG_TRY(gg_results_read(path, true, &results, err));
    gg_put_shown(stream, path);
    fprintf(stream, ": results, %zu rows%s\n\n", results->count,
            results->offsets != NULL ? " with assignments" : "");
    gg_status status = print_shares(results, stream, err);
    if (status == GG_OK && results->manifest.count > 0)
        fputc('\n', stream);
    for (size_t k = 0; status == GG_OK && k < results->manifest.count; k++) {
        const gg_manifest_entry *entry = &results->manifest.entries[k];
        char key[GG_SHOWN_SIZE];
        fprintf(stream, "%-20s ", gg_shown(entry->key, key));
        put_first_line(entry->value, stream);
    }
    if (status == GG_OK)
        fputs(results->unchecked ? "sound, as far as a file without a checksum can tell\n"
                                 : "sound\n",
              stream);
    gg_results_free(results);
    return status;
}
