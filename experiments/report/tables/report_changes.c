/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What changed since earlier results, for the terminal.
 */
#include "experiments/output/format.h"
#include "experiments/output/text_table.h"
#include "experiments/report/report.h"
#include "models/base/shown.h"

enum column { PRESET, OBJECTIVE, STRATEGY, WAS, NOW, BETTER, EQUAL, WORSE };

static const gg_table_column columns[] = {
    [PRESET] = {"preset", "", true},     [OBJECTIVE] = {"objective", "", true},
    [STRATEGY] = {"strategy", "", true}, [WAS] = {"gap was", "mean, %", false},
    [NOW] = {"is", "mean, %", false},    [BETTER] = {"better", "inst.", false},
    [EQUAL] = {"equal", "inst.", false}, [WORSE] = {"worse", "inst.", false},
};

gg_status gg_report_text_changes(const gg_study *study, FILE *stream, gg_error *err) {
    const gg_changes *changes = &study->changes;
    char name[21];
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, sizeof columns / sizeof *columns, changes->count, err));
    for (size_t k = 0; k < changes->count; k++) {
        const gg_change *of = &changes->items[k];
        const char *strategy = study->summary->strategies[of->now->strategy].name;
        gg_table_set(&table, k, PRESET, "%s",
                     gg_shown_cut(of->panel->key->preset, name, sizeof name));
        gg_table_set(&table, k, OBJECTIVE, "%s", of->panel->key->objective);
        gg_table_set(&table, k, STRATEGY, "%s", gg_shown_cut(strategy, name, sizeof name));
        gg_table_set(&table, k, WAS, "%s", gg_percent(of->was->gaps.mean).text);
        gg_table_set(&table, k, NOW, "%s", gg_percent(of->now->gaps.mean).text);
        gg_table_set(&table, k, BETTER, "%zu", of->better);
        gg_table_set(&table, k, EQUAL, "%zu", of->equal);
        gg_table_set(&table, k, WORSE, "%zu", of->worse);
    }
    fputs("\nAgainst the earlier results, on the instances of both:\n", stream);
    gg_table_print(&table, stream);
    if (changes->only_now > 0 || changes->only_then > 0)
        fprintf(stream, "%zu rows are new, %zu are not there any more\n", changes->only_now,
                changes->only_then);
    return GG_OK;
}
