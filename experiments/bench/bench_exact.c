/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How fast `exact` proves: beside glpsol and cbc on the exported program where these can finish,
 * and alone where they cannot. Prints a table and writes a CSV. bench_exact GOAGAP CSV [SEEDS
 * [LIMIT_S] | peers [FOLDER]]: HiGHS, too, where FOLDER has npm's package of it.
 */
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/parse.h"
#include "models/base/timer.h"
#include "models/draw/scenario.h"
#include "models/instance_json.h"
#include "solvers/checker/certificate_check.h"
#include "solvers/solver.h"

enum { SEEDS_MAX = 64, N_MOMENTS = 3, EASY_SEEDS = 50 };
static const double moments_s[N_MOMENTS] = {1.0, 10.0, 60.0};

typedef struct bench {
    const char *goagap;
    const char *highs; /* NULL: not here */
    FILE *csv;
    int seeds;
    gg_error err;
} bench;

/* One row of the table: what was solved, and how it went over the seeds. */
typedef struct series {
    const char *preset;
    size_t users, servers;
    gg_objective objective;
    double gap, limit_s;
    double tau; /* NAN: from 0.6 to 1, by the seed */
    int seeds;
    double seconds[SEEDS_MAX];
    double gaps[N_MOMENTS][SEEDS_MAX]; /* when the moments had passed */
    double check_ratio[SEEDS_MAX];     /* what a check of the certificate takes, of the solve */
    int proven;
} series;

static void die(const bench *b) {
    fprintf(stderr, "bench_exact: %s\n", b->err.message);
    exit(2);
}

static gg_instance *draw(bench *b, const series *s, int seed) {
    gg_preset *preset = NULL;
    gg_instance *instance = NULL;
    const gg_draw draw = {.n_users = s->users,
                          .n_servers = s->servers,
                          .tau = isnan(s->tau) ? 0.6 + 0.1 * (seed % 5) : s->tau,
                          .seed = 1,
                          .run = (uint32_t)seed};
    if (gg_preset_read(s->preset, &preset, &b->err) != GG_OK ||
        gg_scenario_draw(preset, &draw, &instance, &b->err) != GG_OK)
        die(b);
    gg_preset_free(preset);
    return instance;
}

/* The gap so far, at every moment that is still to come. */
typedef struct watch {
    double start_s;
    double gap[N_MOMENTS];
} watch;

static void note(watch *w, double elapsed_s, double gap) {
    for (int k = 0; k < N_MOMENTS; k++)
        if (elapsed_s <= moments_s[k])
            w->gap[k] = gap;
}

static gg_verdict note_progress(void *context, const gg_progress *now) {
    watch *w = context;
    note(w, gg_now_s() - w->start_s, (now->incumbent_s - now->lower_bound_s) / now->incumbent_s);
    return GG_CONTINUE;
}

/* Solves shorter than this are timed so often, with their checks, and the least time of each
 * counts: a machine's speed changes in between. */
static const double SHORT_S = 1.0;
enum { TIMES = 3 };

typedef struct seconds {
    double solve_s, check_s;
} seconds;

static seconds solve_once(bench *b, const series *s, const gg_instance *instance, watch *w,
                          bool *is_proven) {
    gg_solve_options options = gg_solve_options_init();
    options.objective = s->objective;
    options.gap = s->gap;
    options.time_limit_s = s->limit_s;
    options.progress = note_progress;
    options.progress_context = w;
    options.certify = true;
    gg_result result = {0};
    if (gg_solve(gg_solver_find("exact", &b->err), instance, &options, &result, &b->err) != GG_OK)
        die(b);
    note(w, result.runtime_s, gg_result_gap(&result));
    *is_proven = result.status == GG_OPTIMAL;
    double start_s = gg_now_s();
    if (result.certificate != NULL &&
        gg_certificate_check(instance, s->objective, result.certificate, &b->err) != GG_OK)
        die(b);
    seconds took = {result.runtime_s, result.certificate != NULL ? gg_now_s() - start_s : NAN};
    gg_result_clear(&result);
    return took;
}

static void solve(bench *b, series *s, const gg_instance *instance, int seed) {
    seconds least = {INFINITY, INFINITY};
    bool is_proven = false;
    for (int time = 0; time == 0 || (time < TIMES && least.solve_s < SHORT_S); time++) {
        watch w = {gg_now_s(), {1.0, 1.0, 1.0}};
        seconds took = solve_once(b, s, instance, &w, &is_proven);
        least.solve_s = fmin(least.solve_s, took.solve_s);
        least.check_s = fmin(least.check_s, took.check_s);
        for (int k = 0; k < N_MOMENTS; k++)
            s->gaps[k][seed] = w.gap[k];
    }
    s->proven += is_proven;
    s->seconds[seed] = least.solve_s;
    s->check_ratio[seed] = isfinite(least.check_s) ? least.check_s / least.solve_s : NAN;
}

static double median(double *values, int count) {
    gsl_sort(values, 1, (size_t)count);
    return values[count / 2];
}

static void tell(bench *b, series *s) {
    double middle_s = median(s->seconds, s->seeds), most_s = s->seconds[s->seeds - 1];
    const char *objective = gg_objective_name(s->objective);
    char tau[16] = "0.6-1";
    if (!isnan(s->tau))
        snprintf(tau, sizeof tau, "%g", s->tau);
    printf("%-11s %5zu %3zu %5s  %-8s %6.0e %9.4f %9.4f %4d/%-3d", s->preset, s->users, s->servers,
           tau, objective, s->gap, middle_s, most_s, s->proven, s->seeds);
    fprintf(b->csv, "%s,%zu,%zu,%s,%s,%g,%g,%d,%.6g,%.6g,%d", s->preset, s->users, s->servers, tau,
            objective, s->gap, s->limit_s, s->seeds, middle_s, most_s, s->proven);
    for (int k = 0; k < N_MOMENTS; k++) {
        double middle = median(s->gaps[k], s->seeds);
        printf(" %8.1e", middle);
        fprintf(b->csv, ",%.6g,%.6g", middle, s->gaps[k][s->seeds - 1]);
    }
    double ratio = median(s->check_ratio, s->seeds), most = s->check_ratio[s->seeds - 1];
    printf(" %7.2f %7.2f\n", ratio, most);
    fprintf(b->csv, ",%.3g,%.3g\n", ratio, most);
    fflush(stdout);
}

static void alone(bench *b, const char *preset, size_t users, size_t servers, double tau,
                  double gap, int seeds, double limit_s) {
    for (int objective = GG_WEIGHTED; objective <= GG_UNIFORM; objective++) {
        series s = {.preset = preset,
                    .users = users,
                    .servers = servers,
                    .objective = (gg_objective)objective,
                    .gap = gap,
                    .limit_s = limit_s,
                    .tau = tau,
                    .seeds = seeds};
        for (int seed = 0; seed < seeds; seed++) {
            gg_instance *instance = draw(b, &s, seed);
            solve(b, &s, instance, seed);
            gg_instance_free(instance);
        }
        tell(b, &s);
    }
}

/* Seconds that a command takes; INFINITY where it says that it did not come to its end. */
static double timed(const char *command) {
    double start_s = gg_now_s();
    int status = system(command);
    if (status == -1 || !WIFEXITED(status))
        fprintf(stderr, "bench_exact: did not run: %s\n", command);
    return status == 0 ? gg_now_s() - start_s : INFINITY;
}

enum { N_PEERS = 3 };
static const char *const peers[N_PEERS] = {"glpsol", "cbc", "highs"};

/* exact takes milliseconds: the median of so many solves. */
enum { REPEATS = 9 };

/* exact and its peers in turn on one instance; these get the exported program and a minute. */
static void beside_peers(bench *b, size_t users) {
    series s = {.preset = "paper-bits",
                .users = users,
                .servers = 4,
                .gap = 1e-4,
                .limit_s = 60.0,
                .tau = NAN};
    char folder[] = "/tmp/goagap-bench-XXXXXX", command[512], path[64];
    if (mkdtemp(folder) == NULL)
        return;
    gg_instance *instance = draw(b, &s, 0);
    snprintf(path, sizeof path, "%s/i.json", folder);
    gg_outfile *file;
    FILE *stream;
    if (gg_outfile_open(path, &file, &stream, &b->err) != GG_OK ||
        gg_instance_write_json(instance, stream, &b->err) != GG_OK ||
        gg_outfile_commit(file, &b->err) != GG_OK)
        die(b);
    snprintf(command, sizeof command,
             "for form in mps lp; do %s model %s --to $form -o %s/i.$form; done >/dev/null 2>&1",
             b->goagap, path, folder);
    timed(command);
    for (int k = 0; k < REPEATS; k++)
        solve(b, &s, instance, k);
    double exact_s = median(s.seconds, REPEATS), peer_s[N_PEERS] = {NAN, NAN, NAN},
           faster_s = INFINITY;
    snprintf(command, sizeof command,
             "glpsol --freemps %s/i.mps --tmlim 60 --mipgap 1e-4 2>&1 | "
             "grep -q 'INTEGER OPTIMAL\\|GAP TOLERANCE'",
             folder);
    peer_s[0] = timed(command);
    snprintf(command, sizeof command,
             "cbc %s/i.mps ratio 1e-4 sec 60 solve 2>&1 | grep -q 'Result - Optimal'", folder);
    peer_s[1] = timed(command);
    if (b->highs != NULL) {
        snprintf(command, sizeof command,
                 "node experiments/bench/highs.cjs %s %s/i.lp 2>&1 | grep -q Optimal", b->highs,
                 folder);
        peer_s[2] = timed(command);
    }
    printf("N = %-3zu exact %.4f s", users, exact_s);
    fprintf(b->csv, "%s,%zu,%zu,%s,%g,%g,%.6g", s.preset, users, s.servers,
            gg_objective_name(s.objective), s.gap, s.limit_s, exact_s);
    for (int k = 0; k < N_PEERS; k++) {
        if (isinf(peer_s[k]))
            printf("   %s no end", peers[k]);
        else
            printf("   %s %6.2f s", peers[k], peer_s[k]);
        fprintf(b->csv, ",%.6g", peer_s[k]);
        faster_s = fmin(faster_s, peer_s[k]);
    }
    printf("   ratio %s%.0f\n", isinf(faster_s) ? ">= " : "", fmin(faster_s, 60.0) / exact_s);
    fputs("\n", b->csv);
    fflush(stdout);
    gg_instance_free(instance);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    timed(command);
}

/* Where the peers can finish, and a little beyond. */
static void all_beside_peers(bench *b) {
    puts("One instance, exact beside others on the exported program (60 s each):");
    static const size_t small[] = {8, 10, 12, 20};
    for (size_t k = 0; k < sizeof small / sizeof *small; k++)
        beside_peers(b, small[k]);
}

/* Of networks that take milliseconds there may be more. */
static int easy_seeds(const bench *b) {
    return b->seeds < EASY_SEEDS ? EASY_SEEDS : b->seeds;
}

static void all_alone(bench *b, double limit_s) {
    static const struct {
        size_t users, servers;
        double gap;
    } sizes[] = {{50, 4, 1e-9},   {80, 4, 1e-9},   {120, 4, 1e-9},  {120, 8, 1e-4},
                 {120, 16, 1e-4}, {120, 24, 1e-4}, {120, 32, 1e-4}, {60, 64, 1e-4},
                 {200, 16, 1e-4}, {500, 4, 1e-4},  {1000, 4, 1e-4}, {1000, 16, 1e-4}};
    puts("exact alone, whole solve, one thread:\n"
         "                                                                      median gap after  "
         "          check / solve\n"
         "preset          N   M   tau  objective    gap  median s     max s   proven      1 s     "
         "10 s"
         "     60 s  median     max");
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        bool easy = sizes[k].users <= 120 && sizes[k].servers == 4;
        int seeds = easy ? easy_seeds(b) : b->seeds;
        alone(b, "paper", sizes[k].users, sizes[k].servers, NAN, sizes[k].gap, seeds, limit_s);
        alone(b, "paper-bits", sizes[k].users, sizes[k].servers, NAN, sizes[k].gap, seeds, limit_s);
    }
    alone(b, "paper-batch", 120, 4, NAN, 1e-9, easy_seeds(b), limit_s);
    /* Nobody must offload: the bound has most to do. */
    alone(b, "urban-micro", 40, 4, 1.0, 1e-9, b->seeds, limit_s);
    alone(b, "urban-micro", 50, 8, 1.0, 1e-4, b->seeds, limit_s);
    alone(b, "paper-bits", 120, 16, 1.0, 1e-4, b->seeds, limit_s);
    alone(b, "paper-bits", 120, 32, 1.0, 1e-4, b->seeds, limit_s);
}

int main(int argc, char **argv) {
    int64_t seeds = 8;
    double limit_s = 60.0;
    bool peers_only = argc >= 4 && strcmp(argv[3], "peers") == 0;
    if (argc < 3 || argc > 5 ||
        (argc > 3 && !peers_only && !gg_parse_integer(argv[3], 1, SEEDS_MAX, &seeds)) ||
        (argc > 4 && !peers_only && !gg_parse_double(argv[4], &limit_s))) {
        fprintf(stderr, "usage: bench_exact GOAGAP CSV [SEEDS [LIMIT_S] | peers [FOLDER]]\n");
        return 2;
    }
    bench b = {.goagap = argv[1], .seeds = (int)seeds};
    if (peers_only && argc == 5)
        b.highs = argv[4];
    gg_outfile *file;
    if (gg_outfile_open(argv[2], &file, &b.csv, &b.err) != GG_OK)
        die(&b);
    fputs(peers_only
              ? "preset,n_users,n_servers,objective,gap,limit_s,exact_s,glpsol_s,cbc_s,highs_s\n"
              : "preset,n_users,n_servers,tau,objective,gap,limit_s,"
                "seeds,median_s,max_s,proven,median_gap_1s,max_gap_1s,median_gap_10s,"
                "max_gap_10s,median_gap_60s,max_gap_60s,median_check_ratio,max_check_ratio\n",
          b.csv);
    if (peers_only)
        all_beside_peers(&b);
    else
        all_alone(&b, limit_s);
    return gg_outfile_commit(file, &b.err) == GG_OK ? 0 : 2;
}
