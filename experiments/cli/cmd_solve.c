/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap solve`: decides one instance by one or many strategies, at one or many thresholds.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/options/shared_options.h"
#include "experiments/output/json_layout.h"
#include "experiments/solution/load_instance.h"
#include "experiments/studies/solving/solve_runs.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/timer.h"
#include "models/threads/together.h"

static gg_status add_solver(gg_solve_request *asked, const char *name, gg_error *err) {
    const gg_solver *solver = gg_solver_find(name, err);
    if (solver == NULL)
        return GG_E_USAGE;
    for (size_t s = 0; s < asked->n_solvers; s++)
        if (asked->solvers[s] == solver)
            return gg_fail(err, GG_E_USAGE, "solver: %s is named twice", name);
    if (asked->n_solvers == GG_SOLVE_MOST_SOLVERS)
        return gg_fail(err, GG_E_USAGE, "solver: more than %d strategies", GG_SOLVE_MOST_SOLVERS);
    asked->solvers[asked->n_solvers++] = solver;
    return GG_OK;
}

static gg_status add_random_user(gg_solve_request *asked, const char *text, gg_error *err) {
    size_t count = asked->options.n_random_users;
    int64_t user;
    uint32_t *users = gg_grow(asked->random_users, count, sizeof *users);
    if (users == NULL)
        return gg_fail(err, GG_E_NOMEM, "random-users: out of memory");
    asked->random_users = users;
    GG_TRY(gg_option_integer("random-users", text, 0, UINT32_MAX, &user, err));
    users[count] = (uint32_t)user;
    asked->options.n_random_users = count + 1;
    return GG_OK;
}

/* Calls `take` with every part of a comma-separated text. */
static gg_status each_part(gg_solve_request *asked, char *text,
                           gg_status (*take)(gg_solve_request *, const char *, gg_error *),
                           gg_error *err) {
    for (char *part; (part = strsep(&text, ",")) != NULL;)
        GG_TRY(take(asked, part, err));
    return GG_OK;
}

static gg_status parse_solvers(char *text, void *request, gg_error *err) {
    return each_part(request, text, add_solver, err);
}

/* An empty set is a set too: the pointer says that one was given. */
static gg_status parse_random_users(char *text, void *request, gg_error *err) {
    gg_solve_request *asked = request;
    gg_free(asked->random_users);
    asked->random_users = gg_alloc(0, sizeof *asked->random_users);
    asked->options.n_random_users = 0;
    if (asked->random_users == NULL)
        return gg_fail(err, GG_E_NOMEM, "random-users: out of memory");
    return *text != '\0' ? each_part(asked, text, add_random_user, err) : GG_OK;
}

/* "ga.population=200": which strategy, which of its parameters. */
static gg_status add_setting(gg_solve_request *asked, const char *text, gg_error *err) {
    char name[32];
    const size_t length = strcspn(text, ".");
    if (text[length] != '.' || length >= sizeof name)
        return gg_fail(err, GG_E_USAGE, "set: '%s' is not STRATEGY.PARAMETER=NUMBER", text);
    memcpy(name, text, length);
    name[length] = '\0';
    const gg_solver *solver = gg_solver_find(name, err);
    if (solver == NULL)
        return GG_E_USAGE;
    gg_status status =
        gg_setting_parse(&solver->parameters, text + length + 1, &asked->options.settings, err);
    if (status != GG_OK)
        gg_error_prefix(err, name);
    return status;
}

static gg_status parse_settings(char *text, void *request, gg_error *err) {
    return each_part(request, text, add_setting, err);
}

static gg_status parse_taus(char *text, void *member, gg_error *err) {
    gg_tau_list_clear(member);
    return gg_tau_list_parse(text, member, err);
}

static gg_status parse_memory(char *text, void *member, gg_error *err) {
    int64_t mb;
    GG_TRY(gg_option_integer("memory-limit", text, 1, 1 << 30, &mb, err));
    *(size_t *)member = (size_t)mb << 20;
    return GG_OK;
}

static gg_status parse_name(char *text, void *member, gg_error *err) {
    *(const char **)member = text;
    for (const char *c = text; *c != '\0'; c++)
        if (!isgraph((unsigned char)*c))
            return gg_fail(err, GG_E_USAGE, "name: only printable ASCII characters without spaces");
    if (*text == '\0' || strlen(text) > 60)
        return gg_fail(err, GG_E_USAGE, "name: takes 1 to 60 characters");
    if (gg_solver_find(text, NULL) != NULL)
        return gg_fail(err, GG_E_USAGE, "name: '%s' is a strategy of goagap", text);
    return GG_OK;
}

static gg_status parse_perturbation(char *text, void *request, gg_error *err) {
    gg_solve_request *asked = request;
    asked->perturbs = true;
    return gg_perturbation_parse(text, &asked->perturbation, err);
}

static const gg_option options[] = {
    {"solver", 's', "A,B,...", "Strategies, in this order", 1, .usual = "goa,goa-ls,exact",
     .values = GG_NAMES_STRATEGIES, GG_PARSED_WHOLE(parse_solvers)},
    GG_ROW_OBJECTIVE(gg_solve_request, options.objective, 1),
    {"tau", 0, "X",
     "Uncertainty above which a query must be offloaded (the instance's); also a list 0.6,0.7 or a "
     "range 0.6:1.0:0.1",
     1, GG_PARSED(gg_solve_request, taus, parse_taus)},
    GG_ROW_GAP(gg_solve_request, options.gap, 2),
    {"memory-limit", 0, "MB", "Memory of open nodes and proof for each proving strategy", 2,
     .usual = "none", GG_PARSED(gg_solve_request, options.memory_limit_bytes, parse_memory)},
    {"time-limit", 0, "S", "Seconds for each strategy", 2, .usual = "none",
     GG_NUMBER(gg_solve_request, options.time_limit_s, 0.0, 1e9)},
    {"node-limit", 0, "K", "Branch-and-bound nodes, or iterations, for each strategy", 2,
     .usual = "none", GG_INTEGER(gg_solve_request, options.node_limit, 0, INT64_MAX)},
    {"threads", 0, "T",
     "Threads of exact and lagrangian: nothing but the time changes; 0: one for each core", 2,
     .usual = "1", GG_INTEGER(gg_solve_request, options.threads, 0, GG_THREADS_MAX)},
    {"seed", 0, "N", "Seed of the strategies that draw random numbers", 2, .usual = "1",
     GG_INTEGER(gg_solve_request, options.seed, 0, INT64_MAX)},
    {"goa-weights", 0, "W", "Weights in goa's choices: alpha (the default) or objective", 2,
     .values = "alpha objective", GG_CHOICE(gg_solve_request, goa_follows_objective)},
    {"random-users", 0, "I,K,...", "The users that `random' offloads; ties go by this order", 2,
     GG_PARSED_WHOLE(parse_random_users)},
    {"set", 0, "S.P=X,...", "Parameters of strategies, as the list below has them", 2,
     GG_PARSED_WHOLE(parse_settings)},
    {"accuracy-of", 0, "NAME",
     "Also find the optimum among the decisions that expect as many right answers as this "
     "strategy's "
     "(or --name's)",
     3, .values = GG_NAMES_STRATEGIES, GG_TEXT(gg_solve_request, accuracy_of)},
    {"assignment", 0, "FILE",
     "Score this decision beside the others: a JSON array of one integer a user (-1 local, else "
     "the server), or one integer a line",
     3, GG_READS, GG_TEXT(gg_solve_request, assignment_path)},
    {"name", 0, "NAME", "What to call the decision of --assignment", 3, .usual = "own",
     GG_PARSED(gg_solve_request, assignment_name, parse_name)},
    {"perturb", 0, "gain=3dB,alpha=0.05,delay=10%",
     "Decide on misestimated inputs, score on the true ones: standard deviations of the errors in "
     "gains, uncertainties and local delays",
     3, GG_PARSED_WHOLE(parse_perturbation)},
    {"trials", 0, "R", "Misestimated copies to decide on", 3, .usual = "20",
     GG_INTEGER(gg_solve_request, trials, 1, 1000000)},
    GG_ROW_FORMAT(gg_solve_request, as_json, 4),
    {"output", 'o', "SOL.json", "Also write the solution as JSON; `goagap check' reads it", 4,
     GG_WRITES, GG_TEXT(gg_solve_request, output_path)},
    {"verbose", 'v', NULL, "Show progress on stderr", 4, GG_FLAG(gg_solve_request, verbose)}};

static gg_status take_usual_solvers(gg_solve_request *asked, gg_error *err) {
    GG_TRY(add_solver(asked, "goa", err));
    GG_TRY(add_solver(asked, "goa-ls", err));
    return add_solver(asked, gg_solver_find("exact", NULL) != NULL ? "exact" : "glpk", err);
}

static gg_status finish(void *request, gg_error *err) {
    gg_solve_request *asked = request;
    if (asked->n_solvers == 0 && asked->assignment_path == NULL)
        GG_TRY(take_usual_solvers(asked, err));
    if (asked->assignment_path == NULL && asked->assignment_name != NULL)
        return gg_fail(err, GG_E_USAGE,
                       "name: names the decision of --assignment, which is missing");
    if (asked->assignment_name == NULL)
        asked->assignment_name = "own";
    bool is_own = asked->assignment_path != NULL && asked->accuracy_of != NULL &&
                  strcmp(asked->accuracy_of, asked->assignment_name) == 0;
    if (asked->accuracy_of != NULL && !is_own && gg_solver_find(asked->accuracy_of, err) == NULL) {
        gg_error_prefix(err, "accuracy-of");
        return GG_E_USAGE;
    }
    if (!asked->perturbs && asked->trials > 0)
        return gg_fail(err, GG_E_USAGE, "trials: belong to --perturb, which is missing");
    if (asked->perturbs && (asked->assignment_path != NULL || asked->output_path != NULL))
        return gg_fail(err, GG_E_USAGE, "perturb: goes without --assignment and --output");
    if (asked->perturbs && asked->accuracy_of != NULL)
        return gg_fail(err, GG_E_USAGE, "perturb: goes without --accuracy-of");
    if (asked->perturbs && asked->taus.count > 1)
        return gg_fail(err, GG_E_USAGE, "perturb: takes one tau");
    return GG_OK;
}

static gg_status write_json(const gg_solution_list *list, FILE *stream, gg_error *err) {
    json_t *json = gg_solution_list_json(list);
    gg_status status = json != NULL ? gg_json_write(json, stream, err)
                                    : gg_fail(err, GG_E_NOMEM, "out of memory for the solution");
    json_decref(json);
    return status;
}

static gg_status print(const gg_solve_request *asked, const gg_solution_list *list, gg_error *err) {
    if (asked->as_json)
        return write_json(list, stdout, err);
    for (size_t r = 0; r < list->count; r++) {
        if (r > 0)
            fputc('\n', stdout);
        GG_TRY(gg_solution_print(&list->runs[r], stdout, err));
    }
    return GG_OK;
}

/* Both outputs. The file is settled first: stdout is complete only when everything is. Proofs are
 * for the file alone. */
static gg_status write_results(const gg_solve_request *asked, gg_solution_list *list,
                               gg_outfile **file, FILE *stream, gg_error *err) {
    if (*file != NULL) {
        gg_outfile *written = *file;
        GG_TRY(write_json(list, stream, err));
        *file = NULL;
        GG_TRY(gg_outfile_commit(written, err));
    }
    gg_solution_list_drop_certificates(list);
    return print(asked, list, err);
}

static int exit_code(const gg_solution_list *list, bool signalled) {
    int code = signalled ? GG_EXIT_LIMIT : GG_EXIT_OK;
    for (size_t r = 0; r < list->count; r++)
        for (size_t e = 0; e < list->runs[r].n_entries; e++) {
            gg_result_status status = list->runs[r].entries[e].status;
            if (status == GG_INFEASIBLE)
                return GG_EXIT_NO;
            if (status == GG_BOUNDED)
                code = GG_EXIT_LIMIT;
        }
    return code;
}

static gg_status solve(const gg_solve_request *asked, gg_instance **instance,
                       gg_solution_list *list, gg_outfile **file, int *code, gg_error *err) {
    FILE *stream = NULL;
    bool signalled = false;
    GG_TRY(gg_load_instance(asked->command, asked->instance_path, instance, err));
    /* Hours of work are not lost to a mistyped folder: the file is opened first. */
    if (asked->output_path != NULL)
        GG_TRY(gg_outfile_open(asked->output_path, file, &stream, err));
    gg_stop_on_signals();
    GG_TRY(gg_solve_runs(asked, *instance, list, &signalled, err));
    GG_TRY(write_results(asked, list, file, stream, err));
    *code = exit_code(list, signalled);
    return GG_OK;
}

static gg_status solve_true(const gg_solve_request *asked, int *code, gg_error *err) {
    gg_instance *instance = NULL;
    gg_solution_list list = {0};
    gg_outfile *file = NULL;
    gg_status status = solve(asked, &instance, &list, &file, code, err);
    gg_outfile_abort(file);
    gg_solution_list_clear(&list);
    gg_instance_free(instance);
    return status;
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    gg_solve_request asked = {.command = argv[0], .options = gg_solve_options_init()};
    gg_command_parse(&gg_command_solve, argc, argv, &asked);
    gg_status status =
        asked.perturbs ? gg_solve_perturbed(&asked, code, err) : solve_true(&asked, code, err);
    gg_tau_list_clear(&asked.taus);
    gg_free(asked.random_users);
    return status;
}

static const gg_name_list parameters = {
    "\nParameters of strategies, with what is usual:", gg_parameter_at, NULL};

const gg_command gg_command_solve = {
    .name = "solve",
    .group = "Problems",
    .summary = "decide who offloads where, by one or many strategies",
    .help = "Decides for every query of an instance: answer on the device or offload to a server.\v"
            "Exit code: 1 if any result is infeasible, else 3 if a limit stopped a proof, else 0.",
    .list = {"Strategies:", gg_strategy_at, &parameters},
    .arguments = {"I.json", "which instance? (I.json)", 1,
                  offsetof(gg_solve_request, instance_path)},
    GG_OPTIONS(options),
    .finish = finish,
    .run = run};
