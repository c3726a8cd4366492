/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/program/milp_glpk.h"

#include <errno.h>
#include <float.h>
#include <glpk.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"

/* The objective is handed to GLPK in milliseconds, where its tolerances mean little time. */
static const double MS = 1e3;
/* GLPK calls a node hopeless within this of the incumbent, relative to 1 + |objective|. */
static const double TOL_OBJ = 1e-7;
/* At GLPK's default of 1e-5 a state could be blended in far enough to hide a level's end. */
static const double TOL_INT = 1e-8;

const char *gg_glpk_version(void) {
    return glp_version();
}

/* What the child tells: bounds on the way, at the end how it went, then the values if any. */
typedef struct message {
    enum { BOUND, DONE, BROKEN } kind;
    double bound_ms;
    int64_t nodes;
    int finished, infeasible, has_values;
    char text[200];
} message;

/* The child's side. */
typedef struct child {
    int pipe;
    const gg_milp_run *run;
    message last;
    bool started; /* the start has been handed over */
    jmp_buf broken;
} child;

/* A write that fails means the parent has gone: nothing is left to do. */
static void tell(const child *c, const void *data, size_t size) {
    const char *bytes = data;
    while (size > 0) {
        ssize_t written = write(c->pipe, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            _exit(1);
        bytes += written;
        size -= (size_t)written;
    }
}

/* GLPK's words are kept, not printed: the last of them explain an abort. */
static int keep_text(void *info, const char *text) {
    child *c = info;
    if (strspn(text, " \n") != strlen(text)) {
        strncpy(c->last.text, text, sizeof c->last.text - 1);
        c->last.text[strcspn(c->last.text, "\n")] = '\0';
    }
    return 1;
}

static void on_abort(void *info) {
    child *c = info;
    longjmp(c->broken, 1);
}

static void on_event(glp_tree *tree, void *info) {
    child *c = info;
    int best = glp_ios_best_node(tree), total;
    glp_ios_tree_size(tree, NULL, NULL, &total);
    c->last.nodes = total;
    if (best != 0) {
        double bound_ms = glp_ios_node_bound(tree, best);
        if (bound_ms > c->last.bound_ms + 1e-9 * fabs(bound_ms) && bound_ms < DBL_MAX) {
            c->last.bound_ms = bound_ms;
            c->last.kind = BOUND;
            tell(c, &c->last, sizeof c->last);
        }
    }
    if (glp_ios_reason(tree) == GLP_IHEUR && !c->started && c->run->start != NULL) {
        c->started = true;
        glp_ios_heur_sol(tree, c->run->start - 1);
    }
    if (gg_stop_requested() || (c->run->node_limit > 0 && total > c->run->node_limit))
        glp_ios_terminate(tree);
}

static int milliseconds_left(double deadline_s) {
    double left_ms = (deadline_s - gg_now_s()) * 1e3;
    return left_ms >= INT_MAX ? INT_MAX : left_ms < 1.0 ? 1 : (int)left_ms;
}

static void bound_row(glp_prob *lp, int row, double low, double high) {
    int type = low == high ? GLP_FX : isinf(low) ? GLP_UP : isinf(high) ? GLP_LO : GLP_DB;
    glp_set_row_bnds(lp, row, type, low, high);
}

static glp_prob *load_program(const gg_mip *mip) {
    glp_prob *lp = glp_create_prob();
    glp_set_obj_dir(lp, GLP_MIN);
    glp_add_rows(lp, (int)mip->n_rows);
    glp_add_cols(lp, (int)mip->n_columns);
    for (size_t r = 0; r < mip->n_rows; r++)
        bound_row(lp, (int)r + 1, mip->rows[r].low, mip->rows[r].high);
    int *index = gg_alloc(mip->n_rows + 1, sizeof *index);
    double *value = gg_alloc(mip->n_rows + 1, sizeof *value);
    if (index == NULL || value == NULL)
        _exit(1);
    for (size_t c = 0; c < mip->n_columns; c++) {
        glp_set_obj_coef(lp, (int)c + 1, mip->columns[c].cost_s * MS);
        glp_set_col_kind(lp, (int)c + 1, GLP_BV);
        int length = 0;
        for (size_t e = mip->start[c]; e < mip->start[c + 1]; e++) {
            index[++length] = (int)mip->row[e] + 1;
            value[length] = mip->value[e];
        }
        glp_set_mat_col(lp, (int)c + 1, length, index, value);
    }
    gg_free(index);
    gg_free(value);
    return lp;
}

static void solve_program(child *c, glp_prob *lp) {
    const gg_milp_run *run = c->run;
    glp_smcp simplex;
    glp_init_smcp(&simplex);
    simplex.meth = GLP_DUALP;
    simplex.msg_lev = GLP_MSG_ERR;
    simplex.tm_lim = milliseconds_left(run->deadline_s);
    glp_adv_basis(lp, 0);
    int failed = glp_simplex(lp, &simplex);
    int status = glp_get_status(lp);
    c->last.infeasible = failed == 0 && status == GLP_NOFEAS;
    if (failed != 0 || status != GLP_OPT)
        return;
    /* Feasible within tolerance: the optimum of the relaxation bounds the program. */
    c->last.bound_ms = glp_get_obj_val(lp);
    glp_iocp integer;
    glp_init_iocp(&integer);
    integer.msg_lev = GLP_MSG_ERR;
    integer.tol_obj = TOL_OBJ;
    integer.tol_int = TOL_INT;
    integer.mip_gap = run->gap;
    integer.tm_lim = milliseconds_left(run->deadline_s);
    integer.cb_func = on_event;
    integer.cb_info = c;
    failed = glp_intopt(lp, &integer);
    status = glp_mip_status(lp);
    c->last.infeasible = failed == 0 && status == GLP_NOFEAS;
    c->last.finished = (failed == 0 || failed == GLP_EMIPGAP) && status != GLP_UNDEF;
    c->last.has_values = status == GLP_OPT || status == GLP_FEAS;
    if (c->last.has_values && c->last.finished) {
        /* The tree is gone; what its end means is known: every node left is hopeless, or within the
         * gap. */
        double z_ms = glp_mip_obj_val(lp);
        double left_ms = failed == GLP_EMIPGAP ? 1.0001 * run->gap * fabs(z_ms) : 0.0;
        c->last.bound_ms = fmax(c->last.bound_ms, z_ms - left_ms - TOL_OBJ * (1.0 + fabs(z_ms)));
    }
}

/* A parent that is killed takes the child with it: one step of GLPK may last for hours. The parent
 * may have died before the request was made. */
static void follow_parent(pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(1);
}

static void run_child(int pipe, const gg_milp_run *run) {
    gg_stop_watches_drop();
    child c = {.pipe = pipe, .run = run, .last = {.bound_ms = -DBL_MAX}};
    double *values = gg_alloc(run->mip->n_columns, sizeof *values);
    if (values == NULL)
        _exit(1);
    glp_term_hook(keep_text, &c);
    glp_error_hook(on_abort, &c);
    if (setjmp(c.broken) != 0) {
        c.last.kind = BROKEN;
        tell(&c, &c.last, sizeof c.last);
        _exit(1);
    }
    glp_prob *lp = load_program(run->mip);
    solve_program(&c, lp);
    c.last.kind = DONE;
    tell(&c, &c.last, sizeof c.last);
    if (c.last.has_values) {
        for (size_t k = 0; k < run->mip->n_columns; k++)
            values[k] = glp_mip_col_val(lp, (int)k + 1);
        tell(&c, values, run->mip->n_columns * sizeof *values);
    }
    _exit(0);
}

/* Reads exactly `size` bytes; false at the end of the pipe, or when the child had to be ended. */
static bool listen_for(int pipe, void *data, size_t size, pid_t pid, double deadline_s) {
    char *bytes = data;
    bool asked = false;
    double patience_s = deadline_s + 2.0;
    while (size > 0) {
        struct pollfd waiting = {.fd = pipe, .events = POLLIN};
        int ready = poll(&waiting, 1, 50);
        if (gg_stop_requested() && !asked) {
            kill(pid, SIGTERM);
            asked = true;
            patience_s = fmin(patience_s, gg_now_s() + 2.0);
        }
        if (ready <= 0) {
            /* GLPK looks at the clock between steps; one step may take too long. */
            if (gg_now_s() > patience_s)
                kill(pid, SIGKILL);
            continue;
        }
        ssize_t got = read(pipe, bytes, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        bytes += got;
        size -= (size_t)got;
    }
    return true;
}

/* Feasibility and reduced costs hold within 1e-7 a column in GLPK's units. */
static double safe_bound_s(const gg_mip *mip, double bound_ms) {
    if (bound_ms <= -DBL_MAX)
        return -INFINITY;
    size_t active = 0;
    for (size_t r = 0; r < mip->n_rows; r++)
        active += mip->rows[r].kind == GG_MIP_ONE_PLACE || mip->rows[r].kind == GG_MIP_ONE_STATE;
    return (bound_ms - 1e-7 * (double)active) / MS;
}

gg_status gg_glpk_run(gg_milp_run *run, gg_error *err) {
    int ends[2];
    run->has_values = run->finished = run->infeasible = false;
    run->bound_s = -INFINITY;
    run->nodes = 0;
    if (pipe(ends) != 0)
        return gg_fail(err, GG_E_IO, "GLPK: no pipe to a process: %s", strerror(errno));
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        follow_parent(parent);
        close(ends[0]);
        run_child(ends[1], run);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return gg_fail(err, GG_E_IO, "GLPK: no process: %s", strerror(errno));
    }
    message told = {.kind = BOUND};
    double bound_ms = -DBL_MAX;
    while (told.kind == BOUND && listen_for(ends[0], &told, sizeof told, pid, run->deadline_s)) {
        bound_ms = fmax(bound_ms, told.bound_ms);
        run->nodes = told.nodes;
    }
    bool killed = told.kind == BOUND && gg_now_s() > run->deadline_s;
    if (told.kind == DONE) {
        run->finished = told.finished;
        run->infeasible = told.infeasible;
        run->has_values = told.has_values && listen_for(ends[0], run->values,
                                                        run->mip->n_columns * sizeof *run->values,
                                                        pid, run->deadline_s);
    }
    run->bound_s = safe_bound_s(run->mip, bound_ms);
    close(ends[0]);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (told.kind == BROKEN)
        return gg_fail(err, GG_E_SOLVER, "GLPK gave up: %s", told.text);
    if (told.kind == BOUND && !killed && !gg_stop_requested())
        return gg_fail(err, GG_E_SOLVER, "GLPK's process ended early (%s %d)",
                       WIFSIGNALED(status) ? "signal" : "exit status",
                       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return GG_OK;
}
