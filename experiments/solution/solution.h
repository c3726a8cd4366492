/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A solution: what one or several strategies decided about one instance at one threshold, as
 * `goagap solve` writes it and `goagap check` reads it.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "models/evaluate.h"
#include "solvers/solver.h"

/* One strategy's decision. NAN marks what is not known. */
typedef struct gg_solution_entry {
    char *solver;
    gg_result_status status;
    int32_t *assignment; /* n_assigned entries; NULL when there is no decision */
    size_t n_assigned;
    gg_metrics metrics;          /* without a decision every number is NAN or 0 */
    double lower_bound_s;        /* NAN: none */
    double gap;                  /* (f - lb)/f; NAN: not known */
    gg_certificate *certificate; /* owned proof of a bound; NULL: none */
    double *multipliers;         /* owned, for the same network at another tau; NULL: none */
    double required_accuracy;    /* expected, that decisions were held to; 0: to none */
    char *accuracy_of;           /* whose that is; NULL: nobody's */
    bool no_forecast;            /* read from a file older than expected_accuracy */
    int64_t nodes;
    double runtime_s;
    gg_stop_reason stop_reason; /* of a solve; a file's says GG_STOP_DONE */
} gg_solution_entry;

typedef struct gg_solution {
    char *instance; /* its name */
    size_t n_users;
    size_t n_servers;
    gg_objective objective;
    double tau;
    double gap_tolerance; /* relative: the gap up to which a proven result is "optimal" */
    size_t n_entries;
    gg_solution_entry *entries;
} gg_solution;

/* A solution with `n_entries` empty entries for an instance, at the default tolerance. Clear it
 * with gg_solution_clear. Errors: GG_E_NOMEM. */
gg_status gg_solution_init(gg_solution *solution, const gg_instance *instance,
                           gg_objective objective, size_t n_entries, gg_error *err);
void gg_solution_clear(gg_solution *solution);

/* Moves a strategy's result into an entry of a solution for n_users users; the result is cleared.
 * Errors: GG_E_NOMEM. */
gg_status gg_solution_take(gg_solution_entry *entry, size_t n_users, gg_result *result,
                           gg_error *err);

/* Whether a decision may be measured by an entry's bound: it expects the accuracy that the entry
 * was held to. */
bool gg_solution_competes(const gg_solution_entry *entry, const gg_solution_entry *other);

/* One solution, or those of several thresholds. */
typedef struct gg_solution_list {
    gg_solution *runs;
    size_t count;
    bool is_list; /* in the file as {"runs": [...]} */
} gg_solution_list;

void gg_solution_list_clear(gg_solution_list *list);

/* Releases every certificate: what is for people to read goes without. */
void gg_solution_list_drop_certificates(gg_solution_list *list);

/* As JSON: the object of one solution, or {"runs": [...]}. Infinite values are the string "inf",
 * unknown ones null. The caller releases it with json_decref. NULL when memory is short. */
json_t *gg_solution_list_json(const gg_solution_list *list);

/* Reads a solution file. Types, names and domains are checked here; whether the numbers are true
 * is not. Unknown keys are skipped. Errors: GG_E_IO, GG_E_INPUT (file, key path, reason),
 * GG_E_NOMEM. */
gg_status gg_solution_list_read(const char *path, gg_solution_list *list, gg_error *err);

/* The solution as a table for people, at most 80 columns wide. Errors: GG_E_NOMEM. */
gg_status gg_solution_print(const gg_solution *solution, FILE *stream, gg_error *err);

/* Hears of everything that is wrong: which entry (SIZE_MAX: the solution as a whole), which field,
 * and why. */
typedef void (*gg_finding_fn)(void *context, size_t entry, const char *field, const char *reason);

/* Verifies one solution against its instance, whose threshold is taken to be the solution's. *found
 * is the number of findings. Errors: GG_E_NOMEM. */
gg_status gg_verify_solution(const gg_instance *instance, const gg_solution *solution,
                             gg_finding_fn report, void *context, size_t *found, gg_error *err);

/* Reads a decision for `instance`: n_users entries, each -1 (local) or a server's index. The caller
 * releases *assignment with gg_free. Errors: GG_E_IO, GG_E_INPUT (file, line or index, reason),
 * GG_E_NOMEM. */
gg_status gg_assignment_read(const char *path, const gg_instance *instance, int32_t **assignment,
                             gg_error *err);

/* A certificate as JSON: a short array a node, a string of hexadecimal digits a round. The form is
 * described in solvers/EXACT.md. The caller releases it with json_decref. NULL when memory is
 * short. */
json_t *gg_certificate_json(const gg_certificate *certificate);

/* Reads a certificate for n_users users and n_servers servers. Types, lengths and domains are
 * checked here; whether it proves anything is not. The caller owns *out. Messages begin with
 * `where`, the file and the key path up to here. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_certificate_from_json(const json_t *json, const char *where, size_t n_users,
                                   size_t n_servers, gg_certificate **out, gg_error *err);
