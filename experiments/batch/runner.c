/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/runner.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/batch/part.h"
#include "experiments/batch/unit.h"
#include "experiments/batch/worker.h"
#include "models/base/alloc.h"
#include "models/base/timer.h"

enum { TICK_MS = 500 };

/* A worker and what it is at. */
typedef struct slot {
    bool busy;
    bool retrying; /* the strategy in work has already cost one worker */
    gg_part *part;
    size_t unit;
    size_t solver;
} slot;

typedef struct run {
    const gg_experiment *experiment;
    const gg_batch_options *options;
    gg_batch_state *state;
    gg_manifest manifest;
    double start_s;
    gg_worker *workers; /* options->jobs of them */
    slot *slots;
    struct pollfd *polls;
    bool *missing; /* for each part: still to be done */
    size_t n_parts;
    size_t next_part; /* first part that was not opened yet */
    gg_part *open;    /* the part units are taken from; NULL: open the next one */
    size_t next_unit;
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

static size_t units_in_part(const gg_plan *plan, size_t index) {
    size_t left = gg_plan_units(plan) - index * plan->units_per_part;
    return left < plan->units_per_part ? left : plan->units_per_part;
}

/* Makes the folder, and finds out which parts of this shard it lacks. */
static gg_status survey(run *r, gg_error *err) {
    const gg_batch_options *options = r->options;
    const gg_plan *plan = r->experiment->plan;
    if (mkdir(options->folder, 0777) != 0 && errno != EEXIST)
        return gg_fail(err, GG_E_IO, "%s: cannot be made: %s", options->folder, strerror(errno));
    gg_part_sweep(options->folder, options->shard, options->shards);
    for (size_t p = options->shard; p < r->n_parts; p += options->shards) {
        bool exists;
        gg_status status =
            gg_part_exists(options->folder, p, r->experiment->fingerprint, &exists, err);
        if (status != GG_OK)
            return status;
        r->missing[p] = !exists;
        r->state->units += units_in_part(plan, p);
        r->state->units_found += exists ? units_in_part(plan, p) : 0;
    }
    return GG_OK;
}

/* ---- parts ---- */

static gg_status open_next_part(run *r, gg_error *err) {
    while (r->next_part < r->n_parts && !r->missing[r->next_part])
        r->next_part++;
    if (r->next_part == r->n_parts)
        return GG_OK;
    gg_status status = gg_part_new(r->experiment->plan, r->next_part, &r->open, err);
    if (status != GG_OK)
        return status;
    r->next_part++;
    r->next_unit = r->open->first_unit;
    size_t place = 0;
    while (r->flying[place] != NULL)
        place++;
    r->flying[place] = r->open;
    return GG_OK;
}

static gg_status finish_part(run *r, gg_part *part, gg_error *err) {
    gg_status status = gg_part_write(part, r->options->folder, &r->manifest, err);
    size_t place = 0;
    while (r->flying[place] != part)
        place++;
    r->flying[place] = NULL;
    gg_part_free(part);
    return status;
}

/* ---- workers ---- */

static gg_status start_worker(run *r, size_t w, gg_error *err) {
    return gg_worker_start(&r->workers[w], r->experiment, r->workers, r->options->jobs, err);
}

static gg_status take_row(run *r, size_t w, const gg_row *row, int16_t *assignment, gg_error *err) {
    slot *s = &r->slots[w];
    bool complete = gg_part_put(s->part, s->unit, s->solver, row, assignment);
    r->state->rows_failed += row->failure[0] != '\0';
    s->retrying = false;
    if (++s->solver == r->experiment->plan->n_solvers) {
        s->busy = false;
        r->state->units_done++;
        tell(r);
    }
    return complete ? finish_part(r, s->part, err) : GG_OK;
}

/* A worker died at a strategy: once more in a fresh one, then it has failed. */
static gg_status take_death(run *r, size_t w, gg_error *err) {
    slot *s = &r->slots[w];
    char reason[GG_ROW_REASON];
    gg_worker_bury(&r->workers[w], reason, sizeof reason);
    gg_status status = start_worker(r, w, err);
    if (status == GG_OK && s->retrying) {
        gg_unit unit = gg_plan_unit(r->experiment->plan, s->unit);
        gg_row row;
        gg_unit_blank_row(r->experiment, &unit, r->experiment->plan->solvers[s->solver], &row);
        memcpy(row.failure, reason, sizeof row.failure);
        status = take_row(r, w, &row, NULL, err);
    } else {
        s->retrying = true;
    }
    if (status == GG_OK && s->busy)
        gg_worker_send(&r->workers[w], (gg_task){s->unit, s->solver});
    return status;
}

/* Gives an idle worker the next unit; it stays idle when there is none. */
static gg_status feed(run *r, size_t w, gg_error *err) {
    gg_status status = r->open == NULL ? open_next_part(r, err) : GG_OK;
    if (status != GG_OK || r->open == NULL)
        return status;
    r->slots[w] = (slot){.busy = true, .part = r->open, .unit = r->next_unit};
    if (++r->next_unit == r->open->first_unit + r->open->n_units)
        r->open = NULL;
    if (r->workers[w].pid == 0)
        status = start_worker(r, w, err);
    /* A dead worker shows at the next poll. */
    if (status == GG_OK)
        gg_worker_send(&r->workers[w], (gg_task){r->slots[w].unit, 0});
    return status;
}

static gg_status listen_to(run *r, size_t w, gg_error *err) {
    gg_row row;
    int16_t *assignment;
    if (gg_worker_receive(&r->workers[w], &row, &assignment))
        return take_row(r, w, &row, assignment, err);
    return gg_stop_requested() ? GG_OK : take_death(r, w, err);
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
        for (size_t w = 0; ready > 0 && status == GG_OK && w < jobs; w++)
            if (r->polls[w].revents != 0)
                status = listen_to(r, w, err);
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
    r->missing = gg_alloc(r->n_parts, sizeof *r->missing);
    r->flying = gg_alloc(jobs + 1, sizeof *r->flying);
    if (r->workers == NULL || r->slots == NULL || r->polls == NULL || r->missing == NULL ||
        r->flying == NULL)
        return no_memory(r, err);
    return gg_experiment_describe(r->experiment, r->options->command, &r->manifest, err);
}

static void clean_up(run *r) {
    for (size_t w = 0; r->workers != NULL && w < r->options->jobs; w++)
        gg_worker_kill(&r->workers[w]);
    for (size_t k = 0; r->flying != NULL && k <= r->options->jobs; k++)
        gg_part_free(r->flying[k]);
    gg_manifest_clear(&r->manifest);
    gg_free(r->workers);
    gg_free(r->slots);
    gg_free(r->polls);
    gg_free(r->missing);
    gg_free(r->flying);
}

gg_status gg_batch_run(const gg_experiment *experiment, const gg_batch_options *options,
                       gg_batch_state *state, gg_error *err) {
    *state = (gg_batch_state){0};
    run r = {.experiment = experiment, .options = options, .state = state, .start_s = gg_now_s()};
    gg_status status = prepare(&r, err);
    if (status == GG_OK)
        status = survey(&r, err);
    if (status == GG_OK)
        status = work(&r, err);
    clean_up(&r);
    state->elapsed_s = gg_now_s() - r.start_s;
    return status;
}
