/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/program/mip.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/delay.h"

typedef struct builder {
    const gg_instance *in;
    gg_objective objective;
    const gg_mip_domain *domain;
    gg_mip *mip;
    size_t column_capacity, start_capacity, rows_capacity, row_capacity, value_capacity;
    bool failed; /* out of memory */
} builder;

static bool allowed(const gg_mip_domain *domain, size_t i, size_t j) {
    return (domain->servers[i] >> j & 1) != 0;
}

static void *room(builder *b, void *block, size_t used, size_t *capacity, size_t size) {
    if (b->failed || used < *capacity)
        return block;
    size_t wanted = *capacity * 2 + 1024;
    void *grown = gg_realloc(block, *capacity, wanted, size);
    if (grown == NULL) {
        b->failed = true;
        return block;
    }
    *capacity = wanted;
    return grown;
}

/* A row of the user, server and state that `of` names. */
static uint32_t add_row(builder *b, gg_mip_row_kind kind, gg_mip_column of, double low,
                        double high) {
    gg_mip *mip = b->mip;
    mip->rows = room(b, mip->rows, mip->n_rows, &b->rows_capacity, sizeof *mip->rows);
    if (b->failed)
        return 0;
    mip->rows[mip->n_rows] = (gg_mip_row){kind, of.user, of.server, of.load, of.level, low, high};
    return (uint32_t)mip->n_rows++;
}

static void add_column(builder *b, gg_mip_column column) {
    gg_mip *mip = b->mip;
    mip->columns = room(b, mip->columns, mip->n_columns, &b->column_capacity, sizeof *mip->columns);
    mip->start = room(b, mip->start, mip->n_columns + 1, &b->start_capacity, sizeof *mip->start);
    if (b->failed)
        return;
    mip->columns[mip->n_columns] = column;
    mip->start[mip->n_columns++] = mip->n_entries;
    mip->start[mip->n_columns] = mip->n_entries;
}

/* An entry of the last column. */
static void add_entry(builder *b, uint32_t row, double value) {
    gg_mip *mip = b->mip;
    mip->row = room(b, mip->row, mip->n_entries, &b->row_capacity, sizeof *mip->row);
    mip->value = room(b, mip->value, mip->n_entries, &b->value_capacity, sizeof *mip->value);
    if (b->failed)
        return;
    mip->row[mip->n_entries] = row;
    mip->value[mip->n_entries++] = value;
    mip->start[mip->n_columns] = mip->n_entries;
}

/* What user i costs on server j at a load and the lower end of a level; never above
 * what the model's own arithmetic, which rounds 1 + SINR, would say. */
static double served_cost_s(const builder *b, size_t i, size_t j, uint32_t load, double level_w) {
    const gg_instance *in = b->in;
    double log2_term =
        log1p(gg_received_w(in, i, j) / (level_w + gg_floor_w(in, j))) / 0.69314718055994531;
    double w = gg_weight(in, b->objective, i), joule = gg_objective_joule(b->objective);
    double comm_s =
        in->payload_bits[i] * gg_air(in, j, load) / (in->bandwidth_hz[j] * (log2_term + 0x1p-51));
    double comp_s = gg_serves_tokens(in, j)
                        ? gg_tokens_s(in, i, j, load)
                        : gg_edge_work_flop(in, i) / gg_compute_share_flops(in, j, load);
    double gate_s = gg_gate_s(in, i), cost = w * (comm_s + comp_s + gate_s);
    if (joule != 0.0)
        cost += joule * (in->tx_power_w[i] * comm_s + in->device_power_w[i] * gate_s);
    return cost;
}

/* Rows that every server and user has; states and their links follow with their columns. */
typedef struct frame {
    uint32_t *one_place;                                        /* N */
    uint32_t *one_state, *interference_low, *interference_high; /* M */
} frame;

static void add_frame(builder *b, frame *f) {
    for (uint32_t i = 0; i < b->in->n_users; i++)
        f->one_place[i] = add_row(b, GG_MIP_ONE_PLACE, (gg_mip_column){.user = i}, 1.0, 1.0);
    for (uint32_t j = 0; j < b->in->n_servers; j++) {
        const gg_mip_column server = {.server = j};
        f->one_state[j] = add_row(b, GG_MIP_ONE_STATE, server, 1.0, 1.0);
        f->interference_low[j] = add_row(b, GG_MIP_INTERFERENCE_LOW, server, 0.0, INFINITY);
        f->interference_high[j] = add_row(b, GG_MIP_INTERFERENCE_HIGH, server, -INFINITY, 0.0);
    }
}

static double unit_w(const builder *b, size_t j) {
    const gg_mip_domain *d = b->domain;
    double top = d->level_w[j][d->n_levels[j]];
    return top > 0.0 ? top : 1.0;
}

/* User i on server j in one state: the cost, the state's load and link, and what it disturbs. */
static void add_served(builder *b, const frame *f, gg_mip_column state, uint32_t i,
                       uint32_t load_row) {
    uint32_t j = state.server;
    state.kind = GG_MIP_SERVED;
    state.user = i;
    state.cost_s = served_cost_s(b, i, j, state.load, b->domain->level_w[j][state.level]);
    uint32_t link = load_row + 1 + i; /* reserved below, for every user */
    add_column(b, state);
    add_entry(b, f->one_place[i], 1.0);
    add_entry(b, load_row, 1.0);
    add_entry(b, link, 1.0);
    for (uint32_t k = 0; k < b->in->n_servers; k++) {
        double share = gg_disturbing_w(b->in, i, k) / unit_w(b, k);
        if (k == j || share == 0.0)
            continue;
        add_entry(b, f->interference_low[k], share);
        add_entry(b, f->interference_high[k], share);
    }
}

/* Where even a level's lower end leaves a user without a rate, the level's decisions that have it
 * there are infinite. */
static bool serves(const builder *b, size_t i, gg_mip_column state) {
    size_t j = state.server;
    double disturbance_w = b->domain->level_w[j][state.level] + gg_floor_w(b->in, j);
    return allowed(b->domain, i, j) && gg_has_rate(gg_received_w(b->in, i, j), disturbance_w);
}

static void add_state(builder *b, const frame *f, gg_mip_column state) {
    uint32_t j = state.server;
    const double *levels = b->domain->level_w[j];
    uint32_t load_row = add_row(b, GG_MIP_LOAD, state, 0.0, 0.0);
    for (gg_mip_column link = state; link.user < b->in->n_users; link.user++)
        add_row(b, GG_MIP_LINK, link, -INFINITY, 0.0);
    add_column(b, state);
    add_entry(b, f->one_state[j], 1.0);
    add_entry(b, load_row, -(double)state.load);
    for (uint32_t i = 0; i < b->in->n_users; i++)
        if (serves(b, i, state))
            add_entry(b, load_row + 1 + i, -1.0);
    add_entry(b, f->interference_low[j], -levels[state.level] / unit_w(b, j));
    add_entry(b, f->interference_high[j], -levels[state.level + 1] / unit_w(b, j));
    for (uint32_t i = 0; i < b->in->n_users; i++)
        if (serves(b, i, state))
            add_served(b, f, state, i, load_row);
}

/* An empty server: its interference is nobody's cost. */
static void add_empty_state(builder *b, const frame *f, uint32_t j) {
    const gg_mip_domain *d = b->domain;
    add_column(b, (gg_mip_column){.kind = GG_MIP_STATE, .server = j});
    add_entry(b, f->one_state[j], 1.0);
    add_entry(b, f->interference_low[j], -d->level_w[j][0] / unit_w(b, j));
    add_entry(b, f->interference_high[j], -d->level_w[j][d->n_levels[j]] / unit_w(b, j));
}

static void add_everything(builder *b, const frame *f) {
    const gg_mip_domain *d = b->domain;
    for (uint32_t i = 0; i < b->in->n_users; i++)
        if (d->local[i]) {
            double price = gg_home_price(b->in, gg_weight(b->in, b->objective, i),
                                         gg_objective_joule(b->objective), i);
            double cost_s = price * b->in->local_delay_s[i];
            add_column(b, (gg_mip_column){.kind = GG_MIP_LOCAL, .user = i, .cost_s = cost_s});
            add_entry(b, f->one_place[i], 1.0);
        }
    for (uint32_t j = 0; j < b->in->n_servers; j++) {
        if (d->load_low[j] == 0)
            add_empty_state(b, f, j);
        for (uint32_t load = d->load_low[j] > 0 ? d->load_low[j] : 1; load <= d->load_high[j];
             load++)
            for (uint32_t level = 0; level < d->n_levels[j]; level++)
                add_state(b, f,
                          (gg_mip_column){
                              .kind = GG_MIP_STATE, .server = j, .load = load, .level = level});
    }
}

/* Links of users that a state cannot serve have no entry: they are dropped. */
static void drop_empty_rows(builder *b) {
    gg_mip *mip = b->mip;
    uint32_t *renumbered = gg_alloc(mip->n_rows, sizeof *renumbered);
    if (renumbered == NULL) {
        b->failed = true;
        return;
    }
    for (size_t e = 0; e < mip->n_entries; e++)
        renumbered[mip->row[e]] = 1;
    size_t kept = 0;
    for (size_t r = 0; r < mip->n_rows; r++) {
        bool dropped = renumbered[r] == 0 && mip->rows[r].kind == GG_MIP_LINK;
        renumbered[r] = (uint32_t)kept;
        if (!dropped)
            mip->rows[kept++] = mip->rows[r];
    }
    for (size_t e = 0; e < mip->n_entries; e++)
        mip->row[e] = renumbered[mip->row[e]];
    mip->n_rows = kept;
    gg_free(renumbered);
}

/* `block` has room for the numbers of a frame's rows. */
static void fill(builder *b, uint32_t *block) {
    size_t n = b->in->n_users, m = b->in->n_servers;
    frame f = {block, block + n, block + n + m, block + n + 2 * m};
    add_frame(b, &f);
    if (!b->failed)
        add_everything(b, &f);
    if (!b->failed)
        drop_empty_rows(b);
}

gg_status gg_mip_build(const gg_instance *in, gg_objective objective, const gg_mip_domain *domain,
                       gg_mip *mip, gg_error *err) {
    *mip = (gg_mip){0};
    GG_TRY(gg_instance_check_objective(in, objective, err));
    builder b = {.in = in, .objective = objective, .domain = domain, .mip = mip};
    uint32_t *block = gg_alloc(in->n_users + 3 * in->n_servers, sizeof *block);
    b.failed = block == NULL;
    if (!b.failed)
        fill(&b, block);
    gg_free(block);
    if (!b.failed && mip->n_entries <= INT32_MAX)
        return GG_OK;
    bool too_large = !b.failed;
    gg_mip_clear(mip);
    return too_large ? gg_fail(err, GG_E_INPUT, "the program would have more than 2^31 entries")
                     : gg_fail(err, GG_E_NOMEM, "out of memory for the mixed-integer program");
}

void gg_mip_clear(gg_mip *mip) {
    gg_free(mip->columns);
    gg_free(mip->rows);
    gg_free(mip->start);
    gg_free(mip->row);
    gg_free(mip->value);
    *mip = (gg_mip){0};
}

/* Load and level of server j under an assignment; false when its level lies outside the domain. */
static bool state_of(const gg_instance *in, const gg_mip_domain *domain, const int32_t *assignment,
                     size_t j, uint32_t *load, uint32_t *level) {
    double interference_w = 0.0;
    *load = 0;
    for (size_t i = 0; i < in->n_users; i++) {
        *load += assignment[i] == (int32_t)j;
        if (assignment[i] != GG_LOCAL && assignment[i] != (int32_t)j)
            interference_w += gg_disturbing_w(in, i, j);
    }
    for (*level = 0; *level < domain->n_levels[j]; ++*level)
        if (interference_w >= domain->level_w[j][*level] &&
            interference_w <= domain->level_w[j][*level + 1])
            return true;
    return false;
}

bool gg_mip_point(const gg_mip *mip, const gg_instance *in, const gg_mip_domain *domain,
                  const int32_t *assignment, double *values, gg_error *err) {
    uint32_t *load = gg_alloc(in->n_servers, sizeof *load);
    uint32_t *level = gg_alloc(in->n_servers, sizeof *level);
    bool inside = load != NULL && level != NULL;
    if (!inside)
        gg_fail(err, GG_E_NOMEM, "out of memory for a program's point");
    for (size_t j = 0; inside && j < in->n_servers; j++)
        inside = state_of(in, domain, assignment, j, &load[j], &level[j]) &&
                 load[j] >= domain->load_low[j] && load[j] <= domain->load_high[j];
    for (size_t i = 0; inside && i < in->n_users; i++)
        inside = assignment[i] == GG_LOCAL ? domain->local[i] != 0
                                           : allowed(domain, i, (size_t)assignment[i]);
    for (size_t c = 0; inside && c < mip->n_columns; c++) {
        const gg_mip_column *column = &mip->columns[c];
        bool at_state = column->kind != GG_MIP_LOCAL && load[column->server] == column->load &&
                        (column->load == 0 || level[column->server] == column->level);
        if (column->kind == GG_MIP_LOCAL)
            values[c] = assignment[column->user] == GG_LOCAL;
        else if (column->kind == GG_MIP_STATE)
            values[c] = at_state;
        else
            values[c] = at_state && assignment[column->user] == (int32_t)column->server;
    }
    gg_free(load);
    gg_free(level);
    return inside;
}

void gg_mip_assignment(const gg_mip *mip, const gg_instance *in, const double *values,
                       int32_t *assignment) {
    for (size_t i = 0; i < in->n_users; i++)
        assignment[i] = GG_LOCAL;
    for (size_t c = 0; c < mip->n_columns; c++)
        if (mip->columns[c].kind == GG_MIP_SERVED && values[c] > 0.5)
            assignment[mip->columns[c].user] = (int32_t)mip->columns[c].server;
}
