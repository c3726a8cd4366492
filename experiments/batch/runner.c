/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/runner.h"

#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "experiments/batch/earlier.h"
#include "experiments/batch/known_part.h"
#include "experiments/batch/part.h"
#include "experiments/batch/unit.h"
#include "experiments/batch/worker.h"
#include "experiments/results/results.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/timer.h"

enum { TICK_MS = 500 };

/* A worker and what it is at. */
typedef struct slot {
    bool busy;
    bool retrying; /* the row in work has already cost one worker */
    gg_part *part;
    size_t unit;
    size_t row;
    double since_s; /* when work on the row began */
} slot;

/* What is to be done about a part. */
enum need { NOTHING, ALL_OF_IT, SOME_ROWS };

typedef struct run {
    const gg_experiment *experiment;
    const gg_batch_options *options;
    gg_batch_state *state;
    gg_manifest manifest;
    double start_s;
    gg_worker *workers; /* options->jobs of them */
    slot *slots;
    struct pollfd *polls;
    gg_earlier *earlier;
    gg_index index;   /* of the folder as it was found */
    enum need *needs; /* for each part */
    size_t n_parts;
    size_t next_part; /* first part that was not opened yet */
    gg_part *open;    /* the part units are taken from; NULL: open the next one */
    size_t next_unit; /* within the open part */
    gg_part **flying; /* opened, not written: at most jobs + 1 */
} run;

size_t gg_batch_parts(const gg_plan *plan) {
    return (gg_plan_units(plan) + plan->units_per_part - 1) / plan->units_per_part;
}

static gg_status no_memory(const run *r, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", r->options->folder);
}

static void tell(run *r) {
    r->state->elapsed_s = gg_now_s() - r->start_s;
    if (r->options->progress != NULL)
        r->options->progress(r->options->progress_context, r->state);
}

/* What there is of a part, in the folder or from before the plan grew; NULL when there is nothing.
 * *rows_kept grows by what is of the latter. */
static gg_status find_part(run *r, size_t p, gg_part **part, size_t *rows_kept, gg_error *damage,
                           gg_error *err) {
    const gg_batch_options *options = r->options;
    GG_TRY(gg_part_find(r->experiment, &r->index, options->folder, p, options->wish, part, damage,
                        err));
    if (!gg_earlier_has_rows(r->earlier) || (*part != NULL && (*part)->rows_missing == 0))
        return GG_OK;
    if (*part == NULL)
        GG_TRY(gg_part_new(r->experiment->plan, p, part, err));
    gg_status status = gg_earlier_fill(r->earlier, r->experiment, *part, rows_kept, err);
    if (status != GG_OK) {
        gg_part_free(*part);
        *part = NULL;
    }
    return status;
}

/* What a part lacks as the index tells it; false where the part has to be read. */
static bool survey_by_index(run *r, size_t p) {
    gg_known_part known;
    if (!gg_part_is_known(r->experiment, &r->index, r->options->folder, p, r->options->wish,
                          &known))
        return false;
    size_t units = gg_part_units(r->experiment->plan, p);
    if (known.units < units && gg_earlier_has_rows(r->earlier))
        return false;
    r->needs[p] = known.units == units ? NOTHING : SOME_ROWS;
    r->state->units += units;
    r->state->units_found += known.units;
    r->state->units_failed += known.units_failed;
    return true;
}

/* Finds out what a part of this shard lacks. */
static gg_status survey_part(run *r, size_t p, gg_error *err) {
    const gg_batch_options *options = r->options;
    gg_part *part = NULL;
    gg_error damage;
    size_t kept = 0;
    if (survey_by_index(r, p))
        return GG_OK;
    GG_TRY(find_part(r, p, &part, &kept, &damage, err));
    size_t units = gg_part_units(r->experiment->plan, p), found = 0;
    for (size_t u = 0; part != NULL && u < units; u++)
        if (gg_part_next_row(part, u, 0) == part->unit_rows) {
            found++;
            r->state->units_failed += gg_part_unit_failed(part, u);
        }
    r->needs[p] = part == NULL ? ALL_OF_IT : found == units && kept == 0 ? NOTHING : SOME_ROWS;
    if (damage.message[0] != '\0' && options->notice != NULL)
        options->notice(options->notice_context, damage.message);
    gg_part_free(part);
    r->state->units += units;
    r->state->units_found += found;
    r->state->rows_kept += kept;
    return GG_OK;
}

/* Makes the folder, and finds out what it lacks of this shard. */
static gg_status survey(run *r, gg_error *err) {
    const gg_batch_options *options = r->options;
    gg_known_part known = {0};
    bool whole;
    GG_TRY(gg_folder_make(options->folder, err));
    gg_part_sweep(options->folder, options->shard, options->shards);
    GG_TRY(gg_index_read(options->folder, &r->index, err));
    GG_TRY(gg_whole_is_known(r->experiment, &r->index, options->folder, options->wish, &whole,
                             &known, err));
    for (size_t p = options->shard; whole && p < r->n_parts; p += options->shards)
        r->state->units += gg_part_units(r->experiment->plan, p);
    r->state->units_found = r->state->units;
    r->state->units_failed = options->shards == 1 ? known.units_failed : 0;
    if (whole)
        return GG_OK;
    GG_TRY(gg_earlier_open(r->experiment, options->folder, options->wish, &r->earlier, err));
    GG_TRY(gg_part_check_folder(r->experiment, options->folder, r->n_parts, err));
    for (size_t p = options->shard; p < r->n_parts; p += options->shards)
        GG_TRY(survey_part(r, p, err));
    return GG_OK;
}

/* Moves to the next unit of the open part that misses a row; closes the part to new work after the
 * last. */
static void skip_found(run *r) {
    while (r->next_unit < r->open->n_units &&
           gg_part_next_row(r->open, r->next_unit, 0) == r->open->unit_rows)
        r->next_unit++;
    if (r->next_unit == r->open->n_units)
        r->open = NULL;
}

static gg_status finish_part(run *r, gg_part *part, gg_error *err) {
    gg_status status = gg_part_write(part, r->options->folder, r->options->shard,
                                     r->options->shards, &r->manifest, err);
    size_t place = 0;
    while (r->flying[place] != part)
        place++;
    r->flying[place] = NULL;
    gg_part_free(part);
    return status;
}

static gg_status open_part(run *r, size_t p, gg_error *err) {
    gg_error damage;
    size_t kept = 0, place = 0;
    if (r->needs[p] == SOME_ROWS)
        GG_TRY(find_part(r, p, &r->open, &kept, &damage, err));
    /* Also where it has been damaged or removed since the survey. */
    if (r->open == NULL)
        GG_TRY(gg_part_new(r->experiment->plan, p, &r->open, err));
    while (r->flying[place] != NULL)
        place++;
    r->flying[place] = r->open;
    r->next_unit = 0;
    gg_part *opened = r->open;
    skip_found(r);
    return opened->rows_missing == 0 ? finish_part(r, opened, err) : GG_OK;
}

/* Opens the next part that misses a row; those that lack nothing any more are written. */
static gg_status open_next_part(run *r, gg_error *err) {
    gg_status status = GG_OK;
    for (; status == GG_OK && r->open == NULL && r->next_part < r->n_parts; r->next_part++)
        if (r->needs[r->next_part] != NOTHING)
            status = open_part(r, r->next_part, err);
    return status;
}

static gg_status start_worker(run *r, size_t w, gg_error *err) {
    return gg_worker_start(&r->workers[w], r->experiment, r->workers, r->options->jobs, err);
}

/* The next row that the network of a slot misses. */
static size_t next_row(const slot *s) {
    return gg_part_next_row(s->part, s->unit - s->part->first_unit, 0);
}

static void send_task(run *r, size_t w) {
    const slot *s = &r->slots[w];
    const bool *missing = s->part->missing + (s->unit - s->part->first_unit) * s->part->unit_rows;
    /* A dead worker shows at the next poll. */
    gg_worker_send(&r->workers[w], (gg_task){s->unit, missing}, s->part->unit_rows);
}

static gg_status take_row(run *r, size_t w, const gg_row *row, int16_t *assignment, gg_error *err) {
    slot *s = &r->slots[w];
    bool complete = gg_part_put(s->part, s->unit, s->row, row, assignment);
    r->state->rows_failed += row->failure[0] != '\0';
    r->state->worst_gap = fmax(r->state->worst_gap, row->gap);
    s->retrying = false;
    s->since_s = gg_now_s();
    if ((s->row = next_row(s)) == s->part->unit_rows) {
        s->busy = false;
        r->state->units_done++;
        tell(r);
    }
    return complete ? finish_part(r, s->part, err) : GG_OK;
}

/* A worker died at a row: once more in a fresh one, then it has failed. */
static gg_status take_death(run *r, size_t w, const char *known_reason, gg_error *err) {
    slot *s = &r->slots[w];
    char reason[GG_ROW_REASON];
    gg_worker_bury(&r->workers[w], reason, sizeof reason);
    gg_status status = start_worker(r, w, err);
    if (status == GG_OK && (s->retrying || known_reason != NULL)) {
        gg_unit unit = gg_plan_unit(r->experiment->plan, s->unit);
        gg_row row;
        gg_unit_blank_row(r->experiment, &unit, s->row, &row);
        gg_row_fail(&row, known_reason != NULL ? known_reason : reason);
        status = take_row(r, w, &row, NULL, err);
    } else {
        s->retrying = true;
        s->since_s = gg_now_s();
    }
    if (status == GG_OK && s->busy)
        send_task(r, w);
    return status;
}

/* Ends a strategy that ignores its time limit: all of ours stop by themselves soon after it. */
static gg_status end_overdue(run *r, size_t w, gg_error *err) {
    const slot *s = &r->slots[w];
    const gg_plan *plan = r->experiment->plan;
    double limit_s = plan->strategies[gg_plan_case(plan, s->row).strategy].limits.time_s;
    if (gg_now_s() - s->since_s < 10.0 * limit_s + 60.0)
        return GG_OK;
    char reason[GG_ROW_REASON];
    snprintf(reason, sizeof reason, "killed: still at work long after its time limit of %g s",
             limit_s);
    kill(r->workers[w].pid, SIGKILL);
    return take_death(r, w, reason, err);
}

/* Gives an idle worker the next unit; it stays idle when there is none. */
static gg_status feed(run *r, size_t w, gg_error *err) {
    gg_status status = r->open == NULL ? open_next_part(r, err) : GG_OK;
    if (status != GG_OK || r->open == NULL)
        return status;
    r->slots[w] = (slot){.busy = true,
                         .part = r->open,
                         .unit = r->open->first_unit + r->next_unit,
                         .since_s = gg_now_s()};
    r->slots[w].row = next_row(&r->slots[w]);
    r->next_unit++;
    skip_found(r);
    if (r->workers[w].pid == 0)
        status = start_worker(r, w, err);
    if (status == GG_OK)
        send_task(r, w);
    return status;
}

static gg_status listen_to(run *r, size_t w, gg_error *err) {
    gg_row row;
    int16_t *assignment;
    if (gg_worker_receive(&r->workers[w], &row, &assignment))
        return take_row(r, w, &row, assignment, err);
    return gg_stop_requested() ? GG_OK : take_death(r, w, NULL, err);
}

static gg_status work(run *r, gg_error *err) {
    size_t jobs = r->options->jobs;
    for (;;) {
        bool any_busy = false;
        gg_status status = GG_OK;
        for (size_t w = 0; status == GG_OK && w < jobs; w++) {
            if (!r->slots[w].busy)
                status = feed(r, w, err);
            bool busy = r->slots[w].busy;
            r->polls[w] = (struct pollfd){.fd = busy ? r->workers[w].fd : -1, .events = POLLIN};
            any_busy = any_busy || busy;
        }
        if (status != GG_OK || !any_busy)
            return status;
        int ready = poll(r->polls, jobs, TICK_MS);
        if (gg_stop_requested()) {
            r->state->interrupted = true;
            return GG_OK;
        }
        if (ready <= 0)
            tell(r);
        for (size_t w = 0; status == GG_OK && w < jobs; w++)
            if (ready > 0 && r->polls[w].revents != 0)
                status = listen_to(r, w, err);
            else if (r->slots[w].busy)
                status = end_overdue(r, w, err);
        if (status != GG_OK)
            return status;
    }
}

static gg_status prepare(run *r, gg_error *err) {
    size_t jobs = r->options->jobs;
    r->n_parts = gg_batch_parts(r->experiment->plan);
    r->workers = gg_alloc(jobs, sizeof *r->workers);
    r->slots = gg_alloc(jobs, sizeof *r->slots);
    r->polls = gg_alloc(jobs, sizeof *r->polls);
    r->needs = gg_alloc(r->n_parts, sizeof *r->needs);
    r->flying = gg_alloc(jobs + 1, sizeof *r->flying);
    if (r->workers == NULL || r->slots == NULL || r->polls == NULL || r->needs == NULL ||
        r->flying == NULL)
        return no_memory(r, err);
    return gg_experiment_describe(r->experiment, r->options->command, &r->manifest, err);
}

/* Of parts that a signal cut short, the networks that are done. */
static gg_status write_flying(run *r, gg_error *err) {
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k <= r->options->jobs; k++)
        if (r->flying[k] != NULL)
            status = gg_part_write(r->flying[k], r->options->folder, r->options->shard,
                                   r->options->shards, &r->manifest, err);
    return status;
}

/* What was there before the plan grew goes once every part has all its rows, other shards' too. */
static gg_status drop_earlier(const run *r, gg_error *err) {
    bool complete = gg_earlier_exists(r->options->folder);
    for (size_t p = 0; complete && p < r->n_parts; p++) {
        gg_part *part;
        gg_error damage;
        GG_TRY(gg_part_find(r->experiment, NULL, r->options->folder, p, (gg_part_wish){0}, &part,
                            &damage, err));
        complete = part != NULL && part->rows_missing == 0;
        gg_part_free(part);
    }
    if (complete)
        gg_earlier_remove(r->options->folder);
    return GG_OK;
}

static void clean_up(run *r) {
    for (size_t w = 0; r->workers != NULL && w < r->options->jobs; w++)
        gg_worker_kill(&r->workers[w]);
    for (size_t k = 0; r->flying != NULL && k <= r->options->jobs; k++)
        gg_part_free(r->flying[k]);
    gg_earlier_close(r->earlier);
    gg_index_clear(&r->index);
    gg_manifest_clear(&r->manifest);
    gg_free(r->workers);
    gg_free(r->slots);
    gg_free(r->polls);
    gg_free(r->needs);
    gg_free(r->flying);
}

gg_status gg_batch_run(const gg_experiment *experiment, const gg_batch_options *options,
                       gg_batch_state *state, gg_error *err) {
    *state = (gg_batch_state){.worst_gap = NAN};
    run r = {.experiment = experiment, .options = options, .state = state, .start_s = gg_now_s()};
    gg_status status = prepare(&r, err);
    if (status == GG_OK)
        status = survey(&r, err);
    if (status == GG_OK)
        status = gg_manifest_write_json(&r.manifest, options->folder, options->shard,
                                        options->shards, err);
    if (status == GG_OK) {
        /* Only a run that has something to do adds its manifest. */
        if (state->units_found < state->units || state->rows_kept > 0)
            gg_index_add_manifest(options->folder, options->shard, options->shards, &r.manifest);
        status = work(&r, err);
    }
    if (status == GG_OK)
        status = state->interrupted ? write_flying(&r, err) : drop_earlier(&r, err);
    clean_up(&r);
    state->elapsed_s = gg_now_s() - r.start_s;
    return status;
}
