/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap solve`: decides one instance by one or many strategies, at one or many thresholds.
 */
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/json_layout.h"
#include "experiments/output/load_instance.h"
#include "experiments/output/say.h"
#include "experiments/studies/solving/solve_perturbed.h"
#include "experiments/studies/solving/solve_runs.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/parse.h"
#include "models/base/timer.h"

enum {
    KEY_GAP = GG_OPTION_KEY,
    KEY_TIME_LIMIT,
    KEY_MEMORY_LIMIT,
    KEY_NODE_LIMIT,
    KEY_SEED,
    KEY_RANDOM_USERS,
    KEY_GOA_WEIGHTS,
    KEY_ASSIGNMENT,
    KEY_NAME,
    KEY_PERTURB,
    KEY_TRIALS,
    KEY_FORMAT,
    KEY_TAU
};

static const struct argp_option options[] = {
    {"solver", 's', "A,B,...", 0, "Strategies, in this order (goa,goa-ls,exact)", 1},
    {"objective", 'w', "NAME", 0, "weighted (by uncertainty; the default) or uniform", 1},
    {"tau", KEY_TAU, "X", 0,
     "Uncertainty above which a query must be offloaded (the instance's); also a list 0.6,0.7 or a "
     "range 0.6:1.0:0.1",
     1},
    {"gap", KEY_GAP, "G", 0, "Relative tolerance of \"optimal\" (1e-4)", 2},
    {"memory-limit", KEY_MEMORY_LIMIT, "MB", 0,
     "Memory of open nodes and proof for each proving strategy (none)", 2},
    {"time-limit", KEY_TIME_LIMIT, "S", 0, "Seconds for each strategy (none)", 2},
    {"node-limit", KEY_NODE_LIMIT, "K", 0,
     "Branch-and-bound nodes, or iterations, for each strategy (none)", 2},
    {"seed", KEY_SEED, "N", 0, "Seed of the strategies that draw random numbers (1)", 2},
    {"goa-weights", KEY_GOA_WEIGHTS, "W", 0,
     "Weights in goa's choices: alpha (the default) or objective", 2},
    {"random-users", KEY_RANDOM_USERS, "I,K,...", 0,
     "The users that `random' offloads; ties go by this order", 2},
    {"assignment", KEY_ASSIGNMENT, "FILE", 0,
     "Score this decision beside the others: a JSON array of one integer a user (-1 local, else "
     "the server), or one integer a line",
     3},
    {"name", KEY_NAME, "NAME", 0, "What to call the decision of --assignment (own)", 3},
    {"perturb", KEY_PERTURB, "gain=3dB,alpha=0.05,delay=10%", 0,
     "Decide on misestimated inputs, score on the true ones: standard deviations of the errors in "
     "gains, uncertainties and local delays",
     3},
    {"trials", KEY_TRIALS, "R", 0, "Misestimated copies to decide on (20)", 3},
    {"format", KEY_FORMAT, "F", 0, "table (the default) or json", 4},
    {"output", 'o', "SOL.json", 0, "Also write the solution as JSON; `goagap check' reads it", 4},
    {"verbose", 'v', NULL, 0, "Show progress on stderr", 4},
    {NULL, 0, NULL, 0, NULL, 0}};

/* Ends the program as bad usage when a library call refused the text of an option. */
static void require(struct argp_state *state, gg_status status, const gg_error *err) {
    if (status != GG_OK)
        argp_error(state, "%s", err->message);
}

static void add_solver(gg_solve_request *asked, const char *name, struct argp_state *state) {
    gg_error err = {0};
    const gg_solver *solver = gg_solver_find(name, &err);
    if (solver == NULL)
        argp_error(state, "%s", err.message);
    for (size_t s = 0; s < asked->n_solvers; s++)
        if (asked->solvers[s] == solver)
            argp_error(state, "solver: %s is named twice", name);
    if (asked->n_solvers == GG_SOLVE_MOST_SOLVERS)
        argp_error(state, "solver: more than %d strategies", GG_SOLVE_MOST_SOLVERS);
    asked->solvers[asked->n_solvers++] = solver;
}

/* Calls `take` with every part of a comma-separated text. */
static void each_part(gg_solve_request *asked, char *text, struct argp_state *state,
                      void (*take)(gg_solve_request *, const char *, struct argp_state *)) {
    for (char *part = text; part != NULL;) {
        char *comma = strchr(part, ',');
        if (comma != NULL)
            *comma++ = '\0';
        take(asked, part, state);
        part = comma;
    }
}

/* An empty set is a set too: the pointer says that one was given. */
static void start_random_users(gg_solve_request *asked, struct argp_state *state) {
    gg_free(asked->random_users);
    asked->random_users = gg_alloc(0, sizeof *asked->random_users);
    asked->options.n_random_users = 0;
    if (asked->random_users == NULL)
        argp_error(state, "random-users: out of memory");
}

static void add_random_user(gg_solve_request *asked, const char *text, struct argp_state *state) {
    size_t count = asked->options.n_random_users;
    uint32_t *users = gg_realloc(asked->random_users, count, count + 1, sizeof *users);
    if (users == NULL)
        argp_error(state, "random-users: out of memory");
    users[count] = (uint32_t)gg_option_integer(state, "random-users", text, 0, UINT32_MAX);
    asked->random_users = users;
    asked->options.n_random_users = count + 1;
}

static void set_name(gg_solve_request *asked, const char *name, struct argp_state *state) {
    asked->assignment_name = name;
    for (const char *c = name; *c != '\0'; c++)
        if (!isgraph((unsigned char)*c))
            argp_error(state, "name: only printable ASCII characters without spaces");
    if (*name == '\0' || strlen(name) > 60)
        argp_error(state, "name: takes 1 to 60 characters");
    if (gg_solver_find(name, NULL) != NULL)
        argp_error(state, "name: '%s' is a strategy of goagap", name);
}

static void finish(gg_solve_request *asked, struct argp_state *state) {
    if (asked->instance_path == NULL)
        argp_error(state, "which instance? (I.json)");
    if (asked->n_solvers == 0 && asked->assignment_path == NULL) {
        add_solver(asked, "goa", state);
        add_solver(asked, "goa-ls", state);
        add_solver(asked, gg_solver_find("exact", NULL) != NULL ? "exact" : "glpk", state);
    }
    if (asked->assignment_path == NULL && asked->assignment_name != NULL)
        argp_error(state, "name: names the decision of --assignment, which is missing");
    if (asked->assignment_name == NULL)
        asked->assignment_name = "own";
    if (!asked->perturbs && asked->trials > 0)
        argp_error(state, "trials: belong to --perturb, which is missing");
    if (asked->perturbs && (asked->assignment_path != NULL || asked->output_path != NULL))
        argp_error(state, "perturb: goes without --assignment and --output");
    if (asked->perturbs && asked->taus.count > 1)
        argp_error(state, "perturb: takes one tau");
}

static error_t parse(int key, char *text, struct argp_state *state) {
    static const char *const formats[] = {"table", "json", NULL};
    static const char *const weights[] = {"alpha", "objective", NULL};
    gg_solve_request *asked = state->input;
    gg_error err = {0};
    switch (key) {
    case 's':
        each_part(asked, text, state, add_solver);
        return 0;
    case 'w':
        require(state, gg_objective_parse(text, &asked->options.objective, &err), &err);
        return 0;
    case KEY_TAU:
        gg_tau_list_clear(&asked->taus);
        require(state, gg_tau_list_parse(text, &asked->taus, &err), &err);
        return 0;
    case KEY_GAP:
        asked->options.gap = gg_option_double(state, "gap", text, 0.0, 1.0);
        return 0;
    case KEY_TIME_LIMIT:
        asked->options.time_limit_s = gg_option_double(state, "time-limit", text, 0.0, 1e9);
        return 0;
    case KEY_MEMORY_LIMIT:
        asked->options.memory_limit_bytes =
            (size_t)gg_option_integer(state, "memory-limit", text, 1, 1 << 30) << 20;
        return 0;
    case KEY_NODE_LIMIT:
        asked->options.node_limit = gg_option_integer(state, "node-limit", text, 0, INT64_MAX);
        return 0;
    case KEY_SEED:
        asked->options.seed = (uint64_t)gg_option_integer(state, "seed", text, 0, INT64_MAX);
        return 0;
    case KEY_GOA_WEIGHTS:
        asked->goa_follows_objective = gg_option_choice(state, "goa-weights", text, weights) == 1;
        return 0;
    case KEY_RANDOM_USERS:
        start_random_users(asked, state);
        if (*text != '\0')
            each_part(asked, text, state, add_random_user);
        return 0;
    case KEY_ASSIGNMENT:
        asked->assignment_path = text;
        return 0;
    case KEY_NAME:
        set_name(asked, text, state);
        return 0;
    case KEY_PERTURB:
        require(state, gg_perturbation_parse(text, &asked->perturbation, &err), &err);
        asked->perturbs = true;
        return 0;
    case KEY_TRIALS:
        asked->trials = (size_t)gg_option_integer(state, "trials", text, 1, 1000000);
        return 0;
    case KEY_FORMAT:
        asked->as_json = gg_option_choice(state, "format", text, formats) == 1;
        return 0;
    case 'o':
        asked->output_path = text;
        return 0;
    case 'v':
        asked->verbose = true;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->instance_path, 1);
        return 0;
    case ARGP_KEY_END:
        finish(asked, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The help's last part: strategies, from the solvers themselves. */
static char *list_strategies(int key, const char *text, void *input) {
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC)
        return (char *)text;
    size_t count;
    const gg_solver *const *all = gg_solvers(&count);
    char *list = gg_help_list(text, "Strategies:");
    for (size_t s = 0; s < count; s++)
        list = gg_help_list_item(list, all[s]->name, all[s]->summary);
    return list != NULL ? list : (char *)text;
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
    gg_status status = GG_OK;
    for (size_t r = 0; status == GG_OK && r < list->count; r++) {
        if (r > 0)
            fputc('\n', stdout);
        status = gg_solution_print(&list->runs[r], stdout, err);
    }
    return status;
}

/* Both outputs. The file is settled first: stdout is complete only when everything is. Proofs are
 * for the file alone. */
static gg_status write_results(const gg_solve_request *asked, gg_solution_list *list,
                               gg_outfile **file, FILE *stream, gg_error *err) {
    gg_status status = GG_OK;
    if (*file != NULL) {
        status = write_json(list, stream, err);
        if (status == GG_OK) {
            status = gg_outfile_commit(*file, err);
            *file = NULL;
        }
    }
    gg_solution_list_drop_certificates(list);
    return status == GG_OK ? print(asked, list, err) : status;
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

static int run(const gg_solve_request *asked) {
    gg_error err = {0};
    gg_instance *instance = NULL;
    gg_solution_list list = {0};
    gg_outfile *file = NULL;
    FILE *stream = NULL;
    bool signalled = false;
    gg_status status = gg_load_instance(asked->command, asked->instance_path, &instance, &err);
    /* Hours of work are not lost to a mistyped folder: the file is opened first. */
    if (status == GG_OK && asked->output_path != NULL)
        status = gg_outfile_open(asked->output_path, &file, &stream, &err);
    gg_stop_on_signals();
    if (status == GG_OK)
        status = gg_solve_runs(asked, instance, &list, &signalled, &err);
    if (status == GG_OK)
        status = write_results(asked, &list, &file, stream, &err);
    int code = status == GG_OK ? exit_code(&list, signalled) : gg_say_failure(asked->command, &err);
    gg_outfile_abort(file);
    gg_solution_list_clear(&list);
    gg_instance_free(instance);
    return code;
}

static int run_perturbed(const gg_solve_request *asked) {
    enum { TRIALS = 20 };
    gg_perturbed_request wanted = {.command = asked->command,
                                   .instance_path = asked->instance_path,
                                   .solvers = asked->solvers,
                                   .n_solvers = asked->n_solvers,
                                   .options = asked->options,
                                   .tau = asked->taus.count > 0 ? asked->taus.values[0] : NAN,
                                   .by = asked->perturbation,
                                   .trials = asked->trials > 0 ? asked->trials : TRIALS,
                                   .as_json = asked->as_json};
    if (asked->goa_follows_objective)
        wanted.options.goa_weights = asked->options.objective;
    wanted.options.random_users = asked->random_users;
    return gg_solve_perturbed(&wanted);
}

int gg_cmd_solve(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "I.json",
        "Decides for every query of an instance: answer on the device or offload to a server.\v"
        "Exit code: 1 if any result is infeasible, else 3 if a limit stopped a proof, else 0.",
        NULL,
        list_strategies,
        NULL};
    gg_solve_request asked = {.command = argv[0], .options = gg_solve_options_init()};
    gg_options_parse(&argp, argc, argv, &asked);
    int code = asked.perturbs ? run_perturbed(&asked) : run(&asked);
    gg_tau_list_clear(&asked.taus);
    gg_free(asked.random_users);
    return code;
}
