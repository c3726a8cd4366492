/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/external.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/batch/child_process.h"
#include "models/base/alloc.h"
#include "models/instance_json.h"

static gg_status instance_text(const gg_instance *instance, char **text, size_t *size,
                               gg_error *err) {
    FILE *stream = open_memstream(text, size);
    if (stream == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for the instance's text");
    gg_status status = gg_instance_write_json(instance, stream, err);
    if (fclose(stream) != 0 && status == GG_OK)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for the instance's text");
    return status;
}

static gg_status take_entries(const json_t *array, const gg_instance *in, int32_t *assignment,
                              gg_error *err) {
    if (!json_is_array(array))
        return gg_fail(err, GG_E_SOLVER,
                       "the answer is neither an array nor an object with \"assignment\"");
    if (json_array_size(array) != in->n_users)
        return gg_fail(err, GG_E_SOLVER, "the answer has %zu entries, the instance %zu users",
                       json_array_size(array), in->n_users);
    for (size_t i = 0; i < in->n_users; i++) {
        const json_t *entry = json_array_get(array, i);
        json_int_t server = json_integer_value(entry);
        if (!json_is_integer(entry) || server < GG_LOCAL || server >= (json_int_t)in->n_servers)
            return gg_fail(err, GG_E_SOLVER,
                           "the answer's entry %zu is neither -1 nor a server below %zu", i,
                           in->n_servers);
        assignment[i] = (int32_t)server;
    }
    return GG_OK;
}

static gg_status read_answer(const char *text, size_t size, const gg_instance *in,
                             int32_t **assignment, gg_error *err) {
    json_error_t problem;
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL)
        return gg_fail(err, GG_E_SOLVER, "the answer is not JSON: line %d: %.100s", problem.line,
                       problem.text);
    int32_t *entries = gg_alloc(in->n_users, sizeof *entries);
    gg_status status =
        entries != NULL
            ? take_entries(json_is_object(root) ? json_object_get(root, "assignment") : root, in,
                           entries, err)
            : gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", in->n_users);
    json_decref(root);
    if (status == GG_OK)
        *assignment = entries;
    else
        gg_free(entries);
    return status;
}

/* What an answer may take: whatever a program writes around it, and every entry with its blanks. */
static gg_status most_output(size_t n_users, size_t *most, gg_error *err) {
    const size_t around = (size_t)1 << 20, an_entry = 32;
    if (gg_size_multiply(n_users, an_entry, most) != 0 || *most > SIZE_MAX - around)
        return gg_fail(err, GG_E_NOMEM, "out of memory for the answer on %zu users", n_users);
    *most += around;
    return GG_OK;
}

gg_status gg_external_solve(const char *command, const gg_instance *instance,
                            const gg_solve_options *options, int32_t **assignment, gg_error *err) {
    char *text = NULL, seed[32], run[32];
    size_t size = 0;
    *assignment = NULL;
    snprintf(seed, sizeof seed, "%" PRIu64, options->seed);
    snprintf(run, sizeof run, "%" PRIu32, options->run);
    const gg_child_variable variables[] = {
        {"GOAGAP_OBJECTIVE", gg_objective_name(options->objective)},
        {"GOAGAP_SEED", seed},
        {"GOAGAP_RUN", run},
    };
    gg_child_run child = {
        .command = command,
        .variables = variables,
        .n_variables = sizeof variables / sizeof *variables,
        .time_limit_s = options->time_limit_s,
    };
    gg_status status = most_output(instance->n_users, &child.most_output, err);
    if (status == GG_OK)
        status = instance_text(instance, &text, &size, err);
    if (status == GG_OK) {
        child.input = text;
        child.input_size = size;
        status = gg_child_run_command(&child, err);
    }
    if (status == GG_OK)
        status = read_answer(child.output, child.output_size, instance, assignment, err);
    gg_free(child.output);
    free(text);
    if (status != GG_OK)
        gg_error_prefix(err, "external");
    return status;
}
