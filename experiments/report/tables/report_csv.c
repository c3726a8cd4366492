/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "experiments/output/csv_out.h"
#include "experiments/report/report.h"
#include "experiments/report/tables/report_tables.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"

/* The names of all members for the header, and their values: a comma before each. */
#define NAME(name) "," #name
static const char gap_names[] = GG_GAP_COUNTS(NAME) GG_GAP_NUMBERS(NAME);
static const char delay_names[] = ",decisions" GG_DELAY_NUMBERS(NAME);
#define PUT_COUNT(name) gg_csv_put_count(stream, from->name);
#define PUT_NUMBER(name) gg_csv_put_number(stream, from->name);

static void put_gaps(FILE *stream, const gg_gap_stats *from) {
    GG_GAP_COUNTS(PUT_COUNT)
    GG_GAP_NUMBERS(PUT_NUMBER)
}

static void put_delays(FILE *stream, const gg_delay_stats *from) {
    gg_csv_put_count(stream, from->decisions);
    GG_DELAY_NUMBERS(PUT_NUMBER)
}

static void put_panel(FILE *stream, const gg_row *key) {
    gg_csv_put_text(stream, key->preset);
    gg_csv_put_more_text(stream, key->objective);
}

/* The key of an instance: its cell of the grid, then seed and run. */
static void put_instance(FILE *stream, const gg_row *row) {
    put_panel(stream, row);
    gg_csv_put_count(stream, row->n_users);
    gg_csv_put_count(stream, row->n_servers);
    gg_csv_put_number(stream, row->tau);
    gg_csv_put_count(stream, row->seed);
    gg_csv_put_count(stream, row->run);
}

static void put_cell(FILE *stream, const gg_row *key) {
    put_panel(stream, key);
    gg_csv_put_count(stream, key->n_users);
    gg_csv_put_count(stream, key->n_servers);
    gg_csv_put_number(stream, key->tau);
    gg_csv_put_more_text(stream, key->solver);
}

static void write_gaps(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fprintf(stream, "preset,objective,n_users,n_servers,tau,strategy%s\n", gap_names);
    for (size_t k = 0; k < summary->n_groups; k++) {
        put_cell(stream, summary->groups[k].key);
        put_gaps(stream, &summary->groups[k].gaps);
        fputc('\n', stream);
    }
}

static void write_delays(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fprintf(stream, "preset,objective,n_users,n_servers,tau,strategy%s\n", delay_names);
    for (size_t k = 0; k < summary->n_groups; k++) {
        put_cell(stream, summary->groups[k].key);
        put_delays(stream, &summary->groups[k].delays);
        fputc('\n', stream);
    }
}

static void write_panels(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fprintf(stream, "preset,objective,strategy%s%s\n", gap_names, delay_names);
    for (size_t p = 0; p < summary->n_panels; p++)
        for (size_t c = 0; c < summary->panels[p].n_curves; c++) {
            const gg_curve *curve = &summary->panels[p].curves[c];
            put_panel(stream, summary->panels[p].key);
            gg_csv_put_more_text(stream, summary->strategies[curve->strategy].name);
            put_gaps(stream, &curve->gaps);
            put_delays(stream, &curve->delays);
            fputc('\n', stream);
        }
}

static void write_slices(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fprintf(stream, "preset,objective,axis,value,strategy%s%s\n", gap_names, delay_names);
    for (size_t p = 0; p < summary->n_panels; p++)
        for (size_t k = 0; k < summary->panels[p].slices.count; k++) {
            const gg_slice *slice = &summary->panels[p].slices.items[k];
            put_panel(stream, summary->panels[p].key);
            gg_csv_put_more_text(stream, gg_along_name(slice->along));
            gg_csv_put_number(stream, slice->at);
            gg_csv_put_more_text(stream, summary->strategies[slice->strategy].name);
            put_gaps(stream, &slice->gaps);
            put_delays(stream, &slice->delays);
            fputc('\n', stream);
        }
}

static void put_steps(FILE *stream, const gg_summary *summary, size_t panel, size_t strategy,
                      const gg_ecdf *ecdf) {
    for (size_t k = 0; k < ecdf->count; k++) {
        put_panel(stream, summary->panels[panel].key);
        gg_csv_put_more_text(stream, summary->strategies[strategy].name);
        gg_csv_put_number(stream, ecdf->at[k]);
        gg_csv_put_number(stream, ecdf->share[k]);
        fputc('\n', stream);
    }
}

static void write_ecdf(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fputs("preset,objective,strategy,gap,share\n", stream);
    for (size_t p = 0; p < summary->n_panels; p++)
        for (size_t c = 0; c < summary->panels[p].n_curves; c++)
            put_steps(stream, summary, p, summary->panels[p].curves[c].strategy,
                      &summary->panels[p].curves[c].ecdf);
}

static void write_profile(const gg_study *study, FILE *stream) {
    fputs("preset,objective,strategy,time_ratio,share\n", stream);
    for (size_t k = 0; k < study->profiles.count; k++)
        put_steps(stream, study->summary, study->profiles.items[k].panel,
                  study->profiles.items[k].strategy, &study->profiles.items[k].ecdf);
}

static void write_pairs(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fputs(
        "preset,objective,strategy,against,compared,wins,ties,losses,median_ratio,draws,different,"
        "w_plus,w_minus,p\n",
        stream);
    for (size_t k = 0; k < study->pairs.count; k++) {
        const gg_pair *pair = &study->pairs.items[k];
        put_panel(stream, summary->panels[pair->panel].key);
        gg_csv_put_more_text(stream, summary->strategies[pair->a].name);
        gg_csv_put_more_text(stream, summary->strategies[pair->b].name);
        gg_csv_put_count(stream, pair->compared);
        gg_csv_put_count(stream, pair->wins);
        gg_csv_put_count(stream, pair->ties);
        gg_csv_put_count(stream, pair->losses);
        gg_csv_put_number(stream, pair->median_ratio);
        gg_csv_put_count(stream, pair->draws);
        gg_csv_put_count(stream, pair->test.n);
        gg_csv_put_number(stream, pair->test.positive);
        gg_csv_put_number(stream, pair->test.negative);
        gg_csv_put_number(stream, pair->test.p);
        fputc('\n', stream);
    }
}

static void write_mistakes(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fputs("preset,objective,strategy,instances,decided_alike,users,kind,users_of_kind,costed,"
          "costly,cost_s\n",
          stream);
    for (size_t k = 0; k < study->mistakes.count; k++) {
        const gg_mistakes *of = &study->mistakes.items[k];
        for (gg_mistake_kind kind = 0; of->instances > 0 && kind < GG_N_MISTAKES; kind++) {
            put_panel(stream, summary->panels[of->panel].key);
            gg_csv_put_more_text(stream, summary->strategies[of->strategy].name);
            gg_csv_put_count(stream, of->instances);
            gg_csv_put_count(stream, of->equal);
            gg_csv_put_count(stream, of->users);
            gg_csv_put_more_text(stream, gg_mistake_name(kind));
            gg_csv_put_count(stream, of->count[kind]);
            gg_csv_put_count(stream, of->costed[kind]);
            gg_csv_put_count(stream, of->costly[kind]);
            gg_csv_put_number(stream, of->costed[kind] > 0 ? of->cost_s[kind] : NAN);
            fputc('\n', stream);
        }
    }
}

static void write_costliest(const gg_study *study, FILE *stream) {
    const gg_row *rows = study->summary->results->rows;
    fputs("preset,objective,n_users,n_servers,tau,seed,run,strategy,user,alpha,kind,decided,"
          "optimal,cost_s,share_of_optimum\n",
          stream);
    for (size_t k = 0; k < study->mistakes.count; k++)
        for (size_t t = 0; t < study->mistakes.items[k].n_top; t++) {
            const gg_mistake *mistake = &study->mistakes.items[k].top[t];
            put_instance(stream, &rows[mistake->row]);
            gg_csv_put_more_text(stream, rows[mistake->row].solver);
            gg_csv_put_count(stream, mistake->user);
            gg_csv_put_number(stream, mistake->alpha);
            gg_csv_put_more_text(stream, gg_mistake_name(mistake->kind));
            fprintf(stream, ",%d,%d", mistake->decided, mistake->optimal);
            gg_csv_put_number(stream, mistake->cost_s);
            gg_csv_put_number(stream, mistake->share);
            fputc('\n', stream);
        }
}

static void write_worst(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fputs("strategy,gap,objective_s,optimum_s,preset,objective,n_users,n_servers,tau,seed,run\n",
          stream);
    for (size_t s = 0; s < summary->n_strategies; s++)
        for (size_t k = 0; k < study->worst[s].count; k++) {
            size_t row = study->worst[s].rows[k];
            gg_csv_put_text(stream, summary->strategies[s].name);
            gg_csv_put_number(stream, summary->gaps[row].value);
            gg_csv_put_number(stream, summary->results->rows[row].objective_s);
            gg_csv_put_number(stream, summary->gaps[row].best_s);
            fputc(',', stream);
            put_instance(stream, &summary->results->rows[row]);
            fputc('\n', stream);
        }
}

static void write_failures(const gg_study *study, FILE *stream) {
    const gg_results *results = study->summary->results;
    fputs("preset,objective,n_users,n_servers,tau,seed,run,strategy,reason\n", stream);
    for (size_t k = 0; k < results->count; k++) {
        if (strcmp(results->rows[k].status, "failed") != 0)
            continue;
        put_instance(stream, &results->rows[k]);
        gg_csv_put_more_text(stream, results->rows[k].solver);
        gg_csv_put_more_text(stream, results->rows[k].failure);
        fputc('\n', stream);
    }
}

static void write_course(const gg_study *study, FILE *stream) {
    const gg_results *results = study->summary->results;
    fputs("preset,objective,n_users,n_servers,tau,seed,run,strategy,time_s,lower_bound_s,"
          "objective_s\n",
          stream);
    for (size_t k = 0; k < results->count; k++) {
        gg_course course;
        gg_course_parse(results->rows[k].course, &course);
        for (size_t c = 0; c < course.count; c++) {
            put_instance(stream, &results->rows[k]);
            gg_csv_put_more_text(stream, results->rows[k].solver);
            gg_csv_put_number(stream, course.points[c].time_s);
            gg_csv_put_number(stream, course.points[c].lower_bound_s);
            gg_csv_put_number(stream, course.points[c].objective_s);
            fputc('\n', stream);
        }
    }
}

static void write_growth(const gg_study *study, FILE *stream) {
    fputs("preset,objective,cause,draws,correlation,correlation_low,correlation_high\n", stream);
    for (size_t p = 0; p < study->growth.count; p++)
        for (gg_cause c = 0; c < GG_N_CAUSES; c++) {
            const gg_growth *of = &study->growth.panels[p][c];
            gg_csv_put_text(stream, study->summary->panels[p].key->preset);
            gg_csv_put_more_text(stream, study->summary->panels[p].key->objective);
            gg_csv_put_more_text(stream, gg_cause_name(c));
            gg_csv_put_count(stream, of->draws);
            gg_csv_put_number(stream, of->correlation.mean);
            gg_csv_put_number(stream, of->correlation.low);
            gg_csv_put_number(stream, of->correlation.high);
            fputc('\n', stream);
        }
}

static void write_front(const gg_study *study, FILE *stream) {
    fputs("preset,delay_per_query_s,accuracy,lower_bound_s,delay_low_s,delay_high_s,kind\n",
          stream);
    for (size_t k = 0; k < study->front.count; k++) {
        gg_csv_put_text(stream, study->front.points[k].preset);
        gg_csv_put_number(stream, study->front.points[k].delay_s);
        gg_csv_put_number(stream, study->front.points[k].accuracy);
        gg_csv_put_number(stream, study->front.points[k].bound_s);
        gg_csv_put_number(stream, study->front.points[k].low_s);
        gg_csv_put_number(stream, study->front.points[k].high_s);
        gg_csv_put_more_text(stream, study->front.points[k].hindsight ? "hindsight" : "expected");
        fputc('\n', stream);
    }
}

static gg_status write_file(const gg_study *study, const char *folder, const gg_report_table *table,
                            gg_error *err) {
    char *path = gg_path_in(folder, table->name);
    gg_outfile *out = NULL;
    FILE *stream = NULL;
    if (path == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
    gg_status status = gg_outfile_open(path, &out, &stream, err);
    if (status == GG_OK) {
        table->write(study, stream);
        status = gg_outfile_commit(out, err);
    }
    gg_free(path);
    return status;
}

gg_status gg_report_tables(const gg_study *study, const char *folder, gg_error *err) {
    static const gg_report_table tables[] = {
        {"gaps.csv", write_gaps, false},           {"delays.csv", write_delays, false},
        {"panels.csv", write_panels, false},       {"slices.csv", write_slices, false},
        {"ecdf.csv", write_ecdf, false},           {"profile.csv", write_profile, false},
        {"pairs.csv", write_pairs, false},         {"mistakes.csv", write_mistakes, false},
        {"costliest.csv", write_costliest, false}, {"worst.csv", write_worst, false},
        {"failures.csv", write_failures, false},   {"front.csv", write_front, false},
        {"growth.csv", write_growth, false},       {"course.csv", write_course, false},
        {"fair.csv", gg_csv_fair, true},           {"panels.tex", gg_latex_panels, false},
        {"gaps.tex", gg_latex_gaps, false},        {"pairs.tex", gg_latex_pairs, false},
        {"fair.tex", gg_latex_fair, true},
    };
    GG_TRY(gg_folder_make(folder, err));
    for (size_t k = 0; study->comparison.count > 0 && k < GG_N_PUBLISHED_TABLES; k++)
        GG_TRY(write_file(study, folder, &gg_published_tables[k], err));
    for (size_t k = 0; study->evaluation.n_items > 0 && k < GG_N_UNCERTAINTY_TABLES; k++)
        GG_TRY(write_file(study, folder, &gg_uncertainty_tables[k], err));
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
        if (!tables[k].fair || study->summary->fair.count > 0)
            GG_TRY(write_file(study, folder, &tables[k], err));
    return GG_OK;
}
