/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the time of strategies grows with the number of users: at the published sizes beside the
 * published times of goa, then up to a million users. Prints tables, checks goa's targets, and
 * writes a CSV. bench_solvers CSV [PUBLISHED.csv] [MOST_USERS]
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "models/base/outfile.h"
#include "models/base/parse.h"
#include "models/draw/scenario.h"
#include "models/text/csv.h"
#include "solvers/greedy/greedy.h"
#include "solvers/solver.h"

/* A strategy is not tried at sizes where it would take longer. */
static const double LONGEST_S = 60.0, TAU = 0.8;

/* "goa-plain" is goa with the plain scan; the others are the registry's. */
static const char *const strategies[] = {"goa",          "goa-plain",  "goa-ls",
                                         "goa-marginal", "lagrangian", "exact"};
enum { N_STRATEGIES = sizeof strategies / sizeof *strategies };

typedef struct bench {
    FILE *csv;
    gg_preset *preset;
    gg_error err;
} bench;

/* What one measurement says. */
typedef struct cost {
    double seconds; /* per instance; NAN: not measured */
    double peak_mb; /* of the process, instance included */
} cost;

static void die(const bench *b) {
    fprintf(stderr, "bench_solvers: %s\n", b->err.message);
    exit(2);
}

static gg_instance *draw(bench *b, size_t users, size_t servers, double tau, uint32_t run) {
    gg_instance *instance = NULL;
    const gg_draw wanted = {
        .n_users = users, .n_servers = servers, .tau = tau, .seed = 1, .run = run};
    if (gg_scenario_draw(b->preset, &wanted, &instance, &b->err) != GG_OK)
        die(b);
    return instance;
}

static void solve_plain(bench *b, const gg_instance *instance) {
    gg_decision decision;
    if (gg_decision_init(&decision, instance, &b->err) != GG_OK ||
        gg_plan_goa(&decision, GG_WEIGHTED, gg_greedy_scan, &b->err) != GG_OK)
        die(b);
    gg_decision_clear(&decision);
}

static void solve(bench *b, const char *strategy, const gg_instance *instance) {
    if (strcmp(strategy, "goa-plain") == 0) {
        solve_plain(b, instance);
        return;
    }
    gg_solve_options options = gg_solve_options_init();
    gg_result result;
    options.time_limit_s = LONGEST_S;
    const gg_solver *solver = gg_solver_find(strategy, &b->err);
    /* Deciding alone: the judge is not part of a strategy's time. */
    if (gg_decide(solver, instance, &options, &result, &b->err) != GG_OK)
        die(b);
    gg_result_clear(&result);
}

/* Processor time: strategies use one thread, and what else the machine does is not theirs. */
static double used_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The fastest of several repetitions, as long as they are short. */
static double time_one(bench *b, const char *strategy, const gg_instance *instance) {
    double best_s = INFINITY, start_s = used_s();
    for (int k = 0; k < 50 && (k == 0 || used_s() - start_s < 0.2); k++) {
        double begin_s = used_s();
        solve(b, strategy, instance);
        best_s = fmin(best_s, used_s() - begin_s);
    }
    return best_s;
}

/* Mean over `runs` networks, in a process of its own so that its memory is its own. */
static cost measure(bench *b, const char *strategy, size_t users, size_t servers, double tau,
                    uint32_t runs) {
    int ends[2];
    cost c = {NAN, NAN};
    fflush(NULL);
    pid_t pid = pipe(ends) == 0 ? fork() : -1;
    if (pid == 0) {
        double sum_s = 0.0;
        struct rusage used;
        for (uint32_t run = 0; run < runs; run++) {
            gg_instance *instance = draw(b, users, servers, tau, run);
            sum_s += time_one(b, strategy, instance);
            gg_instance_free(instance);
        }
        getrusage(RUSAGE_SELF, &used);
        c = (cost){sum_s / runs, (double)used.ru_maxrss / 1024.0};
        _exit(write(ends[1], &c, sizeof c) == sizeof c ? 0 : 1);
    }
    if (pid > 0) {
        close(ends[1]);
        if (read(ends[0], &c, sizeof c) != sizeof c)
            fprintf(stderr, "bench_solvers: %s with %zu users did not end well\n", strategy, users);
        close(ends[0]);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    fprintf(b->csv, "%s,%zu,%zu,%g,%u,%.6g,%.6g\n", strategy, users, servers, tau, runs, c.seconds,
            c.peak_mb);
    fflush(b->csv);
    return c;
}

/* The published seconds of goa for a number of users and tau; NAN where there are none. */
static double published_s(bench *b, const char *path, size_t users, double tau) {
    gg_csv *csv;
    size_t n_fields;
    double found = NAN, n, t;
    if (path == NULL)
        return NAN;
    if (gg_csv_open_named(path, &csv, &b->err) != GG_OK)
        die(b);
    int column = gg_csv_find(csv, "solve_time_s");
    while (gg_csv_next(csv, &n_fields, &b->err) == GG_OK && n_fields > 0)
        if (column >= 0 && strcmp(gg_csv_field(csv, 2), "goa") == 0 &&
            gg_csv_number(csv, 0, &n, &b->err) == GG_OK &&
            gg_csv_number(csv, 1, &t, &b->err) == GG_OK && n == (double)users && t == tau)
            gg_csv_number(csv, column, &found, &b->err);
    gg_csv_close(csv);
    return found;
}

static bool known(const char *strategy) {
    return strcmp(strategy, "goa-plain") == 0 || gg_solver_find(strategy, NULL) != NULL;
}

static double published_sizes(bench *b, const char *path) {
    double largest_s = 0.0;
    puts("Published sizes, 4 servers, preset paper, processor ms an instance (mean of 20 "
         "networks):\n"
         "  users  tau   published       goa  goa-plain   faster by");
    for (size_t users = 50; users <= 120; users += 10)
        for (int tenths = 6; tenths <= 10; tenths += 2) {
            double tau = tenths / 10.0;
            double theirs_s = published_s(b, path, users, tau);
            cost lazy = measure(b, "goa", users, 4, tau, 20);
            cost plain = measure(b, "goa-plain", users, 4, tau, 20);
            if (users == 120)
                largest_s = fmax(largest_s, lazy.seconds);
            printf("  %5zu  %.1f  %10.1f  %8.4f  %9.4f  %10.0f\n", users, tau, 1e3 * theirs_s,
                   1e3 * lazy.seconds, 1e3 * plain.seconds, theirs_s / lazy.seconds);
            fflush(stdout);
        }
    return largest_s;
}

/* Columns of the table of growth: goa's times at 10^2, 10^3, ... users. */
enum { DECADES = 5 };

static void growth(bench *b, size_t most_users, cost goa[DECADES]) {
    bool stopped[N_STRATEGIES] = {false};
    double last_s[N_STRATEGIES] = {0};
    printf("\nGrowth, 16 servers, preset paper, tau %.1f, processor seconds (goa's peak memory in "
           "MB):\n"
           "    users",
           TAU);
    for (int s = 0; s < N_STRATEGIES; s++)
        if (known(strategies[s]))
            printf("  %12s", strategies[s]);
    puts("   memory");
    size_t users = 100;
    for (int d = 0; d < DECADES; d++, users *= 10) {
        goa[d] = (cost){NAN, NAN};
        if (users > most_users)
            continue;
        printf("  %7zu", users);
        for (int s = 0; s < N_STRATEGIES; s++) {
            if (!known(strategies[s]))
                continue;
            cost c = {NAN, NAN};
            if (!stopped[s])
                c = measure(b, strategies[s], users, 16, TAU, users <= 1000 ? 3 : 1);
            if (s == 0)
                goa[d] = c;
            /* Ten times the users take at least ten times as long, quadratic ones a hundred. */
            double next_s = c.seconds * (last_s[s] > 0.0 ? c.seconds / last_s[s] : 100.0);
            stopped[s] = stopped[s] || !(c.seconds < LONGEST_S) || (s > 0 && next_s > LONGEST_S);
            last_s[s] = c.seconds;
            if (isnan(c.seconds))
                printf("  %12s", "-");
            else
                printf("  %12.6f", c.seconds);
            fflush(stdout);
        }
        printf("  %7.0f\n", goa[d].peak_mb);
    }
}

static bool target(const char *what, double value, double most, const char *unit) {
    if (isnan(value))
        return true;
    printf("  %-46s %10.4g %s, target %g: %s\n", what, value, unit, most,
           value <= most ? "met" : "MISSED");
    return value <= most;
}

int main(int argc, char **argv) {
    int64_t most_users = 1000000;
    if (argc < 2 || argc > 4 ||
        (argc > 3 && !gg_parse_integer(argv[3], 100, 1000000, &most_users))) {
        fprintf(stderr, "usage: bench_solvers CSV [PUBLISHED.csv] [MOST_USERS]\n");
        return 2;
    }
    bench b = {0};
    cost goa[DECADES];
    gg_outfile *file;
    if (gg_preset_read("paper", &b.preset, &b.err) != GG_OK ||
        gg_outfile_open(argv[1], &file, &b.csv, &b.err) != GG_OK)
        die(&b);
    fputs("strategy,n_users,n_servers,tau,networks,seconds,peak_mb\n", b.csv);
    double published_largest_s = published_sizes(&b, argc > 2 ? argv[2] : NULL);
    growth(&b, (size_t)most_users, goa);
    puts("\nTargets of goa:");
    bool met = target("120 users, 4 servers, slowest tau", 1e3 * published_largest_s, 0.1, "ms");
    met &= target("100,000 users, 16 servers", goa[3].seconds, 1.0, "s");
    met &= target("1,000,000 users, 16 servers", goa[4].seconds, 30.0, "s");
    met &= target("1,000,000 users, 16 servers, peak memory", goa[4].peak_mb, 1500.0, "MB");
    met &= target("exponent between 10,000 and 1,000,000 users",
                  log10(goa[4].seconds / goa[2].seconds) / 2.0, 1.4, "");
    gg_preset_free(b.preset);
    if (gg_outfile_commit(file, &b.err) != GG_OK)
        die(&b);
    return met ? 0 : 1;
}
